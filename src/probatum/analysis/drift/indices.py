"""Are the patients who arrive now still those the model was validated on?

Limits are set beforehand on effect sizes: with many patients every p-value is small. Bins come
from the reference alone, so an index never moves because its yardstick did.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from probatum.analysis.drift.binning import (
    Shares,
    category_shares,
    from_chi_square,
    labels,
    quantile_shares,
)
from probatum.analysis.estimate import Estimate, wald, with_test
from probatum.analysis.observations import FloatArray, finite
from probatum.analysis.proportion import proportion
from probatum.errors import NotEstimable


def psi(
    reference: ArrayLike, current: ArrayLike, *, bins: int = 10, confidence: float = 0.95
) -> Estimate:
    r"""Population stability index of a number, over quantiles of the reference.

    .. math:: \mathrm{PSI} = \sum_k (a_k - e_k) \ln \frac{a_k}{e_k}

    with :math:`e_k`, :math:`a_k` the shares of reference and current patients in bin k.

    Parameters
    ----------
    reference, current : (n,), (m,) of float
        Recorded values; missing ones are counted by :func:`missing_share`.
    bins : int, at least 2
        Quantile groups of the reference; ties may change their number, which ``method`` tells.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At least 0; 0 when the shares are the same. By custom below 0.1 is small and above 0.25
        large; the protocol sets its own limit. ``p_value`` is of no shift.

    Raises
    ------
    NotEstimable
        When either is empty or holds missing values, or fewer than two bins are filled.

    References
    ----------
    Siddiqi N. Credit Risk Scorecards. Wiley 2006, ch. 8 (the index).
    Yurdakul B, Naranjo J. J Risk Model Validation 2020;14(4):89-100 (its distribution).

    Departures
    ----------
    A bin filled on one side only has no finite term. It counts as half a patient on the empty
    side, and ``method`` says how many bins did.
    The interval inverts the non-central chi-square that the index times
    :math:`nm/(n + m)` follows for small shifts; for large ones it is approximate.

    Examples
    --------
    >>> psi(range(100), range(100)).value
    0.0
    """
    return stability(quantile_shares(reference, current, bins=bins), confidence=confidence)


def psi_categorical(
    reference: ArrayLike, current: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    """Population stability index of a category; missing is a category of its own.

    Parameters
    ----------
    reference, current : (n,), (m,) of labels
    confidence : float in (0, 1)

    Returns
    -------
    Estimate
        As :func:`psi`; a category seen on one side only counts as half a patient on the other.

    Raises
    ------
    NotEstimable
        When either is empty, or there is one category only.

    References
    ----------
    As :func:`psi`.

    Examples
    --------
    >>> round(psi_categorical(["F"] * 50 + ["M"] * 50, ["F"] * 60 + ["M"] * 40).value, 4)
    0.0405
    """
    shares = category_shares(reference, current)
    return stability(shares, confidence=confidence, over="categories")


def jensen_shannon(
    reference: ArrayLike, current: ArrayLike, *, bins: int = 10, confidence: float = 0.95
) -> Estimate:
    r"""Jensen-Shannon distance, base 2, over quantiles of the reference.

    .. math:: \sqrt{\tfrac12 \sum_k e_k \log_2 \frac{e_k}{m_k}
        + \tfrac12 \sum_k a_k \log_2 \frac{a_k}{m_k}}, \qquad m_k = \tfrac12 (e_k + a_k)

    Parameters
    ----------
    reference, current, bins, confidence
        As :func:`psi`.

    Returns
    -------
    Estimate
        In [0, 1]; 0 for the same shares, 1 when no bin is shared. Empty bins need no care.
        The interval is that of :func:`psi`, from
        :math:`8 \ln 2 \cdot \mathrm{JSD} \cdot nm/(n + m)`.

    Raises
    ------
    NotEstimable
        As :func:`psi`.

    References
    ----------
    Lin J. IEEE Trans Inf Theory 1991;37:145-151. Endres DM, Schindelin JE. IEEE Trans Inf
    Theory 2003;49:1858-1860 (the root is a metric).

    Examples
    --------
    >>> jensen_shannon([0, 1], [0, 0], bins=2).value.__round__(4)
    0.5579
    """
    return divergence(quantile_shares(reference, current, bins=bins), confidence=confidence)


def standardised_difference(
    reference: ArrayLike, current: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    r"""Difference of means in standard deviations, current less reference.

    .. math:: d = \frac{\bar x_c - \bar x_r}{\sqrt{(s_c^2 + s_r^2)/2}}, \qquad
        \mathrm{SE}^2 = \frac1n + \frac1m + \frac{d^2}{2(n + m)}

    Parameters
    ----------
    reference, current : (n,), (m,) of float
        Recorded values, at least two on each side; 0/1 for a binary one.
    confidence : float in (0, 1)

    Returns
    -------
    Estimate
        0 for equal means; 0.1 is the customary limit of balance. ``p_value`` is of 0.

    Raises
    ------
    NotEstimable
        When a side has fewer than two values, or neither varies.

    References
    ----------
    Austin PC. Stat Med 2009;28:3083-3107, section 3.1. Hedges LV, Olkin I. Statistical Methods
    for Meta-Analysis. Academic Press 1985, p. 86 (the standard error).

    Examples
    --------
    >>> standardised_difference([1, 2, 3], [2, 3, 4]).value
    1.0
    """
    e, a = finite(reference, "reference"), finite(current, "current")
    if min(e.size, a.size) < 2:
        raise NotEstimable("standardised difference — expected two values a side, got one")
    if np.ptp(e) == 0 == np.ptp(a):
        raise NotEstimable("standardised difference — expected values that vary, got constants")
    pooled = float(np.sqrt((e.var(ddof=1) + a.var(ddof=1)) / 2))
    d = float(a.mean() - e.mean()) / pooled
    error = float(np.sqrt(1 / e.size + 1 / a.size + d**2 / (2 * (e.size + a.size))))
    method = "standardised difference of means, Wald interval"
    return with_test(wald(d, error, confidence=confidence, n=a.size, method=method))


def missing_share(values: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """Share of patients in whom a value was not recorded.

    Parameters
    ----------
    values : (n,) of anything
        NaN, ``None`` and NaT are missing; an empty text is not.
    confidence : float in (0, 1)

    Raises
    ------
    NotEstimable
        Without patients, or with several values of each.

    References
    ----------
    Wilson EB. J Am Stat Assoc 1927;22:209-212 (the interval).

    Examples
    --------
    >>> missing_share([1.0, None, float("nan"), 4.0]).value
    0.5
    """
    column = labels(values)
    return proportion(int(column.isna().sum()), column.size, confidence=confidence)


def divergence(shares: Shares, *, confidence: float) -> Estimate:
    """What :func:`jensen_shannon` tells of values already counted.

    Examples
    --------
    >>> divergence(quantile_shares([1, 2], [1, 2], bins=2), confidence=0.95).value
    0.0
    """
    e, a = shares.reference, shares.current
    mixed = (e + a) / 2
    divergence = float(stats.entropy(e, mixed) + stats.entropy(a, mixed)) / 2
    index = from_chi_square(
        8 * max(divergence, 0.0),
        shares,
        confidence=confidence,
        method=f"Jensen-Shannon distance over {shares.bins} reference quantile bins",
    )
    to_distance = [_distance(value) for value in (index.value, *index.interval)]
    return Estimate(
        value=to_distance[0],
        se=None,
        lower=to_distance[1],
        upper=to_distance[2],
        level=confidence,
        n=index.n,
        method=index.method,
        statistic=index.statistic,
        df=index.df,
        p_value=index.p_value,
    )


def stability(
    shares: Shares, *, confidence: float, over: str = "reference quantile bins"
) -> Estimate:
    """What :func:`psi` tells of values already counted.

    Examples
    --------
    >>> stability(quantile_shares([1, 2], [1, 2], bins=2), confidence=0.95).value
    0.0
    """
    e, a, floored = shares.without_empty_bins()
    index = _symmetric_divergence(e, a)
    note = (
        f", {floored} filled on one side only and counted as half a patient" if floored else ""
    )
    method = f"PSI over {shares.bins} {over}{note}"
    return from_chi_square(index, shares, confidence=confidence, method=method)


def _symmetric_divergence(e: FloatArray, a: FloatArray) -> float:
    return float(np.sum((a - e) * np.log(a / e)))


def _distance(index: float) -> float:
    return float(min(np.sqrt(index / 8 / np.log(2)), 1.0))
