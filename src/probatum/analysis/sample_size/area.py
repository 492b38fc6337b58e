"""How many patients for an area under the curve known well enough, or above a goal?"""

from __future__ import annotations

import math
from typing import Literal

from scipy import special

from probatum.analysis.estimate import normal_quantile
from probatum.analysis.sample_size.asked import among, one_of, whole_patients
from probatum.analysis.sample_size.predictor import both_below
from probatum.analysis.sample_size.size import Demand, SampleSize, powered, sized, whole
from probatum.analysis.sample_size.smallest import smallest
from probatum.errors import NotEstimable

Variance = Literal["hanley-mcneil", "obuchowski", "binormal"]
_WORDS = {
    "hanley-mcneil": "exponential scores (Hanley & McNeil 1982)",
    "obuchowski": "Obuchowski's binormal approximation (1998)",
    "binormal": "normal scores of one variance, exact",
}


def auc_precision(
    auc: float,
    prevalence: float,
    precision: float,
    *,
    variance: Literal["hanley-mcneil", "obuchowski", "binormal"] = "hanley-mcneil",
    confidence: float = 0.95,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients for an area whose interval has the half-width asked for.

    The least n with :math:`z \sqrt{V(A; n\phi, n(1 - \phi))} \le w`.

    Parameters
    ----------
    auc : float in [0.5, 1)
        :math:`A` expected.
    prevalence : float in (0, 1)
        :math:`\phi`, share with the event among those analysed.
    precision : float in (0, 0.5)
        :math:`w`, half the width of the interval.
    variance : {"hanley-mcneil", "obuchowski", "binormal"}
        See :func:`area_variance`.
    confidence : float in (0, 1)
        Two-sided confidence level.
    design_effect : float, at least 1
        Factor for findings that are not independent; see :func:`design_effect`.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize

    Raises
    ------
    NotEstimable
        When a number is out of range.

    References
    ----------
    Hanley JA, McNeil BJ. Radiology 1982;143:29-36.

    Examples
    --------
    >>> auc_precision(0.8, 0.3, 0.05).n
    424
    """
    among(precision, "precision", 0, 0.5)
    _checked(auc, prevalence)
    z = normal_quantile(confidence)

    def reached(n: int) -> float:
        cases = n * prevalence
        return z * math.sqrt(area_variance(auc, cases, n - cases, variance=variance))

    needs = smallest(lambda n: reached(n) <= precision, least=fewest(prevalence))
    return sized(
        [Demand("half-width of the area at most", precision, needs, reached)],
        method=f"area {auc:g}, prevalence {prevalence:g}; {_told(variance)}",
        prevalence=prevalence,
        confidence=confidence,
        design_effect=design_effect,
        unusable=unusable,
    )


def auc_goal(
    auc: float,
    goal: float,
    prevalence: float,
    *,
    variance: Literal["hanley-mcneil", "obuchowski", "binormal"] = "hanley-mcneil",
    alpha: float = 0.025,
    power: float = 0.9,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to show that an area exceeds a goal.

    .. math:: z_\alpha \sqrt{V(A_0)} + z_\beta \sqrt{V(A)} \le A - A_0

    Parameters
    ----------
    auc : float in (goal, 1)
        :math:`A` expected.
    goal : float in [0.5, 1)
        :math:`A_0`, to be exceeded.
    prevalence : float in (0, 1)
    variance : {"hanley-mcneil", "obuchowski", "binormal"}
        See :func:`area_variance`.
    alpha : float in (0, 0.5)
        One-sided: 0.025 is the lower bound of a 95% interval.
    power : float in (0, 1)
        Probability wanted of showing it.
    design_effect : float, at least 1
        Factor for findings that are not independent; see :func:`design_effect`.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize

    Raises
    ------
    NotEstimable
        When a number is out of range.

    References
    ----------
    Obuchowski NA. Stat Methods Med Res 1998;7:371-392.

    Examples
    --------
    >>> auc_goal(0.8, 0.7, 0.3).n
    342
    """
    _checked(auc, prevalence)
    among(goal, "goal", 0.5, 1, closed="[)")

    def reached(n: int) -> float:
        return auc_goal_power(n, auc, goal, prevalence, variance=variance, alpha=alpha)

    return powered(
        reached,
        power,
        least=fewest(prevalence),
        method=f"area {auc:g} against the goal {goal:g}, prevalence {prevalence:g}; "
        f"{_told(variance)}",
        prevalence=prevalence,
        alpha=alpha,
        design_effect=design_effect,
        unusable=unusable,
    )


def auc_goal_power(
    n: int,
    auc: float,
    goal: float,
    prevalence: float,
    *,
    variance: Literal["hanley-mcneil", "obuchowski", "binormal"] = "hanley-mcneil",
    alpha: float = 0.025,
) -> float:
    """Probability that ``n`` patients show an area to exceed a goal.

    Parameters
    ----------
    n : int
        Patients analysed, with one expected in each class at least.
    auc, goal, prevalence, variance, alpha
        As :func:`auc_goal`.

    Returns
    -------
    float
        Power; 1 in the limit of many patients.

    Raises
    ------
    NotEstimable
        As :func:`auc_goal`.

    References
    ----------
    As :func:`auc_goal`.

    Examples
    --------
    >>> auc_goal_power(342, 0.8, 0.7, 0.3) >= 0.9 > auc_goal_power(341, 0.8, 0.7, 0.3)
    True
    """
    among(alpha, "alpha", 0, 0.5)
    among(goal, "goal", 0.5, 1, closed="[)")
    _checked(auc, prevalence)
    if not auc > goal:
        raise NotEstimable(f"auc — expected more than the goal {goal:g}, got {auc:g}")
    cases = whole_patients(n, least=fewest(prevalence)) * prevalence
    null, truth = (
        math.sqrt(area_variance(area, cases, n - cases, variance=variance))
        for area in (goal, auc)
    )
    return float(special.ndtr((auc - goal + special.ndtri(alpha) * null) / truth))


def area_variance(auc: float, cases: float, controls: float, *, variance: Variance) -> float:
    r"""Variance of the area among ``cases`` and ``controls``.

    .. math:: \frac{A (1 - A) + (m - 1)(Q_1 - A^2) + (k - 1)(Q_2 - A^2)}{m k}

    with m cases and k controls; :math:`Q_1` that two cases beat one control, :math:`Q_2` that
    one case beats two. ``"hanley-mcneil"``: :math:`A/(2-A)` and :math:`2A^2/(1+A)`, of
    exponential scores. ``"binormal"``: :math:`\Phi_2(h, h; 1/2)` both, with
    :math:`h = \Phi^{-1}(A)`. ``"obuchowski"``:
    :math:`0.0099\,e^{-a^2/2} (5a^2 + 8 + (a^2 + 8) m/k) / m`, with :math:`a = 1.414\,h`.

    Departures
    ----------
    Obuchowski's leaves the covariance of the binormal parameters out, and so errs to the
    side of more patients.

    References
    ----------
    Hanley JA, McNeil BJ. Radiology 1982;143:29-36. Obuchowski NA. Stat
    Methods Med Res 1998;7:371-392.

    Examples
    --------
    >>> round(area_variance(0.893, 51, 58, variance="hanley-mcneil") ** 0.5, 4)
    0.0325
    """
    one_of(variance, "variance", _WORDS)
    h = float(special.ndtri(auc))
    if variance == "obuchowski":
        a = 1.414 * h
        scale = 0.0099 * math.exp(-(a**2) / 2) / cases
        return scale * (5 * a**2 + 8 + (a**2 + 8) * cases / controls)
    if variance == "hanley-mcneil":
        several_cases, several_controls = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    else:
        several_cases = several_controls = both_below(h, h, 0.5)
    # Hanley & McNeil: Q1, that two cases beat a control, goes with the cases.
    spread = (cases - 1) * (several_cases - auc**2) + (controls - 1) * (
        several_controls - auc**2
    )
    return (auc * (1 - auc) + spread) / (cases * controls)


def _checked(auc: float, prevalence: float) -> None:
    among(auc, "auc", 0.5, 1, closed="[)")
    among(prevalence, "prevalence", 0, 1)


def _told(variance: str) -> str:
    one_of(variance, "variance", _WORDS)
    return _WORDS[variance]


def fewest(prevalence: float) -> int:
    """Fewest patients with one expected in each class.

    Examples
    --------
    >>> fewest(0.1), fewest(0.9), fewest(0.5)
    (10, 10, 2)
    """
    return whole(1 / min(prevalence, 1 - prevalence))
