"""Does one model, or one group of patients, give a better ranking than the other?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from probatum.analysis.choices import one_number
from probatum.analysis.discrimination.area import auc
from probatum.analysis.discrimination.bounds import exact_difference
from probatum.analysis.discrimination.placements import has_no_spread, placements, spread
from probatum.analysis.estimate import Estimate, wald, with_test
from probatum.analysis.observations import (
    both_classes,
    finite,
    labelled,
    same_length,
    scored,
    taken_as_known,
)
from probatum.errors import NotEstimable


def auc_difference(
    outcome: ArrayLike,
    risk_a: ArrayLike,
    risk_b: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""How much better model A ranks the same patients than model B: AUC(A) - AUC(B).

    DeLong's paired variance, through each patient's difference of placements
    :math:`V^A_i - V^B_i`, which carries the covariance of the two areas.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk_a, risk_b : (n,) of float
        Scores of the same patients, higher means the event is likelier.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [-1, 1]; 0 when both rank alike. ``p_value`` is two-sided, of no difference.

    Raises
    ------
    NotEstimable
        As :func:`auc`.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845, eqs. 5-7.

    Departures
    ----------
    Weights as in :func:`auc`. Where every patient's difference of placements is the same the
    variance is 0; k = min(m, n) disjoint pairs then all show the same difference c, which
    leaves the share of pairs that differ at most 1 - b, :math:`b = (\alpha/2)^{1/k}`, and the
    interval :math:`cb \pm (1 - b)`. It has no p-value.

    Examples
    --------
    >>> auc_difference([0, 0, 1, 1], [1, 2, 3, 4], [1, 3, 2, 4]).value
    0.25
    """
    y, a, w = scored(outcome, risk_a, weight)
    b = finite(risk_b, "risk_b")
    same_length(outcome=y, risk_b=b)
    both_classes(y, least=2)
    case, control = (
        of_a - of_b for of_a, of_b in zip(placements(y, a, w), placements(y, b, w), strict=True)
    )
    of_cases, of_controls = w.compress(y), w.compress(~y)
    difference = float(np.average(case, weights=of_cases))
    if has_no_spread(case, control):
        return exact_difference(difference, y, confidence=confidence)
    variance = spread(case - difference, of_cases) + spread(control - difference, of_controls)
    estimate = wald(
        difference,
        np.sqrt(variance),
        confidence=confidence,
        n=y.size,
        method="paired DeLong, Wald interval" + taken_as_known(weight),
        within=(-1.0, 1.0),
    )
    return with_test(estimate)


