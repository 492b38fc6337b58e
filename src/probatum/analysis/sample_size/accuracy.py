"""How many patients for a sensitivity and a specificity that are known well enough?"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from probatum.analysis.estimate import normal_quantile
from probatum.analysis.observations import FloatArray
from probatum.analysis.sample_size.asked import among, one_of, whole_patients
from probatum.analysis.sample_size.size import Demand, SampleSize, sized
from probatum.analysis.sample_size.smallest import (
    Remembered,
    likely,
    smallest,
    smallest_that_holds,
)

Interval = Literal["wald", "wilson", "clopper-pearson"]


def buderer(
    sensitivity: float,
    specificity: float,
    prevalence: float,
    precision: float,
    *,
    interval: Literal["wald", "wilson", "clopper-pearson"] = "wald",
    assurance: float | None = None,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to enrol, the condition unknown, for intervals of a half-width asked for.

    .. math::
        n_{Se} = \frac{z^2\, Se (1 - Se)}{w^2 \phi}, \qquad
        n_{Sp} = \frac{z^2\, Sp (1 - Sp)}{w^2 (1 - \phi)}

    and with another interval the n at which its own half-width, at the counts expected, is
    no more than :math:`w`.

    Parameters
    ----------
    sensitivity, specificity : float in (0, 1)
        Expected.
    prevalence : float in (0, 1)
        :math:`\phi`, share of those enrolled who have the condition.
    precision : float in (0, 0.5)
        :math:`w`, half the width of each interval.
    interval : {"wald", "wilson", "clopper-pearson"}
        Wald's is the paper's; plan with the one that will be reported.
    assurance : float in (0, 1), optional
        Probability that each half-width comes out as asked, when those with the condition
        and those called right are both left to chance. Without it about one study in two
        comes out wider.
    confidence : float in (0, 1)
        Two-sided confidence level.
    design_effect : float, at least 1
        Of several findings a patient, or patients of one reader; 1 if independent.
    unusable : float in [0, 1)
        Share of patients without a valid test or reference.

    Returns
    -------
    SampleSize
        ``events`` is the number with the condition expected.

    Raises
    ------
    NotEstimable
        When a number is out of range.

    References
    ----------
    Buderer NMF. Acad Emerg Med 1996;3:895-900.

    Departures
    ----------
    The paper's interval is Wald's only and it gives no assurance. The half-width of an
    interval that is not symmetric is half its width.

    Examples
    --------
    >>> size = buderer(0.9, 0.85, 0.2, 0.1)
    >>> [criterion.n for criterion in size.criteria], size.events
    ([173, 62], 35)
    """
    among(sensitivity, "sensitivity", 0, 1)
    among(specificity, "specificity", 0, 1)
    among(prevalence, "prevalence", 0, 1)
    among(precision, "precision", 0, 0.5)
    half_width(interval, 1, 2, confidence)
    shares = ((sensitivity, prevalence), (specificity, 1 - prevalence))
    names = ("sensitivity", "specificity")
    demands = [
        _expected(name, share, of, precision, interval, confidence)
        if assurance is None
        else _assured(name, share, of, precision, interval, confidence, assurance)
        for name, (share, of) in zip(names, shares, strict=True)
    ]
    chance = "" if assurance is None else f", with assurance {assurance:g}"
    return sized(
        demands,
        method=f"half-width {precision:g} of the {interval} intervals{chance}; sensitivity "
        f"{sensitivity:g}, specificity {specificity:g}, prevalence {prevalence:g} "
        "(Buderer 1996)",
        prevalence=prevalence,
        confidence=confidence,
        design_effect=design_effect,
        unusable=unusable,
    )


def half_width(
    interval: Interval, events: ArrayLike, n: ArrayLike, confidence: float
) -> FloatArray:
    """Half the width of an interval of a share; the counts need not be whole.

    Parameters
    ----------
    interval : {"wald", "wilson", "clopper-pearson"}
    events, n : (m,) of float
    confidence : float in (0, 1)
        Two-sided confidence level.

    Examples
    --------
    >>> [round(float(half_width(name, 0, 10, 0.95)), 3) for name in
    ...  ("wald", "wilson", "clopper-pearson")]
    [0.0, 0.139, 0.154]
    """
    one_of(interval, "interval", get_args(Interval))
    z = normal_quantile(confidence)
    x, m = np.broadcast_arrays(np.asarray(events, float), np.asarray(n, float))
    if interval == "wald":
        return np.asarray(z * np.sqrt(x * (m - x) / m) / m)
    if interval == "wilson":
        return np.asarray(z * np.sqrt(x * (m - x) / m + z**2 / 4) / (m + z**2))
    tail = (1 - confidence) / 2
    low = np.where(x > 0, stats.beta.ppf(tail, np.maximum(x, 1e-9), m - x + 1), 0)
    high = np.where(x < m, stats.beta.isf(tail, x + 1, np.maximum(m - x, 1e-9)), 1)
    return np.asarray((high - low) / 2)


