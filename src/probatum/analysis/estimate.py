"""One number with what is needed to judge it: its error, its interval, its n and its method."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy import special

from probatum.analysis.choices import one_number
from probatum.errors import NotEstimable

_WHERE_THEY_EXIST = ("statistic", "df", "p_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An estimate, its interval and how both were obtained; finite, or not made at all.

    Attributes
    ----------
    value : float
        The estimate, on the scale of the quantity itself.
    se : float or None, at least 0
        Standard error; ``None`` where the method gives none; 0 only where ``method`` says why.
    lower, upper : float or None
        Two-sided interval at ``level``; both ``None`` where the method gives none.
    level : float in (0, 1)
        Confidence level of the interval.
    n : int, at least 1
        Patients the number rests on (patients, not summed weights).
    method : str
        What was done, in words fit for a report.
    statistic, df, p_value : float or None
        Test statistic, its degrees of freedom and p-value, where there is a test.

    Raises
    ------
    NotEstimable
        When a number is not finite, the interval is upside down, or n is not positive.

    Examples
    --------
    >>> auc = Estimate(value=.8, se=.02, lower=.76, upper=.84, level=.95,
    ...                n=400, method="DeLong")
    >>> auc.as_dict()["upper"], float(auc)
    (0.84, 0.8)
    """

    value: float
    se: float | None
    lower: float | None
    upper: float | None
    level: float
    n: int
    method: str
    statistic: float | None = None
    df: float | None = None
    p_value: float | None = None

    def __post_init__(self) -> None:
        self._keep_plain_numbers()
        self._refuse_the_not_finite()
        check_level(self.level)
        if self.n < 1:
            raise NotEstimable(f"{self.method} — expected at least one patient, got {self.n}")
        if (self.lower is None) != (self.upper is None):
            raise NotEstimable(f"{self.method} — expected two bounds or none, got one")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise NotEstimable(f"{self.method} — the lower bound lies above the upper bound")
        if self.se is not None and self.se < 0:
            raise NotEstimable(f"{self.method} — the standard error is negative")

    def _keep_plain_numbers(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.generic | np.ndarray) and value.ndim == 0:
                object.__setattr__(self, field.name, value.item())

    def _refuse_the_not_finite(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float) and not math.isfinite(value):
                raise NotEstimable(
                    f"{self.method} — expected a finite {field.name}, got {value} — "
                    "the quantity does not exist for these data"
                )

    def __float__(self) -> float:
        return self.value

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound.

        Raises
        ------
        NotEstimable
            When the method gives no interval.
        """
        if self.lower is None or self.upper is None:
            raise NotEstimable(f"{self.method} — expected an interval, got none")
        return self.lower, self.upper

    def as_dict(self) -> dict[str, float | int | str | None]:
        """Return the estimate as it stands in evidence; absent tests are left out."""
        everything = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: found
            for name, found in everything.items()
            if found is not None or name not in _WHERE_THEY_EXIST
        }


def check_level(confidence: float) -> None:
    """Refuse a confidence level that is none.

    Raises
    ------
    NotEstimable
        Unless it is a number inside (0, 1), and not so near an end that no tail is left.
    """
    if not 0.5 < 0.5 + one_number(confidence) / 2 < 1:
        raise NotEstimable(f"confidence level — expected a number in (0, 1), got {confidence}")


def normal_quantile(confidence: float) -> float:
    """Half-width of a two-sided normal interval, in standard errors.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    check_level(confidence)
    return float(special.ndtri(0.5 + confidence / 2))


def wald(
    value: float,
    se: float,
    *,
    confidence: float,
    n: int,
    method: str,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    r"""Estimate with the interval :math:`\hat\theta \pm z\,\mathrm{SE}`, kept ``within`` range.

    Parameters
    ----------
    value, se : float
        On the same scale.
    confidence : float in (0, 1)
        Two-sided confidence level.
    n : int
        Patients.
    method : str
        What is printed as the method.
    within : (float, float)
        Range the quantity cannot leave; bounds beyond it are moved to it.

    Examples
    --------
    >>> wald(.99, .02, confidence=.95, n=50, method="DeLong", within=(0, 1)).upper
    1.0
    """
    half = normal_quantile(confidence) * se
    least, most = within
    return Estimate(
        value=float(value),
        se=float(se),
        lower=float(min(max(value - half, least), most)),
        upper=float(max(min(value + half, most), least)),
        level=confidence,
        n=n,
        method=method,
    )


def with_test(estimate: Estimate, *, null: float = 0.0) -> Estimate:
    """Return ``estimate`` with the two-sided normal test of ``null`` beside it.

    An estimate without error is returned as it came: there is nothing to divide by.

    Examples
    --------
    >>> difference = wald(.04, .02, confidence=.95, n=50, method="DeLong")
    >>> with_test(difference).statistic
    2.0
    """
    if not estimate.se:
        return estimate
    z = (estimate.value - null) / estimate.se
    return replace(estimate, statistic=z, p_value=float(2 * special.ndtr(-abs(z))))
