"""How many patients to show that a share, or both sensitivity and specificity, exceed a goal?

The test is the exact binomial one. Its power goes up in teeth; the size given is one beyond
which no larger study falls short.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from probatum.analysis.observations import FloatArray
from probatum.analysis.sample_size.size import Demand, SampleSize, among, sized, whole_patients
from probatum.analysis.sample_size.smallest import (
    MOST,
    Remembered,
    last_short,
    likely,
    smallest_that_holds,
)
from probatum.errors import NotEstimable


def proportion_goal(
    proportion: float,
    goal: float,
    *,
    alpha: float = 0.025,
    power: float = 0.9,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to show by the exact binomial test that a share exceeds a goal.

    .. math:: \Pr_{p}(X \ge c_n) \ge 1 - \beta, \qquad
        c_n = \min\{c : \Pr_{p_0}(X \ge c) \le \alpha\}

    at this n and at every larger one. Above
    :math:`(\sqrt{\ln 1/\alpha} + \sqrt{\ln 1/\beta})^2 / (2 (p - p_0)^2)` Hoeffding's
    inequality promises it; below, every n is tried.

    Parameters
    ----------
    proportion : float in (goal, 1)
        :math:`p` expected; for a share to be small, tell what is left of one.
    goal : float in (0, 1)
        :math:`p_0`, to be exceeded.
    alpha : float in (0, 0.5)
        One-sided: 0.025 is the lower Clopper-Pearson bound of a 95% interval.
    power : float in (0, 1)
    design_effect : float, at least 1
    unusable : float in [0, 1)

    Returns
    -------
    SampleSize
        Patients among whom the share is counted: with the condition, for a sensitivity.

    Raises
    ------
    NotEstimable
        When a number is out of range, or the share not above the goal.

    References
    ----------
    Chernick MR, Liu CY. Am Stat 2002;56:149-155. Hoeffding W. J Am Stat Assoc 1963;58:13-30.

    Examples
    --------
    >>> proportion_goal(0.9, 0.8).n
    149
    """
    among(power, "power", 0, 1)
    most = _never_short(proportion, goal, alpha, power)
    reached = exact_powers(most, proportion, goal, alpha)
    return sized(
        [
            Demand(
                "power at least",
                power,
                last_short(reached, power) + 1,
                lambda n: proportion_goal_power(n, proportion, goal, alpha=alpha),
            )
        ],
        method=f"exact binomial test, share {proportion:g} against the goal {goal:g}; "
        "no larger study has less power",
        alpha=alpha,
        design_effect=design_effect,
        unusable=unusable,
    )


def proportion_goal_power(
    n: int, proportion: float, goal: float, *, alpha: float = 0.025
) -> float:
    """Probability that ``n`` patients show by the exact test that a share exceeds a goal.

    Parameters as :func:`proportion_goal`.

    Examples
    --------
    >>> round(proportion_goal_power(5, 0.9, 0.4), 5) == round(0.9**5, 5)
    True
    """
    n = whole_patients(n)
    return float(_powers(np.array([n]), proportion, goal, alpha)[0])


