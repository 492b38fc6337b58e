"""The older road to the same end: an analysis of variance of each case's pseudovalue.

Dorfman, Berbaum and Metz ask how the area would change without a case, and analyse these
changes as if they were measurements. With the degrees of freedom of Hillis it gives what
Obuchowski and Rockette give with jackknife covariances.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from probatum.analysis.observations import FloatArray
from probatum.analysis.reader_study.anova import Effect, sampled
from probatum.analysis.reader_study.areas import Areas, areas, placed
from probatum.analysis.reader_study.findings import PseudovalueComponents, ReaderStudy
from probatum.analysis.reader_study.judging import (
    Errors,
    check_crossing,
    satterthwaite,
    study,
)
from probatum.analysis.reader_study.reads import Reads


class MeanSquares(NamedTuple):
    """Mean squares of treatment, reader, case and what they do together, of pseudovalues."""

    t: float
    r: float
    c: float
    tr: float
    tc: float
    rc: float
    trc: float


def dorfman_berbaum_metz(
    reads: Reads,
    *,
    readers: Literal["random", "fixed"] = "random",
    cases: Literal["random", "fixed"] = "random",
    reference: str | None = None,
    margin: float | None = None,
    confidence: float = 0.95,
) -> ReaderStudy:
    r"""Compare the readers' mean areas through an analysis of variance of pseudovalues.

    .. math:: Y_{ijk} = K \hat\theta_{ij} - (K - 1) \hat\theta_{ij(k)}, \qquad
        F = \frac{MS(T)}{MS(TR) + \max(MS(TC) - MS(TRC), 0)}

    with case k left out. Degrees of freedom as in :func:`obuchowski_rockette`; with fixed
    readers F = MS(T)/MS(TC), with fixed cases MS(T)/MS(TR).

    Parameters
    ----------
    reads : Reads
        At least two treatments and two readers, every reader reading every case under each.
    readers, cases : {"random", "fixed"}
        Whether they stand for others like them.
    reference : str, optional
        Treatment the others are compared with; without it all pairs are.
    margin : float in (0, 1), optional
        Largest acceptable loss; the p-values of the differences are then one-sided.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    ReaderStudy
        With random readers equal to :func:`obuchowski_rockette` with jackknife covariances.

    Raises
    ------
    NotEstimable
        As :func:`obuchowski_rockette`.

    References
    ----------
    Dorfman DD, Berbaum KS, Metz CE. Invest Radiol 1992;27:723-731.
    Hillis SL, Obuchowski NA, Schartz KM, Berbaum KS. Stat Med 2005;24:1579-1607.

    Departures
    ----------
    The term for cases is held above 0 and the degrees of freedom are Hillis's (2007), not those
    of the 1992 paper, with which the test is conservative.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> treatment, reader, case = (x.ravel() for x in np.indices((2, 3, 40)))
    >>> rating = rng.normal(size=240) + (case % 2) * (1 + 0.2 * treatment)
    >>> dorfman_berbaum_metz(Reads(reader=reader, treatment=treatment, case=case,
    ...                            truth=case % 2, rating=rating)).overall.df1
    1.0
    """
    words = f"Dorfman-Berbaum-Metz, {sampled(readers, cases)}, jackknife pseudovalues"
    found = areas(reads)
    check_crossing(found)
    values = pseudovalues(reads)
    return study(
        found,
        _error_terms(values, found, readers=readers, cases=cases),
        _components(_mean_squares(values), values.shape),
        reference=reference,
        margin=margin,
        confidence=confidence,
        method=words,
    )


def pseudovalues(reads: Reads) -> FloatArray:
    r"""(I, J, K) array of what each case adds to each area; its mean over cases is the area.

    Without diseased case k of m, whose placement is V, the area is
    :math:`(m\hat\theta - V_k)/(m - 1)`; likewise without another case.

    Examples
    --------
    >>> reads = Reads(reader=["a"] * 4, treatment=[1] * 4, case=[1, 2, 3, 4],
    ...               truth=[0, 0, 1, 1], rating=[1, 3, 2, 4])
    >>> pseudovalues(reads)[0, 0].tolist()
    [1.5, 0.0, 0.0, 1.5]
    """
    ratings, truth = reads.crossed(), reads.case_truth
    tests = ratings.reshape(-1, truth.size)
    area, without = np.empty((tests.shape[0], 1)), np.empty_like(tests)
    for where, placement in zip((truth, ~truth), placed(tests, truth), strict=True):
        count = placement.shape[1]
        area = placement.mean(axis=1, keepdims=True)
        without[:, where] = (count * area - placement) / (count - 1)
    values = truth.size * area - (truth.size - 1) * without
    return np.asarray(values.reshape(ratings.shape))


def _mean_squares(values: FloatArray) -> MeanSquares:
    """Each mean square from the interaction sums of means over the axes left out."""

    def of(*axes: int) -> float:
        rest = tuple(axis for axis in range(3) if axis not in axes)
        effect = values.mean(axis=rest, keepdims=True)
        for axis in axes:
            effect = effect - effect.mean(axis=axis, keepdims=True)
        df = math.prod(values.shape[axis] - 1 for axis in axes)
        repeats = math.prod(values.shape[axis] for axis in rest)
        return float(repeats * np.sum(effect**2) / df)

    return MeanSquares(
        t=of(0), r=of(1), c=of(2), tr=of(0, 1), tc=of(0, 2), rc=of(1, 2), trc=of(0, 1, 2)
    )


def _components(ms: MeanSquares, shape: tuple[int, ...]) -> PseudovalueComponents:
    i, j, k = shape
    return PseudovalueComponents(
        var_reader=(ms.r - ms.tr - ms.rc + ms.trc) / (i * k),
        var_case=(ms.c - ms.tc - ms.rc + ms.trc) / (i * j),
        var_treatment_reader=(ms.tr - ms.trc) / k,
        var_treatment_case=(ms.tc - ms.trc) / j,
        var_reader_case=(ms.rc - ms.trc) / i,
        var_error=ms.trc,
    )


def _error_terms(values: FloatArray, found: Areas, *, readers: Effect, cases: Effect) -> Errors:
    """Error terms of pseudovalues, over K to be those of areas."""
    i, j, k = values.shape
    ms = _mean_squares(values)
    single = [_single(one, readers=readers, cases=cases) for one in values]
    if readers == "fixed":
        total, df = ms.tc, float((i - 1) * (k - 1))
    elif cases == "fixed":
        total, df = ms.tr, float((i - 1) * (j - 1))
    else:
        total = ms.tr + max(ms.tc - ms.trc, 0.0)
        df = satterthwaite(total, part=ms.tr, df=float((i - 1) * (j - 1)))
    return Errors(
        of_difference=total / k,
        df=df,
        of_treatment=np.array([error for error, _ in single]) / k,
        df_of_treatment=np.array([of for _, of in single]),
    )


def _single(values: FloatArray, *, readers: Effect, cases: Effect) -> tuple[float, float]:
    """Error term and degrees of freedom of one treatment, a (J, K) table."""
    j, k = values.shape
    of_reader, of_case = values.mean(axis=1), values.mean(axis=0)
    rest = values - of_reader[:, None] - of_case + values.mean()
    r, c = float(k * of_reader.var(ddof=1)), float(j * of_case.var(ddof=1))
    if readers == "fixed":
        return c, float(k - 1)
    if cases == "fixed":
        return r, float(j - 1)
    total = r + max(c - float(np.sum(rest**2)) / ((j - 1) * (k - 1)), 0.0)
    return total, satterthwaite(total, part=r, df=float(j - 1))
