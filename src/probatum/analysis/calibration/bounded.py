"""A mean over patients of something that cannot leave a range, even where all are alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from probatum.analysis.estimate import Estimate, wald

NO_SPREAD: Final = 1e-12
"""Standard error of values of order one that is nothing but rounding."""


def bounded_mean(
    value: float,
    se: float,
    *,
    confidence: float,
    n: int,
    effective: float,
    method: str,
    within: tuple[float, float],
) -> Estimate:
    r"""Wald interval; where every patient has the same value, an exact bound instead.

    When all of n patients have the value :math:`d`, others have it with a chance of at least
    :math:`1 - u`, :math:`u = 1 - (\alpha/2)^{1/n}`, so the mean lies in

    .. math:: [(1 - u) d + u\,\mathrm{least},\ (1 - u) d + u\,\mathrm{most}]

    Parameters
    ----------
    value, se : float
        Mean and its standard error.
    confidence : float in (0, 1)
        Two-sided confidence level.
    n : int
        Patients.
    effective : float
        Their effective number under the weights.
    method : str
        What the mean is of.
    within : (float, float)
        Least and most that a patient's value can be.

    Examples
    --------
    >>> alike = bounded_mean(0.0, 0.0, confidence=0.95, n=50, effective=50.0,
    ...                      method="Brier score", within=(0.0, 1.0))
    >>> alike.lower, round(alike.upper, 3)
    (0.0, 0.071)
    """
    if se > NO_SPREAD:
        return wald(
            value,
            se,
            confidence=confidence,
            n=n,
            method=f"{method}, Wald interval",
            within=within,
        )
    found = wald(
        value,
        0.0,
        confidence=confidence,
        n=n,
        method=f"{method}, the same for every patient, exact bound on the chance of another",
    )
    other = 1 - ((1 - confidence) / 2) ** (1 / effective)
    least, most = (value + other * (edge - value) for edge in within)
    return replace(found, lower=float(least), upper=float(most))