def co_primary(
    sensitivity: float,
    specificity: float,
    sensitivity_goal: float,
    specificity_goal: float,
    prevalence: float,
    *,
    sampling: Literal["cohort", "case-control"] = "cohort",
    alpha: float = 0.025,
    power: float = 0.9,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to show that sensitivity and specificity both exceed their goals.

    Both must succeed, so each is tested at the whole :math:`\alpha`, and the powers multiply:

    .. math:: \mathrm{E}_M[\pi_{Se}(M)\, \pi_{Sp}(n - M)] \ge 1 - \beta, \qquad
        M \sim \mathrm{Bin}(n, \phi)

    Parameters
    ----------
    sensitivity, specificity : float in (0, 1)
        Expected, each above its goal.
    sensitivity_goal, specificity_goal : float in (0, 1)
    prevalence : float in (0, 1)
        :math:`\phi`, share of the study's patients with the condition.
    sampling : {"cohort", "case-control"}
        How many have the condition is left to chance, or fixed by design.
    alpha : float in (0, 0.5)
        One-sided, of each; not split.
    power : float in (0, 1)
        Of both.
    design_effect : float, at least 1
    unusable : float in [0, 1)

    Returns
    -------
    SampleSize
        Larger than each test alone needs: the power of both is less than that of either.

    Raises
    ------
    NotEstimable
        When a number is out of range, or a share not above its goal.

    References
    ----------
    FDA. Statistical Guidance on Reporting Results from Studies Evaluating Diagnostic Tests,
    2007. Pepe MS. The Statistical Evaluation of Medical Tests. Oxford 2003, section 8.2.

    Examples
    --------
    >>> size = co_primary(0.9, 0.9, 0.8, 0.8, 0.5, sampling="case-control", power=0.8)
    >>> size.n, size.events
    (285, 143)
    """
    among(power, "power", 0, 1)
    goals = (sensitivity, specificity, sensitivity_goal, specificity_goal)

    both = _both(*goals, alpha)

    def reached(n: int) -> float:
        return _joint_power(n, both, prevalence, sampling)

    least = math.ceil(1 / min(among(prevalence, "prevalence", 0, 1), 1 - prevalence))
    return sized(
        [
            Demand(
                "power of both at least",
                power,
                smallest_that_holds(reached, power, least=least),
                reached,
            )
        ],
        method=f"exact binomial tests, both to succeed, {sampling}: sensitivity "
        f"{sensitivity:g} against {sensitivity_goal:g}, specificity {specificity:g} against "
        f"{specificity_goal:g}, prevalence {prevalence:g}",
        prevalence=prevalence,
        alpha=alpha,
        design_effect=design_effect,
        unusable=unusable,
    )


def co_primary_power(
    n: int,
    sensitivity: float,
    specificity: float,
    sensitivity_goal: float,
    specificity_goal: float,
    prevalence: float,
    *,
    sampling: Literal["cohort", "case-control"] = "cohort",
    alpha: float = 0.025,
) -> float:
    """Probability that ``n`` patients show both shares to exceed their goals.

    Parameters as :func:`co_primary`; a case-control study has ``n * prevalence`` cases,
    rounded up.

    Examples
    --------
    >>> alone = proportion_goal_power(143, 0.9, 0.8)
    >>> both = co_primary_power(286, 0.9, 0.9, 0.8, 0.8, 0.5, sampling="case-control")
    >>> round(both / alone**2, 12)
    1.0
    """
    n = whole_patients(n, least=2)
    among(prevalence, "prevalence", 0, 1)
    both = _both(sensitivity, specificity, sensitivity_goal, specificity_goal, alpha)
    return _joint_power(n, both, prevalence, sampling)


def _both(
    sensitivity: float,
    specificity: float,
    sensitivity_goal: float,
    specificity_goal: float,
    alpha: float,
) -> tuple[Remembered, Remembered]:
    return (
        Remembered(lambda m: _powers(m, sensitivity, sensitivity_goal, alpha)),
        Remembered(lambda m: _powers(m, specificity, specificity_goal, alpha)),
    )


def _joint_power(
    n: int, both: tuple[Remembered, Remembered], prevalence: float, sampling: str
) -> float:
    """Power of both tests, over the numbers with the condition that chance can bring."""
    if sampling == "case-control":
        low = high = math.ceil(n * prevalence - 1e-9)
        mass = np.ones(1)
    elif sampling == "cohort":
        low, high = likely(n, prevalence)
        mass = stats.binom.pmf(np.arange(low, high + 1), n, prevalence)
    else:
        raise NotEstimable(f"sampling — expected cohort or case-control, got {sampling!r}")
    cases, controls = both
    shown = cases.between(low, high) * controls.between(n - high, n - low)[::-1]
    return min(float(mass @ shown), 1.0)


def exact_powers(most: int, proportion: float, goal: float, alpha: float) -> FloatArray:
    """Power of the exact test at 0, 1, ..., ``most`` patients.

    Examples
    --------
    >>> exact_powers(4, 0.9, 0.5, 0.025).tolist()  # four of four happen by chance at 1/16
    [0.0, 0.0, 0.0, 0.0, 0.0]
    """
    return _powers(np.arange(most + 1), proportion, goal, alpha)


def _powers(n: NDArray[np.int64], proportion: float, goal: float, alpha: float) -> FloatArray:
    among(alpha, "alpha", 0, 0.5)
    among(goal, "goal", 0, 1)
    among(proportion, "proportion", goal, 1)
    # isf(alpha) is the least k with P(X > k) at most alpha: k + 1 is the critical count
    patients = np.maximum(n, 1)
    critical = stats.binom.isf(alpha, patients, goal)
    return np.asarray(np.where(n > 0, stats.binom.sf(critical, patients, proportion), 0.0))


def _never_short(proportion: float, goal: float, alpha: float, power: float) -> int:
    among(alpha, "alpha", 0, 0.5)
    among(goal, "goal", 0, 1)
    among(proportion, "proportion", goal, 1)
    roots = math.sqrt(-math.log(alpha)) + math.sqrt(-math.log1p(-power))
    most = roots**2 / (2 * (proportion - goal) ** 2)
    if most > MOST:
        raise NotEstimable(
            "proportion_goal — the share expected lies too close to the goal to be told apart "
            "by ten million patients"
        )
    return math.ceil(most)
