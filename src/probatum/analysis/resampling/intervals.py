"""From replicates of a statistic to an interval for it."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
from scipy import special

from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray
from probatum.errors import NotEstimable

Interval: TypeAlias = Literal["percentile", "basic", "bca"]

WORDS: Final[dict[str, str]] = {
    "percentile": "percentile",
    "basic": "basic",
    "bca": "bias-corrected and accelerated (BCa)",
}
"""Each interval as a report calls it."""


def check_interval(interval: str, confidence: float) -> None:
    """Refuse an interval or a level that is none, before anything is drawn.

    Raises
    ------
    NotEstimable

    Examples
    --------
    >>> check_interval("bca", 0.95)
    """
    check_level(confidence)
    if not isinstance(interval, str) or interval not in WORDS:
        raise NotEstimable(f"interval — expected one of {sorted(WORDS)}, got {interval!r}")


def from_replicates(
    value: float,
    drawn: FloatArray,
    *,
    interval: str,
    confidence: float,
    n: int,
    method: str,
    without: FloatArray | None = None,
) -> Estimate:
    r"""Estimate whose interval is read off the replicates of its statistic.

    Percentile: :math:`[\hat F^{-1}(\alpha/2), \hat F^{-1}(1 - \alpha/2)]`. Basic: the same,
    mirrored at the estimate. BCa: at the shares

    .. math:: \Phi\Bigl(z_0 + \frac{z_0 + z}{1 - a (z_0 + z)}\Bigr), \quad
        z_0 = \Phi^{-1}\bigl(\hat F(\hat\theta)\bigr), \quad
        a = \frac{\sum d_i^3}{6 (\sum d_i^2)^{3/2}}

    with :math:`d_i` the mean of the jackknife's values less the value without unit i. It is
    right to second order: biased and skewed statistics are allowed for.

    Parameters
    ----------
    value : float
        Of the patients as they are.
    drawn : (r,) of float
        Of each replicate.
    interval : {"percentile", "basic", "bca"}
    confidence : float in (0, 1)
    n : int
    method : str
        What is said after the interval's name.
    without : (k,) of float, for "bca"
        Of the patients without one unit each.

    Raises
    ------
    NotEstimable
        When all replicates lie on one side of the value, which leaves BCa without a
        correction.

    References
    ----------
    Efron B. J Am Stat Assoc 1987;82:171-185, eqs. 2.3 and 6.6. Davison AC, Hinkley DV.
    Bootstrap Methods and their Application. Cambridge 1997, section 5.2.

    Departures
    ----------
    Replicates equal to the value count one half for :math:`\hat F(\hat\theta)`: statistics of
    ranks take few values. Where the jackknife does not vary, a = 0. Quantiles are interpolated
    linearly (R's type 7). Where no replicate differs, as of a perfect separation, there is
    neither error nor interval: that all are alike is no certainty.

    Examples
    --------
    >>> drawn = np.arange(1.0, 100.0)
    >>> from_replicates(50.0, drawn, interval="bca", confidence=0.9, n=9, method="",
    ...                 without=np.array([49.0, 50.0, 51.0])).upper
    94.1
    """
    told = f"bootstrap {WORDS[interval]} interval{method}"
    if np.ptp(drawn) == 0:
        alike = f"{told}; no replicate differs, no interval"
        return Estimate(
            value=value, se=None, lower=None, upper=None, level=confidence, n=n, method=alike
        )
    tail = (1 - confidence) / 2
    if interval == "bca":
        assert without is not None  # noqa: S101  (the caller's)
        shares = _corrected(value, drawn, without, np.array([tail, 1 - tail]))
    else:
        shares = np.array([tail, 1 - tail])
    lower, upper = np.quantile(drawn, shares)
    if interval == "basic":
        lower, upper = 2 * value - upper, 2 * value - lower
    return Estimate(
        value=value,
        se=float(drawn.std(ddof=1)),
        lower=float(lower),
        upper=float(upper),
        level=confidence,
        n=n,
        method=told,
    )


def _corrected(
    value: float, drawn: FloatArray, without: FloatArray, shares: FloatArray
) -> FloatArray:
    below = float(np.mean(drawn < value) + np.mean(drawn == value) / 2)
    if not 0 < below < 1:
        raise NotEstimable(
            "BCa interval — expected replicates on both sides of the estimate, got one side "
            "only — take the percentile interval, or more replicates"
        )
    bias, z = special.ndtri(below), special.ndtri(shares)
    deviation = without.mean() - without
    size = float(np.sum(deviation**2)) ** 1.5
    acceleration = float(np.sum(deviation**3)) / (6 * size) if size > 0 else 0.0
    moved = bias + (bias + z) / (1 - acceleration * (bias + z))
    return np.asarray(special.ndtr(moved), dtype=np.float64)
