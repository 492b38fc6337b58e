"""From areas and their error terms to the tests and intervals of a reader study."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray
from probatum.analysis.reader_study.areas import Areas
from probatum.analysis.reader_study.findings import (
    OverallTest,
    PseudovalueComponents,
    ReaderArea,
    ReaderStudy,
    TreatmentArea,
    TreatmentDifference,
    VarianceComponents,
)
from probatum.analysis.reader_study.inference import Question, about_difference, f_tail, judged
from probatum.errors import NotEstimable

_ROUNDING = 1e-15
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """What differences and single areas are judged by.

    Attributes
    ----------
    of_difference : float
        e, where a difference of two treatments has the variance 2e/J for J readers.
    df : float
        Its degrees of freedom; infinite where the test is a chi-square.
    of_treatment : (I,) of float
        The same of each treatment's area, which has the variance e/J.
    df_of_treatment : (I,) of float
    """

    of_difference: float
    df: float
    of_treatment: FloatArray
    df_of_treatment: FloatArray


def mean_squares(area: FloatArray) -> tuple[float, float, float]:
    """Mean squares of treatment, reader and their interaction, of a two-way table.

    Examples
    --------
    >>> mean_squares(np.array([[1.0, 2.0], [3.0, 6.0]]))
    (9.0, 4.0, 1.0)
    """
    treatments, readers = area.shape
    of_treatment, of_reader = area.mean(axis=1), area.mean(axis=0)
    rest = area - of_treatment[:, None] - of_reader + area.mean()
    between = (treatments - 1) * (readers - 1)
    return (
        float(readers * of_treatment.var(ddof=1)),
        float(treatments * of_reader.var(ddof=1)),
        float(np.sum(rest**2) / between),
    )


def satterthwaite(total: float, *, part: float, df: float) -> float:
    r"""Degrees of freedom of a sum of which only ``part`` is a mean square, on ``df``.

    .. math:: \mathrm{ddf}_H = \frac{\text{total}^2}{\text{part}^2 / df}

    Infinite where the part is 0: what is left is known from the cases alone.

    References
    ----------
    Hillis SL. Stat Med 2007;26:596-619 (ddf_H).

    Examples
    --------
    >>> satterthwaite(2.0, part=1.0, df=4.0)
    16.0
    """
    return df * (total / part) ** 2 if part > _NEGLIGIBLE * total else math.inf


def study(
    found: Areas,
    errors: Errors,
    components: VarianceComponents | PseudovalueComponents,
    *,
    reference: str | None,
    margin: float | None,
    confidence: float,
    method: str,
) -> ReaderStudy:
    """All that is asked of a study, once its error terms are known."""
    named = _named(found, errors, reference, margin, confidence, method)
    return ReaderStudy(
        overall=_overall(found.area, errors, method),
        differences=named,
        treatments=_treatments(found, errors, confidence, method),
        readers=tuple(
            ReaderArea(treatment=treatment, reader=reader, area=float(found.area[i, j]))
            for i, treatment in enumerate(found.treatments)
            for j, reader in enumerate(found.readers)
        ),
        components=components,
        n_readers=len(found.readers),
        n_cases=found.n_cases,
        method=method,
    )


def check_crossing(found: Areas) -> None:
    """Refuse a study of one treatment or one reader: there is nothing to compare."""
    if len(found.treatments) < 2:
        raise NotEstimable(
            "treatments — expected at least two, got 1 — use single_arm for one treatment"
        )
    if len(found.readers) < 2:
        raise NotEstimable(
            "readers — expected at least two, got 1 — use auc_difference for one reader"
        )


def _overall(area: FloatArray, errors: Errors, method: str) -> OverallTest:
    if not errors.of_difference > _ROUNDING:
        raise NotEstimable(
            f"{method} — expected areas that vary, got an error term of "
            f"{errors.of_difference:.3g} — there is nothing to judge by; report the areas"
        )
    df1 = float(area.shape[0] - 1)
    f = mean_squares(area)[0] / errors.of_difference
    is_chi_square = math.isinf(errors.df)
    return OverallTest(
        statistic=f * df1 if is_chi_square else f,
        df1=df1,
        df2=None if is_chi_square else errors.df,
        p_value=f_tail(f, df1, errors.df),
        method=f"{'chi-square' if is_chi_square else 'F'} test, {method}",
    )


def _named(
    found: Areas,
    errors: Errors,
    reference: str | None,
    margin: float | None,
    confidence: float,
    method: str,
) -> tuple[TreatmentDifference, ...]:
    mean = dict(zip(found.treatments, found.area.mean(axis=1), strict=True))
    se = math.sqrt(2 * errors.of_difference / len(found.readers))
    question = about_difference(margin)
    words = method if margin is None else f"{method}; non-inferiority, margin {margin:g}"
    return tuple(
        TreatmentDifference(
            a=a,
            b=b,
            difference=judged(
                mean[a] - mean[b],
                se,
                errors.df,
                question=question,
                confidence=confidence,
                n=found.n_cases,
                method=words,
                within=(-1.0, 1.0),
            ),
        )
        for a, b in _pairs(found.treatments, reference)
    )


def _pairs(treatments: tuple[str, ...], reference: str | None) -> list[tuple[str, str]]:
    if reference is None:
        return list(combinations(treatments, 2))
    if reference not in treatments:
        raise NotEstimable(
            f"reference — expected one of {', '.join(treatments)}, got {reference!r}"
        )
    return [(one, reference) for one in treatments if one != reference]


def _treatments(
    found: Areas, errors: Errors, confidence: float, method: str
) -> tuple[TreatmentArea, ...]:
    return tuple(
        TreatmentArea(
            treatment=treatment,
            area=_area(
                float(found.area[i].mean()),
                math.sqrt(max(errors.of_treatment[i], 0.0) / len(found.readers)),
                float(errors.df_of_treatment[i]),
                confidence=confidence,
                n=found.n_cases,
                method=method,
            ),
        )
        for i, treatment in enumerate(found.treatments)
    )


def _area(
    value: float, se: float, df: float, *, confidence: float, n: int, method: str
) -> Estimate:
    """A treatment's area; without an interval where neither readers nor cases vary."""
    if se**2 > _ROUNDING:
        found = judged(
            value,
            se,
            df,
            question=Question(),
            confidence=confidence,
            n=n,
            method=method,
            within=(0.0, 1.0),
        )
        return replace(found, statistic=None, p_value=None)
    return Estimate(
        value=value,
        se=0.0,
        lower=None,
        upper=None,
        level=confidence,
        n=n,
        method=f"{method}; no reader and no case varies, so there is no interval",
    )
