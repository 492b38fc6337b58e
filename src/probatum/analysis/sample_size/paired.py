"""How many patients, each tested twice, to compare two tests?

Only those count on whom the tests disagree: A alone is right, or B alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from probatum.analysis.observations import FloatArray
from probatum.analysis.sample_size.asked import among, one_of, whole_patients
from probatum.analysis.sample_size.size import SampleSize, powered
from probatum.analysis.sample_size.smallest import Remembered, likely
from probatum.errors import NotEstimable

Test = Literal["asymptotic", "exact", "mid-p"]


def mcnemar_size(
    only_a: float,
    only_b: float,
    *,
    test: Literal["asymptotic", "exact", "mid-p"] = "asymptotic",
    alpha: float = 0.025,
    power: float = 0.9,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients, each tested both ways, to show that A is right more often than B.

    .. math:: n = \frac{\left(z_\alpha \sqrt{p_{10} + p_{01}}
        + z_\beta \sqrt{p_{10} + p_{01} - (p_{10} - p_{01})^2}\right)^2}{(p_{10} - p_{01})^2}

    and of the exact and the mid-p test the size from which on the power, over every number
    of disagreements that chance can bring, is as asked.

    Parameters
    ----------
    only_a, only_b : float in (0, 1)
        :math:`p_{10}, p_{01}`, shares of patients on whom A alone, B alone is right.
    test : {"asymptotic", "exact", "mid-p"}
        McNemar's chi-square, the binomial test of the disagreements, or its mid-p.
    alpha : float in (0, 0.5)
        One-sided: 0.025 for a two-sided test at 0.05.
    power : float in (0, 1)
        Probability wanted of showing it.
    design_effect : float, at least 1
        Factor for findings that are not independent; see :func:`design_effect`.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        For a comparison of sensitivities these are patients with the condition.

    Raises
    ------
    NotEstimable
        When a number is out of range, or A is not right more often.

    References
    ----------
    Connor RJ. Biometrics 1987;43:207-211. Fagerland MW et al. BMC Med Res Methodol
    2013;13:91 (mid-p).

    Examples
    --------
    >>> mcnemar_size(0.2, 0.1).n, mcnemar_size(0.2, 0.1, test="exact").n
    (312, 325)
    """
    return powered(
        _power_of(only_a, only_b, test, alpha),
        power,
        in_teeth=test != "asymptotic",
        method=f"McNemar test, {test}; A alone right in {only_a:g}, B alone in {only_b:g} "
        "(Connor 1987)",
        alpha=alpha,
        design_effect=design_effect,
        unusable=unusable,
    )


def mcnemar_power(
    n: int,
    only_a: float,
    only_b: float,
    *,
    test: Literal["asymptotic", "exact", "mid-p"] = "asymptotic",
    alpha: float = 0.025,
) -> float:
    """Probability that ``n`` patients show A to be right more often than B.

    Parameters
    ----------
    n : int, at least 1
        Patients, each tested both ways.
    only_a, only_b, test, alpha
        As :func:`mcnemar_size`.

    Returns
    -------
    float
        Power; 1 in the limit of many patients.

    Raises
    ------
    NotEstimable
        As :func:`mcnemar_size`.

    References
    ----------
    As :func:`mcnemar_size`.

    Examples
    --------
    >>> round(mcnemar_power(312, 0.2, 0.1), 3)
    0.901
    """
    return _power_of(only_a, only_b, test, alpha)(whole_patients(n))


def _power_of(only_a: float, only_b: float, test: Test, alpha: float) -> Callable[[int], float]:
    """Power by the number of patients, what is the same for each of them done once."""
    among(alpha, "alpha", 0, 0.5)
    disagree, gain = _disagreement(only_a, only_b), only_a - only_b
    if not gain > 0:
        raise NotEstimable("only_a — expected above only_b, got no more")
    one_of(test, "test", get_args(Test))
    shown = Remembered(lambda d: _shown(d, only_a / disagree, test, alpha))

    def asymptotic(n: int) -> float:
        reach = gain * math.sqrt(n) + float(special.ndtri(alpha)) * math.sqrt(disagree)
        return float(special.ndtr(reach / math.sqrt(disagree - gain**2)))

    def unconditional(n: int) -> float:
        low, high = likely(n, disagree)
        mass = stats.binom.pmf(np.arange(low, high + 1), n, disagree)
        return min(float(mass @ shown.between(low, high)), 1.0)

    return asymptotic if test == "asymptotic" else unconditional


def _shown(d: NDArray[np.int64], share: float, test: Test, alpha: float) -> FloatArray:
    """Power given the number of disagreements."""
    critical = stats.binom.isf(alpha, d, 0.5) + 1
    if test == "mid-p":
        # one count lower is enough when half of its own probability brings it under alpha
        mid = stats.binom.sf(critical - 1, d, 0.5) + stats.binom.pmf(critical - 1, d, 0.5) / 2
        critical = np.where(mid <= alpha * (1 + 1e-12), critical - 1, critical)
    return np.asarray(stats.binom.sf(critical - 1, d, share))


