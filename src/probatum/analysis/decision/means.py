"""Mean worth of the patients' decisions, and what is said when all are worth the same."""

from __future__ import annotations

import numpy as np

from probatum.analysis.estimate import Estimate, check_level, wald
from probatum.analysis.observations import FloatArray, effective_size, weighted_mean

__all__ = ["mean_worth"]


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

    Examples
    --------
    >>> found = mean_worth(np.zeros(50), np.ones(50), least=-.25, most=1, confidence=.95,
    ...                    method="net benefit")
    >>> found.value, round(found.lower, 4), round(found.upper, 4)
    (0.0, -0.0178, 0.0711)
    >>> found.method
    'net benefit, exact bound: no patient differs'
    """
    if values.size > 1 and np.ptp(values) == 0:
        return _exact(float(values[0]), weight, (least, most), confidence, method)
    return wald(
        *weighted_mean(values, weight),
        confidence=confidence,
        n=values.size,
        method=f"{method}, Wald interval",
        within=(least, most),
    )


def _exact(
    value: float,
    weight: FloatArray,
    within: tuple[float, float],
    confidence: float,
    method: str,
) -> Estimate:
    check_level(confidence)
    at_least = float(((1 - confidence) / 2) ** (1 / effective_size(weight)))
    lower, upper = (at_least * value + (1 - at_least) * end for end in within)
    return Estimate(
        value=value,
        se=0.0,
        lower=lower,
        upper=upper,
        level=confidence,
        n=weight.size,
        method=f"{method}, exact bound: no patient differs",
    )