def assurance_of_width(
    n: int,
    share: float,
    prevalence: float,
    precision: float,
    *,
    interval: Literal["wald", "wilson", "clopper-pearson"] = "wilson",
    confidence: float = 0.95,
) -> float:
    r"""Probability that an interval comes out no wider than asked.

    .. math:: \sum_m \Pr(M = m)\, \Pr(w(X, m) \le w \mid m), \qquad
        M \sim \mathrm{Bin}(n, \phi),\; X \sim \mathrm{Bin}(m, p)

    Parameters
    ----------
    n : int, at least 1
        Patients enrolled.
    share : float in (0, 1)
        :math:`p`, the sensitivity, say.
    prevalence : float in (0, 1]
        :math:`\phi`, share of patients it is a share of.
    precision : float in (0, 0.5)
        Half-width asked for.
    interval : {"wald", "wilson", "clopper-pearson"}
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    float
        0 when even the narrowest interval of so few is too wide.

    Raises
    ------
    NotEstimable
        When a number is out of range.

    References
    ----------
    Buderer NMF. Acad Emerg Med 1996;3:895-900 (the counts expected; that both are left to
    chance is the formula above).

    Examples
    --------
    >>> round(assurance_of_width(200, 0.9, 0.2, 0.1), 3)
    0.642
    """
    among(share, "share", 0, 1)
    among(prevalence, "prevalence", 0, 1, closed="(]")
    among(precision, "precision", 0, 0.5)
    narrow = _chances_of_width(share, precision, interval, confidence)
    return _over_cases(whole_patients(n), prevalence, narrow)


def _chances_of_width(
    share: float, precision: float, interval: Interval, confidence: float
) -> Remembered:
    """Probability that the interval among m is narrow, for every m."""

    def chances(m: NDArray[np.int64]) -> FloatArray:
        high = _narrow_from(interval, m, precision, confidence)
        far = stats.binom.sf(high - 1, m, share) + stats.binom.cdf(m - high, m, share)
        return np.where((high > m) | (m == 0), 0.0, np.minimum(far, 1.0))

    return Remembered(chances)


def _over_cases(n: int, prevalence: float, narrow: Remembered) -> float:
    low, high = likely(n, prevalence)
    mass = stats.binom.pmf(np.arange(low, high + 1), n, prevalence)
    return min(float(mass @ narrow.between(low, high)), 1.0)


def _narrow_from(
    interval: Interval, m: NDArray[np.int64], precision: float, confidence: float
) -> NDArray[np.int64]:
    """Least count at or above the half from which on the interval is narrow; m + 1 if none."""
    low, high, size = (m + 1) // 2, m + 1, np.maximum(m, 1)
    while np.any(low < high):
        middle = (low + high) // 2
        is_narrow = half_width(interval, np.minimum(middle, m), size, confidence) <= precision
        is_open = low < high
        high = np.where(is_open & is_narrow, middle, high)
        low = np.where(is_open & ~is_narrow, middle + 1, low)
    return high


def _expected(
    name: str,
    share: float,
    of: float,
    precision: float,
    interval: Interval,
    confidence: float,
) -> Demand:
    def reached(n: int) -> float:
        return float(half_width(interval, share * of * n, of * n, confidence))

    needs = smallest(lambda n: reached(n) <= precision)
    return Demand(f"half-width of the {name} at most", precision, needs, reached)


def _assured(
    name: str,
    share: float,
    of: float,
    precision: float,
    interval: Interval,
    confidence: float,
    assurance: float,
) -> Demand:
    among(assurance, "assurance", 0, 1)
    narrow = _chances_of_width(share, precision, interval, confidence)

    def reached(n: int) -> float:
        return _over_cases(n, of, narrow)

    needs = smallest_that_holds(reached, assurance)
    return Demand(f"assurance of the {name}'s width at least", assurance, needs, reached)
