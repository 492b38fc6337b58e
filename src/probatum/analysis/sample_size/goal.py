"""How many patients to show that a share exceeds a goal?

The test is the exact binomial one. Its power goes up in teeth; the size given is one beyond
which no larger study falls short.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from probatum.analysis.observations import FloatArray
from probatum.analysis.sample_size.asked import among, whole_patients
from probatum.analysis.sample_size.size import Demand, SampleSize, sized
from probatum.analysis.sample_size.smallest import MOST, last_short
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
        Probability wanted of showing it.
    design_effect : float, at least 1
        Factor for findings that are not independent; see :func:`design_effect`.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

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
    check_goal(proportion, goal, alpha)
    most = _never_short(proportion, goal, alpha, power)
    reached = powers(np.arange(most + 1), proportion, goal, alpha)
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

    Parameters
    ----------
    n : int, at least 1
        Patients among whom the share is counted.
    proportion, goal, alpha
        As :func:`proportion_goal`.

    Returns
    -------
    float
        Power; 0 where no count would do; 1 in the limit of many patients.

    Raises
    ------
    NotEstimable
        As :func:`proportion_goal`.

    References
    ----------
    As :func:`proportion_goal`.

    Examples
    --------
    >>> round(proportion_goal_power(5, 0.9, 0.4), 5) == round(0.9**5, 5)
    True
    """
    check_goal(proportion, goal, alpha)
    n = whole_patients(n)
    return float(powers(np.array([n]), proportion, goal, alpha)[0])


def powers(n: NDArray[np.int64], proportion: float, goal: float, alpha: float) -> FloatArray:
    """Power of the exact test at each number of patients.

    Examples
    --------
    >>> powers(np.array([4, 5]), 0.9, 0.5, 0.05).round(4).tolist()  # five of five: 1/32
    [0.0, 0.5905]
    """
    # isf is the least k with P(X > k) at most alpha, but for rounding: k + 1 is critical
    patients = np.maximum(n, 1)
    critical = stats.binom.isf(alpha * (1 + 1e-12), patients, goal)
    return np.asarray(np.where(n > 0, stats.binom.sf(critical, patients, proportion), 0.0))


def check_goal(share: float, goal: float, alpha: float, name: str = "") -> None:
    """Refuse a share that does not exceed its goal, or what is no share or level.

    Examples
    --------
    >>> check_goal(0.9, 0.8, 0.025, "sensitivity")
    """
    among(alpha, "alpha", 0, 0.5)
    among(goal, f"{name}_goal" if name else "goal", 0, 1)
    if not among(share, name or "proportion", 0, 1) > goal:
        raise NotEstimable(
            f"{name or 'proportion'} — expected more than the goal {goal:g}, got {share:g} — "
            "no number of patients shows what is not so"
        )


def _never_short(proportion: float, goal: float, alpha: float, power: float) -> int:
    roots = math.sqrt(-math.log(alpha)) + math.sqrt(-math.log1p(-power))
    most = roots**2 / (2 * (proportion - goal) ** 2)
    if most > MOST:
        raise NotEstimable(
            "proportion_goal — the share expected lies too close to the goal to be told apart "
            "by ten million patients"
        )
    return math.ceil(most)
