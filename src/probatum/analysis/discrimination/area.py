"""Does the model give those who will have the event a higher score than those who will not?

The direction is fixed: a higher score means a higher risk. An area below one half is reported
as it is, never flipped. Ties count one half.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.discrimination.bounds import exact_area, logit_wald
from probatum.analysis.discrimination.placements import has_no_spread, placements, spread
from probatum.analysis.estimate import Estimate, wald
from probatum.analysis.observations import both_classes, scored, taken_as_known
from probatum.errors import NotEstimable


def auc(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    interval: Literal["wald", "logit"] = "wald",
    confidence: float = 0.95,
) -> Estimate:
    r"""Chance that a patient with the event scores above one without; one half is no use.

    .. math:: \hat\theta = \frac{\sum_{i \in D} \sum_{j \in H} w_i w_j \psi(x_i, y_j)}
        {\sum_{i \in D} w_i \sum_{j \in H} w_j}, \quad
        \psi = 1, \tfrac12, 0 \text{ for } x_i >, =, < y_j

    .. math:: \widehat{\mathrm{Var}} = \frac{m}{m-1}
        \frac{\sum_{i \in D} w_i^2 (V_i - \hat\theta)^2}{(\sum_{i \in D} w_i)^2}
        + \text{the same over } H

    with :math:`V` a patient's placement: the weighted share of the other class it beats.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights.
    interval : {"wald", "logit"}
        On the scale of the area, or on that of its log odds, which cannot leave (0, 1) and
        covers better near 1 and in small samples.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; 1 is perfect separation, 0 perfect separation the wrong way round.

    Raises
    ------
    NotEstimable
        With fewer than two patients of a class, missing scores, weights not positive or
        another interval.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845, eqs. 3-6.
    Pepe MS. The Statistical Evaluation of Medical Tests. Oxford 2003, chapter 5 (logit).
    Sun X, Xu W. IEEE Signal Process Lett 2014;21:1389-1393 (sorting instead of pairs).

    Departures
    ----------
    Weights are not in the paper. They are taken as known, so the uncertainty of estimating them
    is left out; with equal weights the variance is DeLong's.
    Near 1 the Wald interval is too short: in 600 simulated cohorts of 60 patients with a true
    area of 0.98 it held it 82 times in a hundred at 0.95, the logit interval 97 times.
    Where the variance is 0 the paper's interval has no width. With perfect separation, or one
    score for all, k = min(m, n) disjoint pairs of patients all agree; the interval is then the
    exact (conservative) one from :math:`\theta^k \ge \alpha/2`, and ``method`` says so.

    Examples
    --------
    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).value
    0.75
    >>> auc([0, 0, 1, 1], [1, 2, 3, 4]).method
    'DeLong variance is 0 (perfect separation); exact bound from 2 disjoint pairs'
    """
    if interval not in ("wald", "logit"):
        raise NotEstimable(f"area — expected interval wald or logit, got {interval!r}")
    y, s, w = scored(outcome, risk, weight)
    both_classes(y, least=2)
    case, control = placements(y, s, w)
    area = float(np.average(case, weights=w[y]))
    if has_no_spread(case, control):
        return exact_area(area, y, confidence=confidence)
    se = float(np.sqrt(spread(case - area, w[y]) + spread(control - area, w[~y])))
    if interval == "logit":
        name = "DeLong, logit interval" + taken_as_known(weight)
        return logit_wald(area, se, confidence=confidence, n=y.size, method=name)
    name = "DeLong, Wald interval within [0, 1]" + taken_as_known(weight)
    return wald(area, se, confidence=confidence, n=y.size, method=name, within=(0.0, 1.0))