def paired_proportion_non_inferiority(
    only_a: float,
    only_b: float,
    margin: float,
    *,
    alpha: float = 0.025,
    power: float = 0.9,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients, each tested both ways, to show A right no more rarely than B by a margin.

    .. math:: z_\alpha \sqrt{2 \tilde q - \delta - \delta^2}
        + z_\beta \sqrt{p_{10} + p_{01} - (p_{10} - p_{01})^2}
        \le \sqrt n (p_{10} - p_{01} + \delta)

    :math:`\tilde q` the share on whom B alone is right that is most likely when B is
    better by :math:`\delta`.

    Parameters
    ----------
    only_a, only_b : float in (0, 1)
        Shares of patients on whom A alone, B alone is right.
    margin : float in (0, 1)
        :math:`\delta`, loss allowed.
    alpha : float in (0, 0.5)
        One-sided: 0.025 for a two-sided test at 0.05.
    power : float in (0, 1)
        Probability wanted of showing it.
    design_effect : float, at least 1
        Factor for findings that are not independent; see :func:`design_effect`.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        The rarer the tests disagree, the fewer patients.

    Raises
    ------
    NotEstimable
        When a number is out of range, or A is worse than B by the margin or more.

    References
    ----------
    Tango T. Stat Med 1998;17:891-908. Nam JM. Biometrics 1997;53:1422-1430.
    Lu Y, Bean JA. Stat Med 1995;14:1831-1839.

    Examples
    --------
    >>> paired_proportion_non_inferiority(0.05, 0.05, 0.1).n
    134
    """
    _checked(only_a, only_b, margin, alpha)
    return powered(
        lambda n: paired_non_inferiority_power(n, only_a, only_b, margin, alpha=alpha),
        power,
        method=f"non-inferiority by {margin:g} of paired shares; A alone right in {only_a:g}, "
        f"B alone in {only_b:g}; Tango score test",
        alpha=alpha,
        design_effect=design_effect,
        unusable=unusable,
    )


def paired_non_inferiority_power(
    n: int, only_a: float, only_b: float, margin: float, *, alpha: float = 0.025
) -> float:
    """Probability that ``n`` patients show A right no more rarely than B by the margin.

    Parameters
    ----------
    n : int, at least 1
        Patients, each tested both ways.
    only_a, only_b, margin, alpha
        As :func:`paired_proportion_non_inferiority`.

    Returns
    -------
    float
        Power; 1 in the limit of many patients.

    Raises
    ------
    NotEstimable
        As :func:`paired_proportion_non_inferiority`.

    References
    ----------
    As :func:`paired_proportion_non_inferiority`.

    Examples
    --------
    >>> round(paired_non_inferiority_power(134, 0.05, 0.05, 0.1), 2)
    0.9
    """
    disagree = _checked(only_a, only_b, margin, alpha)
    worst = only_b_at_the_margin(only_a, only_b, margin)
    null = math.sqrt(2 * worst - margin - margin**2)
    truth = math.sqrt(disagree - (only_a - only_b) ** 2)
    reach = (only_a - only_b + margin) * math.sqrt(whole_patients(n))
    reach += float(special.ndtri(alpha)) * null
    return float(special.ndtr(reach / truth))


def only_b_at_the_margin(only_a: float, only_b: float, margin: float) -> float:
    r"""Most likely share on whom B alone is right when it is right more often by a margin.

    The larger root of :math:`2q^2 - (p_{10} + p_{01} + \delta (2 - p_{10} + p_{01})) q
    + p_{01} \delta (1 + \delta)`.

    Examples
    --------
    >>> round(only_b_at_the_margin(0.05, 0.15, 0.1), 12)
    0.15
    """
    middle = only_a + only_b + margin * (2 - only_a + only_b)
    inside = max(middle**2 - 8 * only_b * margin * (1 + margin), 0.0)
    return (middle + math.sqrt(inside)) / 4


def _checked(only_a: float, only_b: float, margin: float, alpha: float) -> float:
    """How many disagree, where A is not worse than B by the margin."""
    among(alpha, "alpha", 0, 0.5)
    among(margin, "margin", 0, 1)
    disagree = _disagreement(only_a, only_b)
    if not only_a - only_b + margin > 0:
        raise NotEstimable("only_a — expected above only_b less the margin, got no more")
    return disagree


def _disagreement(only_a: float, only_b: float) -> float:
    among(only_a, "only_a", 0, 1)
    among(only_b, "only_b", 0, 1)
    return among(only_a + only_b, "only_a + only_b", 0, 1)
