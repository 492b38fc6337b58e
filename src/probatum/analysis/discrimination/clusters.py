"""How well does the model rank when several observations come from one patient?

Images, lesions or visits of one patient are alike; counting them as patients promises more
than was seen. The cluster (the patient, or the site) is the unit of the error here, whether it
holds one class or both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.discrimination.bounds import (
    exact_area_of_pairs,
    exact_difference_of_pairs,
)
from probatum.analysis.discrimination.placements import has_no_spread, placements
from probatum.analysis.estimate import Estimate, wald, with_test
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    finite,
    labelled,
    same_length,
    scored,
)
from probatum.errors import NotEstimable

_PAIRS = "disjoint pairs of clusters"
_NOTHING = 1e-14


def clustered_auc(
    outcome: ArrayLike, risk: ArrayLike, cluster: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    r"""Area under the curve with an error that counts clusters, not observations.

    .. math:: \widehat{\mathrm{Var}} = \frac{S_{10}}{M} + \frac{S_{01}}{N}
        + \frac{2 S_{11}}{MN}, \qquad
        S_{10} = \frac{I_{10}}{(I_{10} - 1) M} \sum_i (V_{i\cdot} - m_i \hat\theta)^2

    .. math:: S_{01} = \frac{I_{01}}{(I_{01} - 1) N} \sum_i (U_{i\cdot} - n_i \hat\theta)^2,
        \qquad S_{11} = \frac{I}{I - 1} \sum_i
        (V_{i\cdot} - m_i \hat\theta)(U_{i\cdot} - n_i \hat\theta)

    where cluster i has :math:`m_i` observations with the event, whose placements sum to
    :math:`V_{i\cdot}`, and :math:`n_i` without, whose placements sum to :math:`U_{i\cdot}`;
    :math:`I_{10}`, :math:`I_{01}` and :math:`I` clusters hold the first, the second, any.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened (the lesion is there); in at least two clusters, and not in
        at least two.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier.
    cluster : (n,) of labels
        Which patient, or site, an observation belongs to.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; the area is that of :func:`probatum.analysis.discrimination.auc`, and ``n``
        counts observations. With one observation a cluster, so is the error.

    Raises
    ------
    NotEstimable
        With fewer than two clusters of a class, or missing labels; and where the deviations of
        every cluster cancel, which leaves no error to report.

    References
    ----------
    Obuchowski NA. Biometrics 1997;53:567-578.

    Departures
    ----------
    Where the variance is 0 because every pair agrees, the bound is exact from k disjoint pairs
    of clusters, k = min(:math:`I_{10}`, :math:`I_{01}`, :math:`\lfloor I/2 \rfloor`).

    Examples
    --------
    >>> patient = [1, 1, 2, 2, 3, 3]
    >>> round(clustered_auc([0, 1, 0, 1, 0, 1], [1, 2, 2, 3, 3, 4], patient).value, 4)
    0.7778
    """
    y, s, _ = scored(outcome, risk, None)
    member = _member(y, cluster)
    case, control = placements(y, s, np.ones(y.size))
    area = float(case.mean())
    if has_no_spread(case, control):
        pairs = _disjoint_pairs(y, member)
        return exact_area_of_pairs(area, pairs, n=y.size, confidence=confidence, of=_PAIRS)
    return wald(
        area,
        _error(case - area, control - area, y, member),
        confidence=confidence,
        n=y.size,
        method=f"Obuchowski, {_told(member)}, Wald interval within [0, 1]",
        within=(0.0, 1.0),
    )


def clustered_auc_difference(
    outcome: ArrayLike,
    risk_a: ArrayLike,
    risk_b: ArrayLike,
    cluster: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""How much better model A ranks the same clustered observations than B: AUC(A) - AUC(B).

    The variance of :func:`clustered_auc`, of the differences of placements, which carries the
    covariances of the two areas within and between classes.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; in at least two clusters, and not in at least two.
    risk_a, risk_b : (n,) of float
        Scores of the same observations, higher means the event is likelier.
    cluster : (n,) of labels
        Which patient, or site, an observation belongs to.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [-1, 1]; 0 when both rank alike. ``p_value`` is two-sided, of no difference.

    Raises
    ------
    NotEstimable
        As :func:`clustered_auc`.

    References
    ----------
    Obuchowski NA. Biometrics 1997;53:567-578.

    Departures
    ----------
    As :func:`clustered_auc`; without spread the exact bound is that of the paired difference.

    Examples
    --------
    >>> clustered_auc_difference(
    ...     [0, 0, 1, 1], [1, 2, 3, 4], [1, 3, 2, 4], cluster=[1, 2, 3, 4]).value
    0.25
    """
    y, a, _ = scored(outcome, risk_a, None)
    b = finite(risk_b, "risk_b")
    same_length(outcome=y, risk_b=b)
    member, ones = _member(y, cluster), np.ones(y.size)
    case, control = (
        of_a - of_b
        for of_a, of_b in zip(placements(y, a, ones), placements(y, b, ones), strict=True)
    )
    difference = float(case.mean())
    if has_no_spread(case, control):
        return exact_difference_of_pairs(
            difference,
            _disjoint_pairs(y, member),
            n=y.size,
            confidence=confidence,
            of=_PAIRS,
        )
    estimate = wald(
        difference,
        _error(case - difference, control - difference, y, member),
        confidence=confidence,
        n=y.size,
        method=f"paired Obuchowski, {_told(member)}, Wald interval",
        within=(-1.0, 1.0),
    )
    return with_test(estimate)


def _member(outcome: BoolArray, cluster: ArrayLike) -> NDArray[np.intp]:
    _, member = labelled(cluster, "cluster")
    same_length(outcome=outcome, cluster=member)
    held = [np.unique(member[of]).size for of in (outcome, ~outcome)]
    if min(held) < 2:
        raise NotEstimable(
            "cluster — expected at least 2 clusters with and 2 without the event, "
            f"got {held[0]} and {held[1]}"
        )
    return member


def _error(
    case: FloatArray, control: FloatArray, outcome: BoolArray, member: NDArray[np.intp]
) -> float:
    """Obuchowski's standard error, from the deviations of placements."""
    clusters = int(member.max()) + 1
    of_case, of_control = (
        np.bincount(member[of], weights=part, minlength=clusters) / part.size
        for of, part in ((outcome, case), (~outcome, control))
    )
    holding = [np.unique(member[of]).size for of in (outcome, ~outcome)]
    terms = (
        (holding[0], of_case @ of_case),
        (holding[1], of_control @ of_control),
        (clusters, 2 * of_case @ of_control),
    )
    variance = float(sum(k / (k - 1) * term for k, term in terms))
    if variance <= _NOTHING:
        raise NotEstimable(
            "clustered area — expected a variance above 0, got none though pairs differ — "
            "there are too few clusters for an interval"
        )
    return float(np.sqrt(variance))


def _disjoint_pairs(outcome: BoolArray, member: NDArray[np.intp]) -> int:
    """Pairs of two clusters, one to give a case and one a control, that share none."""
    holding = [np.unique(member[of]).size for of in (outcome, ~outcome)]
    return min(*holding, (int(member.max()) + 1) // 2)


def _told(member: NDArray[np.intp]) -> str:
    return f"{int(member.max()) + 1} clusters"
