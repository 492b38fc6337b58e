"""How many people would be treated differently had the same model run somewhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.choices import one_number
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import BoolArray, FloatArray, finite, risks, same_length
from probatum.analysis.proportion import proportion
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How far the risks of the same people lie apart in two runs of a model."""

    flips: Estimate
    """Share of people on the other side of the threshold, Wilson's interval."""
    raised: int
    """Of them, those whom only the second run flags."""
    largest: float
    median: float
    """Of the absolute change in risk over people."""

    def as_dict(self) -> dict[str, Any]:
        """The change as it stands in evidence."""
        return {
            "flips": self.flips.as_dict(),
            "raised": self.raised,
            "lowered": round(self.flips.value * self.flips.n) - self.raised,
            "largest_change": self.largest,
            "median_change": self.median,
        }


def change(
    reference: ArrayLike, other: ArrayLike, *, threshold: float, confidence: float = 0.95
) -> Change:
    r"""Compare two runs of one model on the same people.

    A decision flips where :math:`[r_i \ge t] \ne [s_i \ge t]`.

    Parameters
    ----------
    reference, other : (n,) of float in [0, 1]
        Risks :math:`r` and :math:`s` of the same n people, in the same order.
    threshold : float in (0, 1)
        The operating point :math:`t`; at or above it a person is flagged.
    confidence : float in (0, 1)
        Confidence of the interval.

    Raises
    ------
    NotEstimable
        Without people, when the lengths differ, a risk lies outside [0, 1], or the threshold
        lies outside (0, 1).

    Examples
    --------
    >>> seen = change([0.1, 0.2, 0.3, 0.4], [0.1, 0.3, 0.3, 0.2], threshold=0.25)
    >>> seen.flips.value, seen.raised
    (0.5, 1)
    """
    before, after = risks(reference), risks(other)
    same_length(reference=before, other=after)
    flagged_before, flagged_after = (_flagged(risk, threshold) for risk in (before, after))
    moved = np.abs(after - before)
    flipped = int(np.count_nonzero(flagged_before != flagged_after))
    return Change(
        flips=proportion(flipped, before.size, confidence=confidence),
        raised=int(np.count_nonzero(flagged_after & ~flagged_before)),
        largest=float(moved.max()),
        median=float(np.median(moved)),
    )


def ever_flipped(
    reference: ArrayLike, others: ArrayLike, *, threshold: float, confidence: float = 0.95
) -> Estimate:
    """Share of people whose decision differs from the reference's in at least one of the runs.

    Parameters
    ----------
    reference : (n,) of float in [0, 1]
    others : (runs, n) of float in [0, 1]
        Risks of the same people in repeated runs, one run at least.
    threshold, confidence
        As :func:`change`.

    Raises
    ------
    NotEstimable
        As :func:`change`, without a run, or when a run is of more or fewer people.

    Examples
    --------
    >>> ever_flipped([0.1, 0.3], [[0.1, 0.3], [0.2, 0.2]], threshold=0.25).value
    0.5
    """
    flagged = _flagged(risks(reference), threshold)
    runs = _runs(others)
    if runs.ndim != 2 or len(runs) < 1 or runs.shape[1] != flagged.size:
        raise NotEstimable(
            f"flips over runs — expected one run or more of {flagged.size} people, got shape "
            f"{runs.shape} — give the risks of the same people, one row a run"
        )
    differs = np.any([_flagged(risks(run), threshold) != flagged for run in runs], axis=0)
    return proportion(int(np.count_nonzero(differs)), flagged.size, confidence=confidence)


def _runs(others: ArrayLike) -> FloatArray:
    try:
        return np.ma.filled(np.ma.asarray(others, dtype=np.float64), np.nan)
    except (TypeError, ValueError) as fault:
        raise NotEstimable(
            "flips over runs — expected the risks of the same people in every run, got runs of "
            "different length or no numbers — give one row a run"
        ) from fault


def _flagged(risk: FloatArray, threshold: float) -> BoolArray:
    if not 0 < one_number(threshold) < 1:
        raise NotEstimable(
            f"flips — expected a threshold in (0, 1), got {threshold} — "
            "take the operating threshold of the protocol"
        )
    return risk >= threshold


def spread(estimates: ArrayLike) -> dict[str, float]:
    """Least, mean, greatest and standard deviation of a result over repeated runs.

    Raises
    ------
    NotEstimable
        With fewer than two runs, or when the result of one is missing.

    Examples
    --------
    >>> spread([0.5, 1.0])["mean"]
    0.75
    """
    found = finite(estimates, "spread over runs")
    if found.size < 2:
        raise NotEstimable(
            f"spread over runs — expected two runs or more, got {found.size} — repeat the run"
        )
    return {
        "least": float(found.min()),
        "mean": float(found.mean()),
        "greatest": float(found.max()),
        "standard_deviation": float(found.std(ddof=1)),
    }
