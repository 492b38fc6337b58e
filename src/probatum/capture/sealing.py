"""Writing predictions down before their outcomes can be known, so none can be adjusted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.capture.calendar import matures
from probatum.capture.reception import Hand
from probatum.capture.standing import Batch, Standing
from probatum.cohort.tables import baseline_columns, typed
from probatum.errors import CaptureError, ModelError
from probatum.ledger.canonical import Digest, canonical_bytes, sha256
from probatum.ledger.events import Event, Kind

_DOMAIN = "probatum/inputs/v1"


class RiskModel(Protocol):
    """A frozen model, as far as sealing needs it."""

    @property
    def sha256(self) -> str:
        """Digest of everything the model consists of."""

    def risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """The index test's risks, shape (N,)."""

    def fallback_risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """The fallback's risks, shape (N,)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """Risks of the index test that a quantum backend gave, and what they came from."""

    risks: NDArray[np.float64]
    """(N,), in the order of the rows."""
    backend: str
    """The device's or simulator's name."""
    execution_sha256: Digest
    """Of the kept runs: their records and raw counts."""
    shots: int | None
    """``None`` where a simulator computed averages and drew no shots."""
    seed: int
    raw_risks: NDArray[np.float64] | None = None
    """(N,), without mitigation; ``None`` where the protocol states none."""

    def as_dict(self) -> dict[str, Any]:
        """What every prediction that rests on it says of it."""
        return {
            "backend": self.backend,
            "execution_sha256": self.execution_sha256,
            "shots": self.shots,
            "seed": self.seed,
        }


def rounded(risk: float, resolution: float) -> float:
    """The multiple of the resolution nearest to a risk, exact in decimal.

    Examples
    --------
    >>> rounded(0.123456789, 0.000001)
    0.123457
    """
    step = Decimal(repr(resolution))
    return float((Decimal(risk) / step).to_integral_value() * step)


def inputs_sha256(case_id: str, cells: Mapping[str, str]) -> Digest:
    """Digest of what is known of a case at baseline, as the text that arrived."""
    return sha256(canonical_bytes([_DOMAIN, case_id, dict(cells)]))


def seal(
    batch: Batch,
    rows: pd.DataFrame,
    model: RiskModel,
    standing: Standing,
    hand: Hand,
    *,
    measured: Measured | None = None,
    because: str | None = None,
) -> tuple[Event, ...]:
    """The events that seal a risk for every eligible case of a batch.

    The index test predicts, unless an incident was recorded whose handling is the fallback:
    then the fallback predicts every case of the batch, and the record says so for ever.

    Parameters
    ----------
    batch : Batch
        Admitted, not yet predicted.
    rows : DataFrame of str
        The batch as it arrived.
    model : RiskModel
        The frozen model.
    standing : Standing
        What the record says so far.
    hand : Hand
        The protocol, and now.
    measured : Measured, optional
        What a quantum backend gave; without it the model computes its risks here. Where errors
        of a device were mitigated, each risk without mitigation is sealed beside it, as
        ``risk_raw``.
    because : str, optional
        Why the fallback predicts; by default the protocol's rule on missing values.

    Raises
    ------
    ModelError
        If the model is not the frozen one, or gives a number that is no risk.
    CaptureError
        If no model was frozen, or outcomes of the batch are known or may be known by now.
    """
    check(batch, model, standing, hand)
    is_fallback = batch.sha256 in standing.with_incident
    raw = None
    if measured is not None and not is_fallback:
        risks, raw, ran = measured.risks, measured.raw_risks, measured.as_dict()
    else:
        predict = model.fallback_risk if is_fallback else model.risk
        risks, ran = predict(baseline(rows, hand)), {"backend": _computes(is_fallback, hand)}
    about = {
        "batch_sha256": batch.sha256,
        "model_sha256": model.sha256,
        "role": "fallback" if is_fallback else "index",
    }
    numbers = {"risk": risks} if raw is None else {"risk": risks, "risk_raw": raw}
    checked = {name: _checked(found, len(rows)) for name, found in numbers.items()}
    sealed = _each(batch, rows, checked, {**about, **ran}, hand)
    if not is_fallback:
        return tuple(sealed)
    why = because or hand.protocol.model.fallback.rule
    used = {**about, "period": batch.period}
    return (hand.event(Kind.FALLBACK_USED, why, (batch.sha256,), used), *sealed)


def check(batch: Batch, model: RiskModel, standing: Standing, hand: Hand) -> None:
    """Refuse to predict with another model than the frozen one, or too late.

    Raises
    ------
    ModelError, CaptureError
    """
    _check_model(model, standing)
    _check_time(batch, standing, hand)


def baseline(rows: pd.DataFrame, hand: Hand) -> pd.DataFrame:
    """What is known of the rows at baseline, typed as the protocol says."""
    return typed(rows, baseline_columns(hand.protocol), hand.protocol, "batch")


def _computes(is_fallback: bool, hand: Hand) -> str:
    """What predicts here, without a backend: the fallback, or the exact simulator."""
    primary = hand.protocol.backends.primary
    if not is_fallback and primary != "exact":
        raise CaptureError(
            f"prediction — expected risks from the backend {primary!r} of the protocol, got "
            "none — run the circuits there, or record why the fallback predicts"
        )
    return "classical" if is_fallback else primary


def _check_model(model: RiskModel, standing: Standing) -> None:
    frozen = standing.frozen_model()
    if model.sha256 != frozen:
        raise ModelError(
            f"model — expected the frozen one, {frozen.short}…, got {model.sha256[:12]}… — "
            "restore the frozen model"
        )


def _check_time(batch: Batch, standing: Standing, hand: Hand) -> None:
    known = sum(case in standing.outcomes for case in batch.case_ids)
    if known or hand.at >= matures(batch.period, hand.protocol.outcome):
        raise CaptureError(
            f"batch {batch.sha256.short}… — expected predictions before any outcome is known, "
            f"got {known} known and the period's outcomes mature — record a deviation; these "
            "cases are not silent"
        )


def _checked(risks: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    risks = np.asarray(risks, dtype=np.float64)
    if risks.shape != (n,) or not np.all((risks >= 0) & (risks <= 1)):
        raise ModelError(
            f"model — expected {n} risks from 0 to 1, got shape {risks.shape} or a number "
            "outside — restore the frozen model"
        )
    return risks


def _each(
    batch: Batch,
    rows: pd.DataFrame,
    numbers: Mapping[str, NDArray[np.float64]],
    about: Mapping[str, Any],
    hand: Hand,
) -> Iterator[Event]:
    id_column = hand.protocol.population.id_column
    by_case = rows.set_index(id_column, drop=False).to_dict("index")
    place_of = {case: place for place, case in enumerate(rows[id_column])}
    for case in batch.to_predict:
        cells = {str(name): str(cell) for name, cell in by_case[case].items()}
        of_case = {name: float(found[place_of[case]]) for name, found in numbers.items()}
        yield _sealed(case, cells, of_case, about, hand)


def _sealed(
    case: str,
    cells: Mapping[str, str],
    risks: Mapping[str, float],
    about: Mapping[str, Any],
    hand: Hand,
) -> Event:
    return hand.event(
        Kind.PREDICTION_SEALED,
        "the case was admitted and its outcome is not known",
        (case,),
        {
            **about,
            "case_id": case,
            "inputs_sha256": inputs_sha256(case, cells),
            **{name: rounded(one, hand.protocol.resolution) for name, one in risks.items()},
        },
    )
