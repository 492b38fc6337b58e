"""The planned looks at the silent stage: when each was taken, its boundary, and its result."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy import special

from probatum.analysis.estimate import Estimate
from probatum.analysis.sequential import boundaries, repeated_interval
from probatum.capture.looks import information, is_complete
from probatum.capture.standing import Standing
from probatum.errors import CaptureError
from probatum.ledger.chain import Entry
from probatum.ledger.events import Kind, written
from probatum.stages.endpoints import estimated, is_met, noted
from probatum.stages.material import Material
from probatum.stages.record import Cut
from probatum.stages.unblinded import unblind
from probatum.study.conduct import Looks
from probatum.study.endpoint import Endpoint
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look that was taken, by the record.

    Attributes
    ----------
    entry : Entry
        Where the record says so.
    known : int
        Index predictions whose outcome was known by then.
    share : float in (0, 1]
        Of the information planned; 1 at the last look, which spends all that is left.
    critical : float
        What the test statistic must exceed, on either side.
    """

    entry: Entry
    known: int
    share: float
    critical: float

    @property
    def nominal_level(self) -> float:
        """The level of an ordinary interval as wide as the look's."""
        return float(2 * special.ndtr(self.critical) - 1)


def planned_looks(cut: Cut, sealed: pd.DataFrame, protocol: Protocol) -> list[dict[str, Any]]:
    """One row a planned look; what is not known of it is ``None``.

    A look's boundary spends what the plan allows at the information actually reached. The
    interval is repeated: it holds at all looks together, at one minus ``alpha``. When no more
    outcomes can come, the last look spends all that is left, whatever was reached. A look that
    a later one overtook is never taken, and spends nothing.

    References
    ----------
    Lan KKG, DeMets DL. Biometrika 1983;70:659-663.
    Jennison C, Turnbull BW. J R Stat Soc B 1989;51:305-361 (repeated confidence intervals).
    """
    if protocol.silent is None:
        return []
    plan = protocol.silent.looks
    taken = {look.entry.event.payload["name"]: look for look in _taken(cut, protocol, plan)}
    endpoint = next(e for e in protocol.endpoints if e.id == plan.measure)
    rows = []
    for number, fraction in enumerate(plan.fractions, start=1):
        name = f"look-{number}"
        row = {"name": name, "fraction": fraction, **_not_taken(endpoint)}
        if look := taken.get(name):
            material = _material(cut.before(look.entry), sealed, protocol)
            row |= _result(look, endpoint, material.at(1 - plan.alpha))
        rows.append(row)
    return rows


def _taken(cut: Cut, protocol: Protocol, plan: Looks) -> list[Look]:
    entries = cut.of(Kind.LOOK_TAKEN)
    if not entries:
        return []
    known = [_known(cut, entry, protocol) for entry in entries]
    shares = [min(n / plan.planned_outcomes, 1.0) for n in known]
    if is_complete(Standing.of(cut.before(entries[-1]).entries), protocol):
        shares[-1] = 1.0
    critical = boundaries(plan.spending, shares, plan.alpha).critical
    return [
        Look(entry=entry, known=n, share=share, critical=float(boundary))
        for entry, n, share, boundary in zip(entries, known, shares, critical, strict=True)
    ]


def _known(cut: Cut, entry: Entry, protocol: Protocol) -> int:
    known = information(Standing.of(cut.before(entry).entries), protocol)
    stated = entry.event.payload["information"]
    if known != stated:
        raise CaptureError(
            f"entry {entry.seq} — expected a look at the {known} outcomes recorded before it, "
            f"got one that states {stated} — find out what was looked at"
        )
    return known


def _material(cut: Cut, sealed: pd.DataFrame, protocol: Protocol) -> Material:
    unblinded = unblind(sealed, cut, protocol)
    mask = unblinded.of_role("index")
    risk = unblinded.rows.loc[mask, "risk"].to_numpy(dtype=float)
    return Material.of(unblinded.outcomes.among(mask), risk, protocol)


def _not_taken(endpoint: Endpoint) -> dict[str, Any]:
    names = ("known", "information", "at", "critical_value", "level", "stops", endpoint.measure)
    return dict.fromkeys(names)


def _result(look: Look, endpoint: Endpoint, material: Material) -> dict[str, Any]:
    def repeated() -> Estimate:
        return repeated_interval(estimated(endpoint, material), critical=look.critical)

    result = noted(endpoint, repeated)
    return {
        "known": look.known,
        "information": look.share,
        "at": written(look.entry.event.at),
        "critical_value": look.critical,
        "level": look.nominal_level,
        "stops": is_met(endpoint, result),
        endpoint.measure: result,
    }
