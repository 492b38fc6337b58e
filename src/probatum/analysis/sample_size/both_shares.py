"""How many patients to show that sensitivity and specificity both exceed their goals?"""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np
from scipy import stats

from probatum.analysis.sample_size.area import fewest
from probatum.analysis.sample_size.asked import among, one_of, whole_patients
from probatum.analysis.sample_size.goal import check_goal, powers
from probatum.analysis.sample_size.size import SampleSize, powered
from probatum.analysis.sample_size.smallest import Remembered, likely

Sampling = Literal["cohort", "case-control"]


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
        Factor for findings that are not independent; see :func:`design_effect`.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

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
    2007. Pepe MS. The Statistical Evaluation of Medical Tests. Oxford 2003.

    Examples
    --------
    >>> size = co_primary(0.9, 0.9, 0.8, 0.8, 0.5, sampling="case-control", power=0.8)
    >>> size.n, size.events
    (285, 143)
    """
    among(prevalence, "prevalence", 0, 1)
    both = _both(sensitivity, specificity, sensitivity_goal, specificity_goal, alpha)

    def reached(n: int) -> float:
        return _joint_power(n, both, prevalence, sampling)

    return powered(
        reached,
        power,
        least=fewest(prevalence),
        in_teeth=True,
        of="power of both",
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

    Parameters
    ----------
    n : int, at least 2
        Patients with and without the condition; a case-control study has
        ``n * prevalence`` with it, rounded up.
    sensitivity, specificity, sensitivity_goal, specificity_goal, prevalence, sampling, alpha
        As :func:`co_primary`.

    Returns
    -------
    float
        Power; 1 in the limit of many patients.

    Raises
    ------
    NotEstimable
        As :func:`co_primary`.

    References
    ----------
    As :func:`co_primary`.

    Examples
    --------
    >>> alone = float(powers(np.array([143]), 0.9, 0.8, 0.025)[0])
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
    check_goal(sensitivity, sensitivity_goal, alpha, "sensitivity")
    check_goal(specificity, specificity_goal, alpha, "specificity")
    return (
        Remembered(lambda m: powers(m, sensitivity, sensitivity_goal, alpha)),
        Remembered(lambda m: powers(m, specificity, specificity_goal, alpha)),
    )


def _joint_power(
    n: int, both: tuple[Remembered, Remembered], prevalence: float, sampling: Sampling
) -> float:
    """Power of both tests, over the numbers with the condition that chance can bring."""
    one_of(sampling, "sampling", get_args(Sampling))
    if sampling == "case-control":
        low = high = math.ceil(n * prevalence - 1e-9)
        mass = np.ones(1)
    else:
        low, high = likely(n, prevalence)
        mass = stats.binom.pmf(np.arange(low, high + 1), n, prevalence)
    cases, controls = both
    shown = cases.between(low, high) * controls.between(n - high, n - low)[::-1]
    return min(float(mass @ shown), 1.0)
