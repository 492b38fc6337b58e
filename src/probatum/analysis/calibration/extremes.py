"""How far off the curve those are whom the risks serve worse than most.

Median, ninth tenth and largest of the distances between the risk a patient was told and the
smooth curve of what happened, the patients weighing as many as they stand for.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.calibration.distance import distances_summed
from probatum.analysis.calibration.smooth import Smoother
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray


def e50(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    smoother: Literal["loess", "spline"] = "loess",
    span: float = 0.75,
    knots: int = 4,
    seed: int | None = None,
    replicates: int = 500,
    confidence: float = 0.95,
) -> Estimate:
    r"""Distance between predicted and smoothed risk that half of the patients do not exceed.

    .. math:: \mathrm{E50} = \min\Bigl\{d : \sum_{i :\, |\hat p(r_i) - r_i| \le d} w_i
        \ge 0.5 \sum_i w_i\Bigr\}

    Parameters
    ----------
    outcome, risk, weight, smoother, span, knots, seed, replicates, confidence
        As :func:`ici`.

    Returns
    -------
    Estimate
        At least 0; 0 when the smooth is on the diagonal for half of the patients or more.

    Raises
    ------
    NotEstimable
        As :func:`ici`.

    References
    ----------
    Austin PC, Steyerberg EW. Stat Med 2019;38:4051-4065, section 2.

    Departures
    ----------
    The quantile is a patient's own distance, the smallest that the weighted share reaches,
    instead of an interpolation between two patients; the two differ by less than the
    distance from one patient to the next.

    Examples
    --------
    >>> told = np.linspace(0.05, 0.95, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> e50(happened, told).value <= e90(happened, told).value
    True
    """
    return distances_summed(
        _median,
        "E50, median distance",
        (outcome, risk, weight),
        Smoother(kind=smoother, span=span, knots=knots),
        seed=seed,
        replicates=replicates,
        confidence=confidence,
    )


def e90(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    smoother: Literal["loess", "spline"] = "loess",
    span: float = 0.75,
    knots: int = 4,
    seed: int | None = None,
    replicates: int = 500,
    confidence: float = 0.95,
) -> Estimate:
    r"""Distance between predicted and smoothed risk that nine patients of ten do not exceed.

    .. math:: \mathrm{E90} = \min\Bigl\{d : \sum_{i :\, |\hat p(r_i) - r_i| \le d} w_i
        \ge 0.9 \sum_i w_i\Bigr\}

    Parameters
    ----------
    outcome, risk, weight, smoother, span, knots, seed, replicates, confidence
        As :func:`ici`.

    Returns
    -------
    Estimate
        At least 0 and at least :func:`e50`.

    Raises
    ------
    NotEstimable
        As :func:`ici`.

    References
    ----------
    Austin PC, Steyerberg EW. Stat Med 2019;38:4051-4065, section 2.

    Departures
    ----------
    The quantile is taken as in :func:`e50`.

    Examples
    --------
    >>> told = np.linspace(0.05, 0.95, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> e90(happened, told).method
    'E90, ninth tenth of distances, loess of degree 2, span 0.75; no interval asked for'
    """
    return distances_summed(
        _ninth_tenth,
        "E90, ninth tenth of distances",
        (outcome, risk, weight),
        Smoother(kind=smoother, span=span, knots=knots),
        seed=seed,
        replicates=replicates,
        confidence=confidence,
    )


def emax(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    smoother: Literal["loess", "spline"] = "loess",
    span: float = 0.75,
    knots: int = 4,
    seed: int | None = None,
    replicates: int = 500,
    confidence: float = 0.95,
) -> Estimate:
    r"""Largest distance between predicted and smoothed risk that any patient meets.

    .. math:: \mathrm{Emax} = \max_i |\hat p(r_i) - r_i|

    Parameters
    ----------
    outcome, risk, weight, smoother, span, knots, seed, replicates, confidence
        As :func:`ici`.

    Returns
    -------
    Estimate
        At least 0 and at least :func:`e90`. It is found where the smooth is least certain,
        most often at the largest risk, and is biased upwards more than the other indices.

    Raises
    ------
    NotEstimable
        As :func:`ici`.

    References
    ----------
    Harrell FE. Regression Modeling Strategies, 2nd ed., Springer 2015, section 10.9 (Emax).
    Austin PC, Steyerberg EW. Stat Med 2019;38:4051-4065, section 2.

    Examples
    --------
    >>> told = np.linspace(0.05, 0.95, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> e90(happened, told).value < emax(happened, told).value
    True
    """
    return distances_summed(
        _largest,
        "Emax, largest distance",
        (outcome, risk, weight),
        Smoother(kind=smoother, span=span, knots=knots),
        seed=seed,
        replicates=replicates,
        confidence=confidence,
    )


def _median(distance: FloatArray, w: FloatArray) -> float:
    return _quantile(distance, w, 0.5)


def _ninth_tenth(distance: FloatArray, w: FloatArray) -> float:
    return _quantile(distance, w, 0.9)


def _largest(distance: FloatArray, w: FloatArray) -> float:
    return float(distance.max())


def _quantile(distance: FloatArray, w: FloatArray, share: float) -> float:
    """The smallest distance within which a weighted share of the patients lies."""
    order = np.argsort(distance, kind="stable")
    reached = np.cumsum(w[order])
    place = np.searchsorted(reached, share * reached[-1] * (1 - 1e-12))
    return float(distance[order][place])
