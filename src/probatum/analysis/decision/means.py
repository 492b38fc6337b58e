"""Mean worth of the patients' decisions, and what is said when all are worth the same."""

from __future__ import annotations

import numpy as np

from probatum.analysis.estimate import Estimate, check_level, wald
from probatum.analysis.observations import FloatArray, effective_size, weighted_mean

__all__ = ["exact_bound", "mean_worth", "share_alike"]

_ROUNDING = 1e-12


def mean_worth(
    values: FloatArray,
    weight: FloatArray,
    *,
    least: float,
    most: float,
    confidence: float,
    method: str,
) -> Estimate:
    r"""Weighted mean with a Wald interval, or an exact bound where no patient differs.

    Where all n patients have one value c the Wald interval would have no width, however few
    they are. The share of patients with that value is then at least
    :math:`b = (\alpha/2)^{1/n}`, and the others lie in the range, so the mean lies in

    .. math:: [\, b c + (1 - b) \min,\; b c + (1 - b) \max \,]

    Parameters
    ----------
    values : (n,) of float in [least, most]
    weight : (n,) of float > 0
        Unequal weights make n Kish's effective number.
    least, most : float
        Range that a patient's value cannot leave.
    confidence : float in (0, 1)
        Two-sided confidence level.
    method : str

    Notes
    -----
    Values that differ by rounding alone are one value.

    Examples
    --------
    >>> found = mean_worth(np.zeros(50), np.ones(50), least=-.25, most=1, confidence=.95,
    ...                    method="net benefit")
    >>> found.value, round(found.lower, 4), round(found.upper, 4)
    (0.0, -0.0178, 0.0711)
    >>> found.method
    'net benefit, exact bound: no patient differs'
    """
    negligible = _ROUNDING * max(abs(least), abs(most))
    if values.size > 1 and np.ptp(values) <= negligible:
        size = effective_size(weight)
        return exact_bound(
            float(values[0]), size, (least, most), confidence, values.size, method
        )
    return wald(
        *weighted_mean(values, weight),
        confidence=confidence,
        n=values.size,
        method=f"{method}, Wald interval",
        within=(least, most),
    )


def exact_bound(
    value: float,
    size: float,
    within: tuple[float, float],
    confidence: float,
    n: int,
    method: str,
) -> Estimate:
    """Mean of n patients, worth ``size`` known ones, who all have one value.

    Examples
    --------
    >>> found = exact_bound(1.0, 2.0, (0.0, 1.0), 0.95, 5, "share")
    >>> found.n, round(found.lower, 4), found.upper
    (5, 0.1581, 1.0)
    """
    least, most = within
    alike = share_alike(size, confidence)
    return Estimate(
        value=value,
        se=0.0,
        lower=min(alike * value + (1 - alike) * least, value),
        upper=max(alike * value + (1 - alike) * most, value),
        level=confidence,
        n=n,
        method=f"{method}, exact bound: no patient differs",
    )


def share_alike(size: float, confidence: float) -> float:
    r"""Least share of patients who are as all n seen are, :math:`(\alpha/2)^{1/n}`.

    Examples
    --------
    >>> round(share_alike(50, 0.95), 4)
    0.9289
    """
    check_level(confidence)
    return float(((1 - confidence) / 2) ** (1 / size))
