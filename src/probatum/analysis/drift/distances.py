"""How far the distribution of a number has moved: its largest gap, and the whole way."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.drift.gap import chance_of_gap
from probatum.analysis.drift.ordering import Course, Ordered, course, ordered
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray
from probatum.errors import NotEstimable


def ks(reference: ArrayLike, current: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    r"""Largest gap between the two cumulative distributions (Kolmogorov-Smirnov).

    Parameters
    ----------
    reference, current : (n,), (m,) of float
        Recorded values.
    confidence : float in (0, 1)

    Returns
    -------
    Estimate
        In [0, 1]. The interval is :math:`D \pm (\epsilon_n + \epsilon_m)`,
        :math:`\epsilon_n = \sqrt{\ln(4/\alpha) / 2n}`: exact and conservative, each sample
        keeping half of :math:`\alpha`. ``p_value``, of equal distributions, is exact up to four
        million pairs :math:`nm`, and conservative where values are tied.

    Raises
    ------
    NotEstimable
        When either is empty or holds missing values.

    References
    ----------
    Massart P. Ann Probab 1990;18:1269-1283 (the constant of the interval). Hodges JL. Ark Mat
    1958;3:469-486 (the exact p-value). Vrbik J. Pioneer J Theor Appl Stat 2018;15:15-23 (the
    limit corrected for size).

    Departures
    ----------
    With more pairs ``p_value`` is that of one sample of :math:`nm/(n + m)`, and where this
    exceeds 50,000 it is Kolmogorov's limit with Vrbik's correction: within a hundred-thousandth
    of that one down to 0.001.

    Examples
    --------
    >>> ks([1, 2, 3, 4], [3, 4, 5, 6]).value
    0.5
    """
    samples = ordered(reference, current)
    return largest_gap(samples, course(samples), confidence=confidence)


def wasserstein(
    reference: ArrayLike,
    current: ArrayLike,
    *,
    is_standardised: bool = False,
    confidence: float = 0.95,
) -> Estimate:
    r"""How far values have moved, on average over patients (Wasserstein's distance, order 1).

    .. math:: W = \int |F(t) - G(t)|\,dt

    the least mean move that makes one distribution of the other.

    Parameters
    ----------
    reference, current : (n,), (m,) of float
        Recorded values; at least two of the reference.
    is_standardised : bool
        Whether the distance is told in standard deviations of the reference, which are taken
        as known, instead of the unit of the values.
    confidence : float in (0, 1)

    Returns
    -------
    Estimate
        0 for equal samples; the size of the shift where all values moved alike. ``se`` is
        that of the delta method, for distributions that differ, and none where it vanishes.
        ``p_value`` is an upper bound, of equal distributions. Two constants that differ have
        neither interval nor ``p_value``.

    Raises
    ------
    NotEstimable
        When either is empty or holds missing values, or a distance in standard deviations is
        asked for and the reference does not vary.

    References
    ----------
    Vallender SS. Theory Probab Appl 1973;18:784-786 (the formula). Del Barrio E, Giné E,
    Matrán C. Ann Probab 1999;27:1009-1071 (the limit). Borell C. Invent Math
    1975;30:207-216 (the tail).

    Departures
    ----------
    An interval from ``se`` fails near 0, where the distance is not normal. This one is
    :math:`W \pm r`, held at 0, with

    .. math:: r = \sqrt{\tfrac2\pi} \int \sqrt{\tfrac{F(1 - F)}{n} + \tfrac{G(1 - G)}{m}}\,dt
        + \sqrt{2 \ln\tfrac1\alpha \left(\tfrac{s_F^2}{n} + \tfrac{s_G^2}{m}\right)}

    The error of W is at most the distance that the samples keep from their own distributions.
    In large samples that is the largest value of a Gaussian process over functions of slope 1:
    the first term is its mean, the second Borell's bound of its tail. It holds everywhere and
    is conservative: for a clear shift it is about twice as wide as need be.

    Examples
    --------
    >>> wasserstein([1, 2, 3, 4], [3, 4, 5, 6]).value
    2.0
    """
    samples = ordered(reference, current)
    found = course(samples)
    return mean_move(samples, found, is_standardised=is_standardised, confidence=confidence)


def largest_gap(samples: Ordered, found: Course, *, confidence: float) -> Estimate:
    """What :func:`ks` tells of samples already in order.

    Examples
    --------
    >>> samples = ordered([1, 2], [2, 3])
    >>> largest_gap(samples, course(samples), confidence=0.95).value
    0.5
    """
    check_level(confidence)
    n, m = samples.reference.size, samples.current.size
    gap = float(np.max(np.abs(found.apart) * (found.step > 0)))
    reach = sum(float(np.sqrt(np.log(4 / (1 - confidence)) / (2 * size))) for size in (n, m))
    return Estimate(
        value=gap,
        se=None,
        lower=max(gap - reach, 0.0),
        upper=min(gap + reach, 1.0),
        level=confidence,
        n=m,
        method="Kolmogorov-Smirnov distance, Dvoretzky-Kiefer-Wolfowitz interval",
        statistic=gap,
        p_value=chance_of_gap(gap, n, m),
    )


def mean_move(
    samples: Ordered, found: Course, *, is_standardised: bool, confidence: float
) -> Estimate:
    """What :func:`wasserstein` tells of samples already in order.

    Examples
    --------
    >>> samples = ordered([1, 2], [2, 3])
    >>> mean_move(samples, course(samples), is_standardised=False, confidence=0.95).value
    1.0
    """
    check_level(confidence)
    unit, words = _unit(samples.reference, is_standardised)
    distance, error, expected, spread = (part / unit for part in _moved(samples, found))
    reach = expected + spread * float(np.sqrt(2 * np.log(1 / (1 - confidence))))
    is_judged = distance == 0 or any(map(_varies, (samples.reference, samples.current)))
    told = "asymptotic conservative interval" if is_judged else "two constants, no interval"
    return Estimate(
        value=distance,
        se=error if error > 0 and is_judged else None,
        lower=max(distance - reach, 0.0) if is_judged else None,
        upper=distance + reach if is_judged else None,
        level=confidence,
        n=samples.current.size,
        method=f"Wasserstein distance{words}, {told}",
        p_value=_bounded_tail(distance - expected, spread) if is_judged else None,
    )


def _varies(ascending: FloatArray) -> bool:
    return bool(ascending[0] < ascending[-1])


def _unit(reference: FloatArray, is_standardised: bool) -> tuple[float, str]:
    if not is_standardised:
        return 1.0, ""
    if not _varies(reference):
        raise NotEstimable(
            "Wasserstein distance — expected a reference that varies, got one value for all — "
            "ask for the distance in the unit of the values"
        )
    return float(reference.std(ddof=1)), " in standard deviations of the reference"


def _moved(samples: Ordered, found: Course) -> tuple[float, float, float, float]:
    """Distance, delta-method error, and mean and spread of what chance alone may give."""
    n, m = samples.reference.size, samples.current.size
    f, g, step = found.reference, found.current, found.step
    signed = np.zeros(n + m)
    np.cumsum(np.sign(found.apart) * step, out=signed[1:])
    of_reference, of_current = (
        signed.compress(of).var() for of in (~found.is_current, found.is_current)
    )
    error = np.sqrt(of_reference / n + of_current / m)
    chance = step @ np.sqrt(f * (1 - f) / n + g * (1 - g) / m)
    spread = np.sqrt(samples.reference.var() / n + samples.current.var() / m)
    return (
        float(step @ np.abs(found.apart)),
        float(error),
        float(np.sqrt(2 / np.pi) * chance),
        float(spread),
    )


def _bounded_tail(excess: float, spread: float) -> float:
    """Borell's bound; 1 below the mean, and 1 where nothing varies and nothing moved."""
    return float(np.exp(-((excess / spread) ** 2) / 2)) if excess > 0 else 1.0
