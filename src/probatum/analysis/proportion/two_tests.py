"""Which of two tests of the same patients finds more events, or raises fewer false alarms?"""

from __future__ import annotations

from typing import Literal

from numpy.typing import ArrayLike

from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import BoolArray, outcomes, same_length
from probatum.analysis.proportion.counts import how_many
from probatum.analysis.proportion.pairs import Pairs, difference_of
from probatum.errors import NotEstimable


def sensitivity_difference(
    outcome: ArrayLike,
    positive_a: ArrayLike,
    positive_b: ArrayLike,
    *,
    method: Literal["tango", "newcombe"] = "tango",
    confidence: float = 0.95,
) -> Estimate:
    r"""How many more of the patients with the event test A finds than test B.

    .. math:: \mathrm{Se}_A - \mathrm{Se}_B = \frac{b - c}{m}

    with b, c of the m patients with the event found by A only and by B only.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least one did.
    positive_a, positive_b : (n,) of bool
        Whether either test of the same patient is positive.
    method : {"tango", "newcombe"}
        As :func:`paired_difference`.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        Sensitivity of A less that of B, as :func:`paired_difference`; ``n`` counts the
        patients with the event.

    Raises
    ------
    NotEstimable
        When nobody had the event.

    References
    ----------
    Tango T. Stat Med 1998;17:891-908. Newcombe RG. Stat Med 1998;17:2635-2650, method 10.

    Examples
    --------
    >>> sensitivity_difference([1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 1]).n
    3
    """
    pairs = pairs_with_event(outcome, positive_a, positive_b)
    return difference_of(pairs, method=method, confidence=confidence)


def specificity_difference(
    outcome: ArrayLike,
    positive_a: ArrayLike,
    positive_b: ArrayLike,
    *,
    method: Literal["tango", "newcombe"] = "tango",
    confidence: float = 0.95,
) -> Estimate:
    """How many more of the patients without the event test A calls negative than test B.

    Parameters, returns and refusals as :func:`sensitivity_difference`, with the classes
    exchanged: a positive difference is fewer false alarms under A.

    References
    ----------
    As :func:`sensitivity_difference`.

    Examples
    --------
    >>> specificity_difference([1, 0, 0], [1, 0, 0], [1, 1, 0]).value
    0.5
    """
    pairs = pairs_without_event(outcome, positive_a, positive_b)
    return difference_of(pairs, method=method, confidence=confidence)


def pairs_with_event(outcome: ArrayLike, positive_a: ArrayLike, positive_b: ArrayLike) -> Pairs:
    """How two tests came out in the patients with the event; positive is right.

    Examples
    --------
    >>> pairs_with_event([1, 1, 0], [1, 0, 1], [1, 1, 1]).only_b
    1
    """
    y, a, b = _three(outcome, positive_a, positive_b)
    return _paired(a[y], b[y], "sensitivity")


def pairs_without_event(
    outcome: ArrayLike, positive_a: ArrayLike, positive_b: ArrayLike
) -> Pairs:
    """How two tests came out in the patients without the event; negative is right.

    Examples
    --------
    >>> pairs_without_event([1, 0, 0], [1, 0, 1], [1, 1, 1]).only_a
    1
    """
    y, a, b = _three(outcome, positive_a, positive_b)
    return _paired(~a[~y], ~b[~y], "specificity")


def _three(
    outcome: ArrayLike, positive_a: ArrayLike, positive_b: ArrayLike
) -> tuple[BoolArray, BoolArray, BoolArray]:
    y = outcomes(outcome)
    a, b = outcomes(positive_a, "positive_a"), outcomes(positive_b, "positive_b")
    same_length(outcome=y, positive_a=a, positive_b=b)
    return y, a, b


def _paired(a: BoolArray, b: BoolArray, name: str) -> Pairs:
    if a.size == 0:
        raise NotEstimable(f"{name} — expected at least one patient to count among, got none")
    return Pairs(
        both=how_many(a & b),
        only_a=how_many(a & ~b),
        only_b=how_many(~a & b),
        neither=how_many(~(a | b)),
    )
