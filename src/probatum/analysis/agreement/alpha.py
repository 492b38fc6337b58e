"""How reliable are ratings of any kind, by any number of raters, with some missing?"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.agreement.chance import judged_by_chance
from probatum.analysis.agreement.ratings import Counts, counts, numbers, unanimous
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray
from probatum.analysis.reader_study.inference import Question, judged
from probatum.errors import NotEstimable

Metric: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]

_ROUNDING = 1e-12
_ONE_CASE = (
    "alpha — expected ratings that differ whichever case is left out, got all variation in "
    "one case — rate more cases"
)


def krippendorff_alpha(
    rater: ArrayLike,
    case: ArrayLike,
    rating: ArrayLike,
    *,
    metric: Literal["nominal", "ordinal", "interval", "ratio"],
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of the disagreement expected by chance that the raters avoid.

    .. math:: \hat\alpha = 1 - \frac{D_o}{D_e}, \qquad
        D_o = \frac1N \sum_i \frac{1}{m_i - 1} \sum_{c,k} n_{ic} (n_{ik} - [c = k])\,
        \delta^2_{ck}, \qquad D_e = \frac{\sum_{c,k} n_c n_k \delta^2_{ck}}{N (N - 1)}

    over cases with :math:`m_i \ge 2` ratings, N of them in all.

    Parameters
    ----------
    rater, case, rating : (m,) labels
        A row for each rating; a rating not given has no row. Numbers, or words for "nominal".
    metric : {"nominal", "ordinal", "interval", "ratio"}
        What makes two ratings far apart: that they differ; the ratings that lie between;
        :math:`(c - k)^2`; :math:`((c - k)/(c + k))^2`, for ratings of at least 0.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At most 1; 0 is what chance gives. The interval is about other cases, these raters.
        The p-value is of an alpha of 0, with the variance under that hypothesis.

    Raises
    ------
    NotEstimable
        When all ratings are one value, words are to be measured, a ratio has negative ratings,
        fewer than two cases have two ratings, or all variation rests on one case.

    References
    ----------
    Krippendorff K. Computing Krippendorff's Alpha-Reliability. University of Pennsylvania 2011.
    Hayes AF, Krippendorff K. Commun Methods Meas 2007;1:77-89. Fleiss JL, Nee JCM, Landis JR.
    Psychol Bull 1979;86:974-977 (the variance by chance, for nominal ratings).

    Departures
    ----------
    Krippendorff draws deviations of pairs of ratings by bootstrap, as if pairs of one case
    were independent. Here the interval is the jackknife's over cases, with t on cases less one.
    The variance by chance is carried over to distances of any kind; those of ordinal ratings
    are taken as known.

    Examples
    --------
    >>> found = krippendorff_alpha(["a", "b"] * 4, [1, 1, 2, 2, 3, 3, 4, 4],
    ...                            [1, 1, 1, 1, 2, 2, 1, 2], metric="nominal")
    >>> round(found.value, 4)
    0.5333
    """
    if metric not in get_args(Metric):
        raise NotEstimable(f"metric — expected one of {get_args(Metric)}, got {metric!r}")
    kept = _pairable(counts(rater, case, rating))
    method = (
        f"Krippendorff alpha, {metric}, jackknife over cases, t interval, "
        "test with the variance by chance"
    )
    n, delta = kept.table.shape[0], _distance(kept, metric)
    if np.all(kept.table.max(axis=1) == kept.raters):
        chance = _expected(kept.table.sum(axis=0), delta)
        return unanimous(
            cases=n,
            worst=float(delta.max()),
            chance=chance,
            confidence=confidence,
            n=n,
            method=method,
        )
    if n < 2:
        raise NotEstimable(f"{method} — expected at least two cases rated twice, got {n}")
    without = _leaving_one_out(kept, metric)
    margin = kept.table.sum(axis=0)
    found = judged(
        _alpha(_coincidences(kept.table), margin, delta),
        float(np.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2))),
        float(n - 1),
        question=Question(),
        confidence=confidence,
        n=n,
        method=method,
        within=(-math.inf, 1.0),
    )
    weight = kept.raters / kept.raters.sum()
    return judged_by_chance(
        found,
        raters=kept.raters,
        share=margin / margin.sum(),
        distance=delta,
        observed=weight,
        expected=weight,
    )


def _pairable(seen: Counts) -> Counts:
    """The cases rated at least twice, and the categories used in them."""
    paired = seen.table[seen.raters >= 2]
    used = paired.any(axis=0)
    if np.count_nonzero(used) < 2:
        raise NotEstimable("alpha — expected ratings that differ, got one value for all")
    return Counts(table=paired[:, used], category=seen.category[used])


def _distance(seen: Counts, metric: Metric, margin: FloatArray | None = None) -> FloatArray:
    """Squared distance of each two categories; of ordinal ones by how often they are used."""
    if metric == "nominal":
        return 1 - np.eye(seen.category.size)
    x = numbers(seen.category, f"{metric} metric")
    if metric == "ordinal":
        used = seen.table.sum(axis=0) if margin is None else margin
        x = np.cumsum(used) - used / 2
    apart = x[:, None] - x
    if metric != "ratio":
        return np.asarray(apart**2)
    if x.min() < 0:
        raise NotEstimable("ratio metric — expected ratings of at least 0, got negative ones")
    both = x[:, None] + x
    return np.asarray((apart / np.where(both > 0, both, 1.0)) ** 2)


def _coincidences(table: FloatArray) -> FloatArray:
    """How often each two categories meet in a case, each case by its number of raters."""
    share = table / (table.sum(axis=1, keepdims=True) - 1)
    return np.asarray(share.T @ table - np.diag(share.sum(axis=0)))


def _expected(margin: FloatArray, delta: FloatArray) -> float:
    total = float(margin.sum())
    return float(margin @ delta @ margin) / (total * (total - 1))


def _alpha(together: FloatArray, margin: FloatArray, delta: FloatArray) -> float:
    observed = float(np.sum(together * delta)) / float(margin.sum())
    expected = _expected(margin, delta)
    if not expected > 0:
        raise NotEstimable(_ONE_CASE)
    return 1 - observed / expected


def _leaving_one_out(seen: Counts, metric: Metric) -> FloatArray:
    """Alpha without each case; cases rated alike are left out once for all."""
    rows, back = np.unique(seen.table, axis=0, return_inverse=True)
    together, margin = _coincidences(seen.table), seen.table.sum(axis=0)
    if metric == "ordinal":
        found = np.array(
            [
                _alpha(
                    together - _coincidences(row[None]),
                    margin - row,
                    _distance(seen, metric, margin - row),
                )
                for row in rows
            ]
        )
    else:
        found = _without(rows, together, margin, _distance(seen, metric))
    return np.asarray(found[back.ravel()])


def _without(
    rows: FloatArray, together: FloatArray, margin: FloatArray, delta: FloatArray
) -> FloatArray:
    """Alpha without each row, the distances being the same whichever is left out."""
    raters = rows.sum(axis=1)
    own = np.einsum("ij,ij->i", rows @ delta, rows)
    left, all_pairs = margin.sum() - raters, float(margin @ delta @ margin)
    observed = (np.sum(together * delta) - own / (raters - 1)) / left
    among = all_pairs - 2 * rows @ (delta @ margin) + own
    if np.any(among <= _ROUNDING * all_pairs):
        raise NotEstimable(_ONE_CASE)
    return np.asarray(1 - observed / (among / (left * (left - 1))))
