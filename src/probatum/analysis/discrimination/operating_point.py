"""What does a threshold found on these patients to keep one promise give of the other?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.choices import one_number
from probatum.analysis.estimate import Estimate, normal_quantile
from probatum.analysis.observations import FloatArray, both_classes, scored
from probatum.errors import NotEstimable


def sensitivity_at_specificity(
    outcome: ArrayLike, risk: ArrayLike, specificity: float, *, confidence: float = 0.95
) -> Estimate:
    r"""Share of events found by the threshold that keeps the specificity asked for.

    The threshold :math:`c` is the least score of a patient without the event such that at least
    the asked share of those patients score at or below it; positive is ``risk > c``. No other
    threshold that keeps the specificity finds more events.

    .. math:: \hat s = \frac1m \sum_{i \in D} \mathbb 1[x_i > c], \qquad
        \widehat{\mathrm{Var}} = \frac{\hat s (1 - \hat s)}{m} + \sum_j \pi_j (s_j - \bar s)^2

    The second term is the threshold's: :math:`\pi_j` is the probability that a bootstrap sample
    of those without the event has its threshold at the j-th of them, which is a difference of
    two values of the beta distribution, and :math:`s_j` the sensitivity there.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier.
    specificity : float in (0, 1)
        The least specificity, on these patients.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; ``method`` tells the specificity attained. A model of no use finds
        1 - ``specificity``.

    Raises
    ------
    NotEstimable
        When the specificity is not in (0, 1), and as
        :func:`probatum.analysis.discrimination.auc`.

    References
    ----------
    Linnet K. Stat Med 1987;6:147-158; Platt RW, Hanley JA, Yang H. Stat Med 2000;19:313-322
    (the threshold's part of the error). Zhou XH, Qin G. Stat Med 2005;24:465-477 (BTII).
    Agresti A, Coull BA. Am Stat 1998;52:119-126.

    Departures
    ----------
    BTII draws bootstrap samples; here their distribution is summed exactly, so there is no seed
    and no random error. The first term of the variance is taken, for the interval, with
    Agresti and Coull's :math:`z^2/2` events found and missed, which gives a width where all or
    none are found; at a threshold without error the interval is theirs.
    Ties at the threshold are negative, so the specificity attained may exceed that asked for.

    Examples
    --------
    >>> sensitivity_at_specificity([0, 0, 0, 0, 1, 1], [1, 2, 3, 4, 3, 5], 0.75).value
    0.5
    """
    y, s, _ = scored(outcome, risk, None)
    both_classes(y, least=2)
    return _at(s[y], s[~y], specificity, confidence, ("sensitivity", "specificity"))


def specificity_at_sensitivity(
    outcome: ArrayLike, risk: ArrayLike, sensitivity: float, *, confidence: float = 0.95
) -> Estimate:
    r"""Share of patients without the event spared by the threshold that keeps the sensitivity.

    The threshold is the largest score of a patient with the event such that at least the asked
    share of those patients score at or above it; positive is ``risk >= c``. Everything else is
    as :func:`sensitivity_at_specificity`, with the classes exchanged and the score reversed.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier.
    sensitivity : float in (0, 1)
        The least sensitivity, on these patients.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; ``method`` tells the sensitivity attained. Ties at the threshold are
        positive.

    Raises
    ------
    NotEstimable
        As :func:`sensitivity_at_specificity`.

    References
    ----------
    As :func:`sensitivity_at_specificity`.

    Examples
    --------
    >>> specificity_at_sensitivity([0, 0, 0, 0, 1, 1], [1, 2, 3, 4, 3, 5], 0.9).value
    0.5
    """
    y, s, _ = scored(outcome, risk, None)
    both_classes(y, least=2)
    return _at(-s[~y], -s[y], sensitivity, confidence, ("specificity", "sensitivity"))


def _at(
    found_among: FloatArray,
    kept_among: FloatArray,
    kept: float,
    confidence: float,
    names: tuple[str, str],
) -> Estimate:
    """Share of ``found_among`` above the threshold that at least ``kept`` lie at or below."""
    if not 0 < one_number(kept) < 1:
        raise NotEstimable(f"{names[1]} — expected a number in (0, 1), got {kept}")
    ranked, m = np.sort(kept_among), found_among.size
    rank = max(int(np.ceil(kept * ranked.size - 1e-9)), 1)
    distinct, at = np.unique(ranked, return_inverse=True)
    above = m - np.searchsorted(np.sort(found_among), distinct, side="right")
    share = (above / m)[at]
    attained = np.searchsorted(ranked, ranked[rank - 1], side="right") / ranked.size
    return _estimate(
        float(share[rank - 1]),
        _variance_of_threshold(share, rank),
        m,
        n=m + ranked.size,
        confidence=confidence,
        method=f"{names[0]} where {names[1]} is at least {kept:g} (attained {attained:.4g}); "
        "exact bootstrap variance of the threshold, Agresti-Coull interval",
    )


def _variance_of_threshold(share: FloatArray, rank: int) -> float:
    """Of the share at a bootstrap sample's own threshold, the ``rank``-th of its values."""
    n = share.size
    up_to = special.betainc(rank, n - rank + 1, np.arange(n + 1) / n)
    chance = np.diff(up_to)
    mean = chance @ share
    return float(chance @ (share - mean) ** 2)


def _estimate(
    share: float, threshold: float, m: int, *, n: int, confidence: float, method: str
) -> Estimate:
    z = normal_quantile(confidence)
    middle = (m * share + z**2 / 2) / (m + z**2)
    half = z * np.sqrt(middle * (1 - middle) / (m + z**2) + threshold)
    se = float(np.sqrt(share * (1 - share) / m + threshold))
    return Estimate(
        value=share,
        se=se,
        lower=float(max(middle - half, 0.0)),
        upper=float(min(middle + half, 1.0)),
        level=confidence,
        n=n,
        method=method if se > 0 else f"{method}; se is 0: every threshold gives the same share",
    )
