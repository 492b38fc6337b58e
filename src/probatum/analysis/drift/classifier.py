"""Can a classifier tell who arrived now from who was there before, from all values together?"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from probatum.analysis.choices import whole_number
from probatum.analysis.drift.table import same_columns
from probatum.analysis.estimate import Estimate, check_level, normal_quantile
from probatum.analysis.observations import BoolArray, FloatArray
from probatum.analysis.resampling.drawing import rooted
from probatum.errors import NotEstimable


def classifier_test(
    reference: ArrayLike,
    current: ArrayLike,
    *,
    seed: int,
    classifier: Literal["boosted", "logistic"] = "boosted",
    folds: int = 5,
    permutations: int = 0,
    confidence: float = 0.95,
    workers: int = 1,
) -> Estimate:
    r"""Area under the curve of a classifier of current against reference, on patients unseen.

    .. math:: \widehat{A} = \frac1V \sum_v \widehat{A}_v, \qquad
        \mathrm{SE}^2 = \frac1{V^2} \sum_v \widehat{\operatorname{Var}}_{\mathrm{DeLong}}
        (\widehat{A}_v)

    with :math:`\widehat{A}_v` the area among the patients of fold v, by a classifier of all
    other folds.

    Parameters
    ----------
    reference, current : (n, k), (m, k) of float
        Recorded values side by side; (n,), (m,) for one column.
    seed : int
        Of the protocol; draws the folds, the classifier's choices and the permutations.
    classifier : {"boosted", "logistic"}
        Gradient-boosted trees (100 rounds) see any difference; logistic regression on
        standardised columns sees differences of means.
    folds : int, at least 2
        V; each holds at least two patients of either side.
    permutations : int
        How often the sides are exchanged at random and the classifiers learnt anew; 0 for no
        p-value.
    confidence : float in (0, 1)
        Two-sided confidence level.
    workers : int
        Threads for permutations; the result is the same for any number.

    Returns
    -------
    Estimate
        One half when nothing tells the sides apart, 1 when everything does. ``p_value`` is
        one-sided, of one half, by permutation and exact; without permutations there is none.
        ``n`` counts both sides.

    Raises
    ------
    NotEstimable
        When the sides have other columns, values are missing, there are too few patients, or
        the classifier gives everybody the same score.

    References
    ----------
    Lopez-Paz D, Oquab M. Revisiting classifier two-sample tests. ICLR 2017. LeDell E, Petersen
    M, van der Laan M. Electron J Stat 2015;9:1583-1607 (area over folds).

    Departures
    ----------
    No rank test within folds stands for the permutations: the classifiers share patients, so
    their folds vary together, and such a test at 5 % erred one time in nine where nothing had
    changed. The interval within folds is narrow there for the same reason.
    The paper tests accuracy on one half of the patients; here each patient is tested once, and
    the area needs no threshold and does not depend on how many there are of either side.
    Perfect separation has no variance: its bound is exact, from pairs of patients no two of
    which share one, and ``method`` says so.

    Examples
    --------
    >>> before = np.random.default_rng(1).normal(size=(200, 2))
    >>> found = classifier_test(
    ...     before, before[::-1] + 2, seed=7, classifier="logistic", permutations=19
    ... )
    >>> found.value > 0.9, found.p_value
    (True, 0.05)
    """
    check_level(confidence)
    if not whole_number(permutations) >= 0:
        raise NotEstimable(
            f"permutations — expected a whole number of at least 0, got {permutations}"
        )
    values, is_current = _both_sides(reference, current, folds)
    folds = int(folds)
    with threadpool_limits(limits=1):  # threads within threads would wait for each other
        area, error, p_value = _judged(
            values, is_current, seed, classifier, folds, permutations, workers
        )
    method = f"area of a {classifier} classifier of current against reference, {folds} folds"
    test = f"p-value of {permutations} permutations" if permutations else "no test"
    lower, upper, how = _interval(area, error, is_current, folds, confidence)
    return Estimate(
        value=area,
        se=error,
        lower=lower,
        upper=upper,
        level=confidence,
        n=is_current.size,
        method=f"{method}, {how}, {test}, seed {seed}",
        p_value=p_value,
    )


def _both_sides(
    reference: ArrayLike, current: ArrayLike, folds: int
) -> tuple[NDArray[np.float64], BoolArray]:
    e, a, _ = same_columns(reference, current, "classifier test")
    if not whole_number(folds) >= 2 or min(len(e), len(a)) < 2 * folds:
        raise NotEstimable(
            "classifier test — expected at least 2 folds of 2 patients a side, got "
            f"{folds} folds of {len(e)} and {len(a)} patients"
        )
    values = np.concatenate([e, a])
    missing = int(np.count_nonzero(~np.isfinite(values)))
    if missing:
        raise NotEstimable(
            f"classifier test — expected finite numbers, got {missing} missing or infinite — "
            "exclude them by a stated rule and count them"
        )
    return values, np.repeat([False, True], [len(e), len(a)])


def _judged(
    values: NDArray[np.float64],
    is_current: BoolArray,
    seed: int,
    classifier: str,
    folds: int,
    permutations: int,
    workers: int,
) -> tuple[float, float, float | None]:
    """Area, error, and the p-value if it was asked for."""
    first, *others = rooted(seed).spawn(1 + int(permutations))
    area, error = _tested(values, is_current, first, classifier, folds)
    if area == 0.5 and error == 0:
        raise NotEstimable(
            "classifier test — expected scores that differ, got one for all — pass columns "
            "that vary, or more patients"
        )
    if not permutations:
        return area, error, None
    drawn = Parallel(n_jobs=workers, prefer="threads")(
        delayed(_exchanged)(values, is_current, child, classifier, folds) for child in others
    )
    p_value = (1 + sum(one >= area for one in drawn)) / (1 + permutations)
    return area, error, p_value


def _tested(
    values: NDArray[np.float64],
    is_current: BoolArray,
    child: np.random.SeedSequence,
    classifier: str,
    folds: int,
) -> tuple[float, float]:
    """Mean area over folds, and its error."""
    state = int(child.generate_state(1)[0])
    split = StratifiedKFold(folds, shuffle=True, random_state=state).split(values, is_current)
    found = []
    for learn, unseen in split:
        model = _unfitted(classifier, state).fit(values[learn], is_current[learn])
        score = np.asarray(model.decision_function(values[unseen]), np.float64)
        found.append(fold_area(is_current[unseen], score))
    areas, variances = np.array(found).T
    return float(areas.mean()), float(np.sqrt(variances.sum())) / folds


def _unfitted(classifier: str, state: int) -> Any:
    if classifier == "logistic":
        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    if classifier == "boosted":
        return HistGradientBoostingClassifier(early_stopping=False, random_state=state)
    raise NotEstimable(f"classifier — expected boosted or logistic, got {classifier!r}")


def fold_area(is_current: BoolArray, score: FloatArray) -> tuple[float, float]:
    """Area of one fold, and DeLong's variance.

    Examples
    --------
    >>> fold_area(np.array([False, False, True, True]), np.array([1.0, 3.0, 2.0, 4.0]))[0]
    0.75
    """
    rank = stats.rankdata(score)
    m = int(np.count_nonzero(is_current))
    n = is_current.size - m
    beaten = (rank[is_current] - stats.rankdata(score[is_current])) / n
    lost = 1 - (rank[~is_current] - stats.rankdata(score[~is_current])) / m
    variance = beaten.var(ddof=1) / m + lost.var(ddof=1) / n
    return float(beaten.mean()), float(variance)


def _exchanged(
    values: NDArray[np.float64],
    is_current: BoolArray,
    child: np.random.SeedSequence,
    classifier: str,
    folds: int,
) -> float:
    """The area when who is current is drawn at random."""
    order, learn = child.spawn(2)
    drawn = np.random.default_rng(order).permutation(is_current)
    return _tested(values, drawn, learn, classifier, folds)[0]


def _interval(
    area: float, error: float, is_current: BoolArray, folds: int, confidence: float
) -> tuple[float, float, str]:
    if error > 0:
        half = normal_quantile(confidence) * error
        return max(area - half, 0.0), min(area + half, 1.0), "DeLong interval within folds"
    current = int(np.count_nonzero(is_current))
    pairs = folds * (min(current, is_current.size - current) // folds)
    reach = 1 - ((1 - confidence) / 2) ** (1 / pairs)
    bounds = max(area - reach, 0.0), min(area + reach, 1.0)
    return *bounds, f"no variance within folds, exact bound from {pairs} disjoint pairs"
