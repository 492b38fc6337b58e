"""How many readers and cases a reader study needs to find a difference that matters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import stats

from probatum.analysis.choices import one_number, whole_number
from probatum.analysis.reader_study.findings import VarianceComponents
from probatum.errors import NotEstimable

Sampled: TypeAlias = Literal["readers and cases", "cases", "readers"]

_MOST_CASES = 10_000_000
_LEAST = 1e-6
_TRIED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderStudyPower:
    """Chance that a planned study finds a true difference.

    Attributes
    ----------
    power : float in (0, 1)
    n_readers, n_cases : int
    difference, alpha : float
    noncentrality : float
        Of the F or chi-square statistic.
    df2 : float or None
        Of the denominator; ``None`` for the chi-square of fixed readers.
    method : str
    """

    power: float
    n_readers: int
    n_cases: int
    difference: float
    alpha: float
    noncentrality: float
    df2: float | None
    method: str

    def as_dict(self) -> dict[str, float | int | str | None]:
        """Return the design and its power as plain JSON values."""
        return asdict(self)


def mrmc_power(
    *,
    difference: float,
    n_readers: int,
    n_cases: int,
    var_treatment_reader: float,
    cov1: float,
    cov2: float,
    cov3: float,
    var_error: float,
    pilot_cases: int,
    sampled: Literal["readers and cases", "cases", "readers"] = "readers and cases",
    alpha: float = 0.05,
) -> ReaderStudyPower:
    r"""Power of a fully crossed study of two treatments, from a pilot's variance components.

    .. math:: \Delta = \frac{J d^2 / 2}{\sigma^2_{TR} + \frac{K^*}{K} [\sigma^2_\epsilon -
        Cov_1 + (J - 1) \max(Cov_2 - Cov_3, 0)]}

    .. math:: df_2 = \frac{\{\sigma^2_{TR} + \frac{K^*}{K} [\sigma^2_\epsilon - Cov_1 +
        (J - 1) \max(Cov_2 - Cov_3, 0)]\}^2}{\{\sigma^2_{TR} + \frac{K^*}{K}
        [\sigma^2_\epsilon - Cov_1 - \max(Cov_2 - Cov_3, 0)]\}^2 / (J - 1)}

    and the power is that of the noncentral F on 1 and :math:`df_2`.

    Parameters
    ----------
    difference : float in (-1, 1), not 0
        d, the true difference of the two areas.
    n_readers, n_cases : int
        J and K of the study planned; at least two readers (one where they are fixed).
    var_treatment_reader : float
        Of the pilot; taken as 0 where its estimate is negative.
    cov1, cov2, cov3, var_error : float
        Of the pilot, as :func:`obuchowski_rockette` reports them.
    pilot_cases : int
        :math:`K^*`, the cases of the pilot; errors shrink as one over the cases.
    sampled : {"readers and cases", "cases", "readers"}
        What stands for others like it. With "cases" the readers are fixed (chi-square); with
        "readers" the cases are.
    alpha : float in (0, 1)
        Two-sided error rate.

    Returns
    -------
    ReaderStudyPower

    Raises
    ------
    NotEstimable
        With numbers that describe no study, or components that leave no error.

    References
    ----------
    Hillis SL, Obuchowski NA, Berbaum KS. Acad Radiol 2011;18:129-142, eq. 10.

    Departures
    ----------
    The share of diseased cases is taken to be the pilot's.

    Examples
    --------
    >>> found = mrmc_power(difference=0.05, n_readers=10, n_cases=165, pilot_cases=114,
    ...     var_treatment_reader=0.0002004, cov1=0.00034661, cov2=0.00034407,
    ...     cov3=0.00023903, var_error=0.00080229)
    >>> round(found.power, 3)
    0.896
    """
    _check_plan(difference, n_readers, sampled, alpha)
    pilot = _pilot(var_treatment_reader, cov1, cov2, cov3, var_error, pilot_cases)
    if not whole_number(n_cases) >= 4:
        raise NotEstimable(f"cases — expected at least 4, got {n_cases}")
    return _power(pilot, difference, n_readers, n_cases, sampled, alpha)


def mrmc_sample_size(
    *,
    difference: float,
    n_readers: int,
    var_treatment_reader: float,
    cov1: float,
    cov2: float,
    cov3: float,
    var_error: float,
    pilot_cases: int,
    power: float = 0.8,
    sampled: Literal["readers and cases", "cases", "readers"] = "readers and cases",
    alpha: float = 0.05,
) -> ReaderStudyPower:
    """Fewest cases with which so many readers find a difference as often as asked.

    Parameters
    ----------
    difference, n_readers, sampled, alpha
        As :func:`mrmc_power`.
    var_treatment_reader, cov1, cov2, cov3, var_error, pilot_cases
        Of the pilot, as :func:`mrmc_power`.
    power : float in (0, 1)
        Least power.

    Returns
    -------
    ReaderStudyPower
        The design with the fewest cases, at least 4.

    Raises
    ------
    NotEstimable
        When no number of cases is enough for so few readers.

    References
    ----------
    Hillis SL, Obuchowski NA, Berbaum KS. Acad Radiol 2011;18:129-142.

    Examples
    --------
    >>> mrmc_sample_size(difference=0.0438, n_readers=10, pilot_cases=114,
    ...     var_treatment_reader=0.0002004, cov1=0.00034661, cov2=0.00034407,
    ...     cov3=0.00023903, var_error=0.00080229).n_cases
    163
    """
    if not 0 < one_number(power) < 1:
        raise NotEstimable(f"power — expected a number in (0, 1), got {power}")
    _check_plan(difference, n_readers, sampled, alpha)
    pilot = _pilot(var_treatment_reader, cov1, cov2, cov3, var_error, pilot_cases)

    def of(n_cases: int) -> ReaderStudyPower:
        return _power(pilot, difference, n_readers, n_cases, sampled, alpha)

    enough = _MOST_CASES if of(_MOST_CASES).power >= power else _most_powerful(of)
    if of(enough).power < power:
        raise NotEstimable(
            f"cases — expected power {power:g} with {n_readers} readers, got at most "
            f"{of(enough).power:.3f} with any number of cases — plan for more readers"
        )
    too_few = 3
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if of(middle).power >= power:
            enough = middle
        else:
            too_few = middle
    return of(enough)


def _most_powerful(of: Callable[[int], ReaderStudyPower]) -> int:
    """The number of cases with most power, to within two in a hundred.

    More cases may mean less power: where the readers' part of the error is all that is left,
    the degrees of freedom are those of few readers.
    """
    tried = (int(n_cases) for n_cases in np.geomspace(4, _MOST_CASES, _TRIED).round())
    return max(tried, key=lambda n_cases: of(n_cases).power)


def _power(
    pilot: VarianceComponents,
    difference: float,
    n_readers: int,
    n_cases: int,
    sampled: Sampled,
    alpha: float,
) -> ReaderStudyPower:
    ratio = pilot.pilot_cases / n_cases
    of_case = max(pilot.cov2 - pilot.cov3, 0.0)
    of_reader = max(pilot.var_treatment_reader, 0.0) if sampled != "cases" else 0.0
    alone = of_reader + ratio * (pilot.var_error - pilot.cov1 - of_case)
    total = alone + (ratio * n_readers * of_case if sampled != "readers" else 0.0)
    if not total > 0:
        raise NotEstimable(
            "variance components — expected some error, got none or less — check the pilot"
        )
    noncentrality = n_readers * difference**2 / 2 / total
    df2 = None
    if sampled == "cases":
        limit = float(stats.chi2.isf(alpha, 1))
        chance = float(stats.ncx2.sf(limit, 1, noncentrality))
    else:
        df2 = (n_readers - 1) * (total / max(alone, _LEAST * total)) ** 2
        limit = float(stats.f.isf(alpha, 1, df2))
        chance = float(stats.ncf.sf(limit, 1, df2, noncentrality))
    return ReaderStudyPower(
        power=chance,
        n_readers=int(n_readers),
        n_cases=int(n_cases),
        difference=float(difference),
        alpha=alpha,
        noncentrality=noncentrality,
        df2=df2,
        method=f"Hillis-Obuchowski-Berbaum, {sampled} sampled, two-sided alpha {alpha:g}",
    )


def _pilot(
    var_treatment_reader: float,
    cov1: float,
    cov2: float,
    cov3: float,
    var_error: float,
    pilot_cases: int,
) -> VarianceComponents:
    parts = (var_treatment_reader, cov1, cov2, cov3, var_error)
    if not all(math.isfinite(one_number(part)) for part in parts) or var_error <= 0:
        raise NotEstimable(
            "variance components — expected finite numbers and a positive var_error, "
            "got others — take them from obuchowski_rockette on the pilot"
        )
    if not whole_number(pilot_cases) >= 4:
        raise NotEstimable(f"pilot_cases — expected at least 4, got {pilot_cases}")
    return VarianceComponents(
        var_reader=0.0,
        var_treatment_reader=var_treatment_reader,
        cov1=cov1,
        cov2=cov2,
        cov3=cov3,
        var_error=var_error,
        pilot_cases=pilot_cases,
    )


def _check_plan(difference: float, n_readers: int, sampled: Sampled, alpha: float) -> None:
    if sampled not in get_args(Sampled):
        raise NotEstimable(f"sampled — expected one of {get_args(Sampled)}, got {sampled!r}")
    if not 0 < abs(one_number(difference)) < 1:
        raise NotEstimable(f"difference — expected one in (-1, 1), not 0, got {difference}")
    if not 0 < one_number(alpha) < 1:
        raise NotEstimable(f"alpha — expected an error rate in (0, 1), got {alpha}")
    least = 1 if sampled == "cases" else 2
    if not whole_number(n_readers) >= least:
        raise NotEstimable(
            f"readers — expected a whole number of at least {least}, got {n_readers}"
        )
