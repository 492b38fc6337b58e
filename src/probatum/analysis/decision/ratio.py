"""What one more of something costs in another: a ratio of two means over the same patients."""

from __future__ import annotations

import numpy as np

from probatum.analysis.estimate import Estimate, normal_quantile
from probatum.analysis.observations import FloatArray, weighted_mean
from probatum.errors import NotEstimable

__all__ = ["ratio_of_means"]

_ROUNDING = 1e-12


def ratio_of_means(
    above: FloatArray,
    below: FloatArray,
    weight: FloatArray,
    *,
    confidence: float,
    name: str,
) -> Estimate:
    r"""Ratio of two means of the same patients, with Fieller's interval.

    .. math:: R = \bar a / \bar b, \qquad
        \bigl\{\rho : (\bar a - \rho \bar b)^2
        \le z^2 \, \widehat{\mathrm{Var}}(\bar a - \rho \bar b)\bigr\}

    Unlike the delta method's, the interval is right however near the mean below is to 0: it is
    then no longer bounded, and is not given.

    Parameters
    ----------
    above, below : (n,) of float
    weight : (n,) of float > 0
    confidence : float in (0, 1)
    name : str
        What the ratio is, for ``method``.

    Returns
    -------
    Estimate
        ``lower`` and ``upper`` are ``None``, and ``method`` says so, where the mean below is
        not clearly different from 0, or where no patient departs from the ratio.

    Raises
    ------
    NotEstimable
        When the mean below is 0.

    References
    ----------
    Fieller EC. J R Stat Soc B 1954;16:175-185.
    Willan AR, O'Brien BJ. Health Econ 1996;5:297-305 (cost-effectiveness ratios).

    Examples
    --------
    >>> cost, found = np.array([1., 2, 3, 6]), np.array([0., 1, 1, 2])
    >>> ratio_of_means(cost, found, np.ones(4), confidence=.5, name="cost").value
    3.0
    """
    (top, _), (bottom, bottom_error) = (weighted_mean(v, weight) for v in (above, below))
    if bottom == 0:
        raise NotEstimable(f"{name} — expected a mean other than 0 to divide by, got 0")
    ratio = top / bottom
    left = above - ratio * below
    _, error = weighted_mean(left, weight)
    shared = _covariance(left, below - bottom, weight)
    reach = _reach(bottom, bottom_error, error, shared, normal_quantile(confidence))
    words = "Fieller interval" if reach else "the mean divided by may be 0: no finite interval"
    if np.max(np.abs(left)) <= _ROUNDING * np.max(np.abs(above)):
        error, reach, words = 0.0, None, "no patient departs from it: no interval"
    bounds = (ratio + reach[0], ratio + reach[1]) if reach else None
    return Estimate(
        value=ratio,
        se=error / abs(bottom),
        lower=bounds[0] if bounds else None,
        upper=bounds[1] if bounds else None,
        level=confidence,
        n=above.size,
        method=f"{name}, ratio of means, {words}",
    )


def _covariance(above: FloatArray, below: FloatArray, weight: FloatArray) -> float:
    """Covariance of two weighted means, from values that are centred."""
    n = above.size
    return float(np.sum(weight**2 * above * below) / weight.sum() ** 2 * n / (n - 1))


def _reach(
    bottom: float, bottom_error: float, error: float, shared: float, z: float
) -> tuple[float, float] | None:
    """How far below and above the ratio its bounds lie; none where there are no bounds.

    With r what is left of a after R b, the quadratic in the distance from R has no terms that
    cancel: bounds close to each other keep their digits.
    """
    lead = bottom**2 - (z * bottom_error) ** 2
    if lead <= 0:
        return None
    middle = -(z**2) * shared / lead
    half = float(np.hypot(middle, z * error / np.sqrt(lead)))
    return min(middle - half, 0.0), max(middle + half, 0.0)
