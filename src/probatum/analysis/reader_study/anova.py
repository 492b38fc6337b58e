"""Do readers do better under one treatment than another, and would others, on other cases?

The analysis of variance of Obuchowski and Rockette, with the degrees of freedom of Hillis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from probatum.analysis.observations import FloatArray
from probatum.analysis.reader_study.areas import Areas, areas
from probatum.analysis.reader_study.findings import ReaderStudy, VarianceComponents
from probatum.analysis.reader_study.judging import (
    Errors,
    check_crossing,
    mean_squares,
    satterthwaite,
    study,
)
from probatum.analysis.reader_study.reads import Reads
from probatum.errors import NotEstimable

Effect: TypeAlias = Literal["random", "fixed"]


def obuchowski_rockette(
    reads: Reads,
    *,
    readers: Literal["random", "fixed"] = "random",
    cases: Literal["random", "fixed"] = "random",
    covariance: Literal["jackknife", "delong", "unbiased"] = "jackknife",
    reference: str | None = None,
    margin: float | None = None,
    confidence: float = 0.95,
) -> ReaderStudy:
    r"""Compare the readers' mean areas under two or more treatments, fully crossed.

    .. math:: F = \frac{MS(T)}{MS(TR) + J \max(\widehat{Cov}_2 - \widehat{Cov}_3, 0)}, \qquad
        \mathrm{ddf}_H = \frac{[MS(TR) + J \max(\widehat{Cov}_2 - \widehat{Cov}_3, 0)]^2}
        {MS(TR)^2 / [(I-1)(J-1)]}

    for I treatments and J readers. With fixed readers, chi-square
    :math:`(I-1) MS(T) / [\hat\sigma^2_\epsilon - \widehat{Cov}_1 + (J-1)
    \max(\widehat{Cov}_2 - \widehat{Cov}_3, 0)]`; with fixed cases the covariances are 0, which
    leaves the paired t-test of the readers' areas.

    Parameters
    ----------
    reads : Reads
        At least two treatments and two readers, every reader reading every case under each.
    readers, cases : {"random", "fixed"}
        Random: a sample, and the result is about others like them. Fixed: these alone.
    covariance : {"jackknife", "delong", "unbiased"}
        How the areas' covariances over cases are estimated.
    reference : str, optional
        Treatment the others are compared with, each as other - reference. Without it all
        pairs are compared, in the order of their labels, the first less the second.
    margin : float in (0, 1), optional
        Largest loss of the first against the second that is acceptable; the p-values of the
        differences are then one-sided, of a loss that large.
    confidence : float in (0, 1)
        Two-sided confidence level; at 0.95, ``lower > -margin`` is the test at one-sided 0.025.

    Returns
    -------
    ReaderStudy
        Differences in [-1, 1], 0 where the treatments serve alike.

    Raises
    ------
    NotEstimable
        When the study is not fully crossed, has one treatment or one reader, leaves both
        readers and cases fixed, or when neither readers nor cases vary.

    References
    ----------
    Obuchowski NA, Rockette HE. Commun Stat Simul Comput 1995;24:285-308.
    Hillis SL. Stat Med 2007;26:596-619. Hillis SL, Berbaum KS, Metz CE. Acad Radiol
    2008;15:647-661.

    Departures
    ----------
    Intervals are kept within the range of an area or a difference. Where MS(TR) is 0 the
    degrees of freedom are infinite, and the normal distribution is used.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> treatment, reader, case = (x.ravel() for x in np.indices((2, 3, 40)))
    >>> rating = rng.normal(size=240) + (case % 2) * (1 + 0.2 * treatment)
    >>> found = obuchowski_rockette(Reads(reader=reader, treatment=treatment, case=case,
    ...                                   truth=case % 2, rating=rating))
    >>> [(one.a, one.b) for one in found.differences], found.n_readers
    ([('0', '1')], 3)
    """
    found = areas(reads, covariance=covariance)
    check_crossing(found)
    return study(
        found,
        error_terms(found, readers=readers, cases=cases),
        components(found),
        reference=reference,
        margin=margin,
        confidence=confidence,
        method=f"Obuchowski-Rockette, {sampled(readers, cases)}, {covariance} covariances, "
        "trapezoidal areas",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariances:
    """Means over readers and treatments of the covariances of the areas.

    Attributes
    ----------
    variance, cov1, cov2, cov3 : float
        Of one area; same reader, other treatment; same treatment, other reader; both other.
    """

    variance: float
    cov1: float
    cov2: float
    cov3: float

    @property
    def of_case(self) -> float:
        """What the sample of cases does to a treatment, apart from the others; at least 0."""
        return max(self.cov2 - self.cov3, 0.0)


def pooled(covariance: FloatArray) -> Covariances:
    """Mean covariances of an (I, J, I, J) array; 0 where there is no such pair.

    Examples
    --------
    >>> pooled(np.arange(16.0).reshape(2, 2, 2, 2))
    Covariances(variance=7.5, cov1=7.5, cov2=7.5, cov3=7.5)
    """
    treatments, readers = covariance.shape[:2]
    matrix = covariance.reshape(treatments * readers, -1)
    treatment, reader = np.divmod(np.arange(treatments * readers), readers)
    same_treatment = treatment[:, None] == treatment
    same_reader = reader[:, None] == reader
    return Covariances(
        variance=float(np.diag(matrix).mean()),
        cov1=_mean(matrix[~same_treatment & same_reader]),
        cov2=_mean(matrix[same_treatment & ~same_reader]),
        cov3=_mean(matrix[~same_treatment & ~same_reader]),
    )


def components(found: Areas) -> VarianceComponents:
    """Variance components from mean squares, not held above 0 (Hillis et al. 2011)."""
    _, of_reader, of_both = mean_squares(found.area)
    c = pooled(found.covariance)
    treatments = len(found.treatments)
    return VarianceComponents(
        var_reader=(of_reader - of_both) / treatments - c.cov1 + c.cov3,
        var_treatment_reader=of_both - c.variance + c.cov1 + c.of_case,
        cov1=c.cov1,
        cov2=c.cov2,
        cov3=c.cov3,
        var_error=c.variance,
        pilot_cases=found.n_cases,
    )


def error_terms(found: Areas, *, readers: Effect, cases: Effect) -> Errors:
    """What the differences and the single areas are judged by."""
    treatments, n_readers = found.area.shape
    c, of_both = pooled(found.covariance), mean_squares(found.area)[2]
    df = float((treatments - 1) * (n_readers - 1))
    single = [
        treatment_error(found.area[i], found.covariance[i, :, i], readers=readers, cases=cases)
        for i in range(treatments)
    ]
    if readers == "fixed":
        difference, ddf = c.variance - c.cov1 + (n_readers - 1) * c.of_case, math.inf
    elif cases == "fixed":
        difference, ddf = of_both, df
    else:
        difference = of_both + n_readers * c.of_case
        ddf = satterthwaite(difference, part=of_both, df=df)
    return Errors(
        of_difference=difference,
        df=ddf,
        of_treatment=np.array([error for error, _ in single]),
        df_of_treatment=np.array([of for _, of in single]),
    )


def treatment_error(
    area: FloatArray, covariance: FloatArray, *, readers: Effect, cases: Effect
) -> tuple[float, float]:
    r"""Error term e of one treatment, whose area has the variance e/J, and its df.

    .. math:: e = MS(R) + J \max(\widehat{Cov}_2, 0), \qquad
        \mathrm{ddf} = e^2 / [MS(R)^2 / (J - 1)]

    With fixed readers :math:`\hat\sigma^2_\epsilon + (J-1)\max(\widehat{Cov}_2, 0)`; with
    fixed cases MS(R).

    Examples
    --------
    >>> error, df = treatment_error(np.array([0.8, 0.9]), np.full((2, 2), 0.0025),
    ...                             readers="random", cases="random")
    >>> round(error, 6), round(df, 6)
    (0.01, 4.0)
    """
    n_readers = area.size
    c = pooled(covariance[None, :, None])
    of_case = max(c.cov2, 0.0)
    if readers == "fixed":
        return c.variance + (n_readers - 1) * of_case, math.inf
    of_reader = float(area.var(ddof=1))
    if cases == "fixed":
        return of_reader, float(n_readers - 1)
    total = of_reader + n_readers * of_case
    return total, satterthwaite(total, part=of_reader, df=float(n_readers - 1))


def sampled(readers: Effect, cases: Effect) -> str:
    """Which of readers and cases stand for others, in words.

    Raises
    ------
    NotEstimable
        When neither does, or under another word.

    Examples
    --------
    >>> sampled("random", "fixed")
    'readers random, cases fixed'
    """
    if any(effect not in ("random", "fixed") for effect in (readers, cases)):
        raise NotEstimable(
            f"effects — expected 'random' or 'fixed', got {readers!r} and {cases!r}"
        )
    if readers == cases == "fixed":
        raise NotEstimable(
            "effects — expected readers or cases to be random, got both fixed — "
            "without sampling there is no error to judge by"
        )
    return f"readers {readers}, cases {cases}"


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else 0.0