def auc_difference_unpaired(
    outcome: ArrayLike,
    risk: ArrayLike,
    group: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""How much better the model ranks the patients of one group than those of another.

    .. math:: \hat\Delta = \hat\theta_1 - \hat\theta_2, \qquad
        \mathrm{SE}^2 = \mathrm{SE}_1^2 + \mathrm{SE}_2^2

    with each group's own area and DeLong's variance: no patient is in both.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without in each group.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier.
    group : (n,) of labels
        Exactly two different ones. The second in sorted order is taken from the first.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [-1, 1]; 0 when the model ranks both groups alike. ``method`` says which group is
        taken from which. ``p_value`` is two-sided, of no difference.

    Raises
    ------
    NotEstimable
        With other than two groups, and as :func:`auc` within each.

    References
    ----------
    Hanley JA, McNeil BJ. Radiology 1982;143:29-36 (independent areas).
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845.
    Zou GY, Donner A. Stat Med 2008;27:1693-1702 (bounds recovered from two intervals).

    Departures
    ----------
    The reference distribution is the normal one; pROC takes Student's t with Welch's degrees of
    freedom, which are in the hundreds for any cohort worth the test.
    Where a group's variance is 0, its exact interval (see :func:`auc`) and that of the other
    group give the bounds, :math:`\hat\Delta - \sqrt{(\hat\theta_1 - l_1)^2 +
    (u_2 - \hat\theta_2)^2}` below and likewise above; there is then no standard error and no
    p-value.

    Examples
    --------
    >>> found = auc_difference_unpaired(
    ...     [0, 1, 0, 1, 0, 1, 0, 1], [1, 2, 3, 4, 1, 2, 3, 0], ["f"] * 4 + ["m"] * 4)
    >>> found.value
    0.5
    """
    first, second, names = _two_groups(outcome, risk, group, confidence)
    difference, n = first.value - second.value, first.n + second.n
    if not (first.se and second.se):
        return _recovered(first, second, names)
    estimate = wald(
        difference,
        np.hypot(first.se, second.se),
        confidence=confidence,
        n=n,
        method=f"unpaired DeLong, {names}, Wald interval",
        within=(-1.0, 1.0),
    )
    return with_test(estimate)


def non_inferiority(difference: Estimate, *, margin: float) -> Estimate:
    r"""Test whether A is worse than B by less than the margin agreed beforehand.

    .. math:: z = \frac{\hat\Delta + \delta}{\mathrm{SE}}, \qquad p = 1 - \Phi(z)

    Parameters
    ----------
    difference : Estimate
        A - B, higher is better for A.
    margin : float > 0
        :math:`\delta`, the largest loss that is still acceptable, on the same scale.

    Returns
    -------
    Estimate
        The difference and its interval unchanged, with the one-sided test of
        :math:`\Delta \le -\delta`. With the interval at 0.95, ``lower > -margin`` is the test
        at one-sided 0.025. Without a standard error there is no p-value: read the interval.

    Raises
    ------
    NotEstimable
        When the margin is no positive number.

    References
    ----------
    ICH E9, section 3.3.2; FDA, Non-Inferiority Clinical Trials, 2016.

    Examples
    --------
    >>> paired = wald(0.0, 0.01, confidence=0.95, n=900, method="paired DeLong")
    >>> round(non_inferiority(paired, margin=0.02).p_value, 4)
    0.0228
    """
    if not 0 < one_number(margin) < np.inf:
        raise NotEstimable(f"margin — expected a positive number, got {margin}")
    method = f"{difference.method}; non-inferiority, margin {margin:g}, one-sided"
    if not difference.se:
        return replace(difference, method=method, statistic=None, p_value=None)
    z = (difference.value + margin) / difference.se
    return replace(difference, method=method, statistic=z, p_value=float(special.ndtr(-z)))


def _two_groups(
    outcome: ArrayLike, risk: ArrayLike, group: ArrayLike, confidence: float
) -> tuple[Estimate, Estimate, str]:
    """The area of each group, and which is taken from which."""
    y, s, _ = scored(outcome, risk, None)
    labels, member = _two_labels(group)
    same_length(outcome=y, group=member)
    areas = [auc(y[of], s[of], confidence=confidence) for of in (member == 0, member == 1)]
    return areas[0], areas[1], f"{labels[0]} less {labels[1]}"


def _two_labels(group: ArrayLike) -> tuple[list[str], NDArray[np.intp]]:
    labels, member = labelled(group, "group")
    if labels.size != 2:
        raise NotEstimable(
            f"group — expected two different labels, got {labels.size} — "
            "compare two groups at a time"
        )
    return [str(one) for one in labels], member


def _recovered(first: Estimate, second: Estimate, names: str) -> Estimate:
    """A difference by the bounds of both, where a standard error of one is 0."""
    (l1, u1), (l2, u2) = first.interval, second.interval
    difference = first.value - second.value
    return Estimate(
        value=difference,
        se=None,
        lower=float(max(difference - np.hypot(first.value - l1, u2 - second.value), -1.0)),
        upper=float(min(difference + np.hypot(u1 - first.value, second.value - l2), 1.0)),
        level=first.level,
        n=first.n + second.n,
        method=f"unpaired, {names}; a DeLong variance is 0, so bounds are recovered from both "
        "groups' intervals, the exact one where it is 0",
    )
