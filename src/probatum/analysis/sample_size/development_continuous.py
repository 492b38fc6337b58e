"""How many patients does it take to develop a model of a measured outcome?

Riley's four criteria: shrinkage, optimism, the residual spread and the mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import stats

from probatum.analysis.estimate import check_level
from probatum.analysis.sample_size.asked import among, candidates
from probatum.analysis.sample_size.size import Demand, SampleSize, sized
from probatum.analysis.sample_size.smallest import smallest
from probatum.errors import NotEstimable


def riley_continuous(
    parameters: int,
    r2_adjusted: float,
    mean: float,
    sd: float,
    *,
    shrinkage: float = 0.9,
    optimism: float = 0.05,
    error_factor: float = 1.1,
    confidence: float = 0.95,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to develop a linear model of an outcome that is measured.

    .. math::
        S = 1 + \frac{P - 2}{n \ln(1 - R^2_a)}, \quad
        R^2_a = \frac{R^2 (n - P - 1) + P}{n - 1}, \quad
        n_2 = 1 + \frac{P (1 - R^2)}{\delta}

    and the interval's far end divided by the estimate at most ``error_factor``, for the
    residual standard deviation (chi-square) and for the mean (Student t).

    Parameters
    ----------
    parameters : int, at least 1
        :math:`P`, candidate parameters.
    r2_adjusted : float in (0, 1)
        :math:`R^2` expected, adjusted for optimism.
    mean : float, not 0
        Mean of the outcome.
    sd : float > 0
        Standard deviation of the outcome between patients.
    shrinkage : float in (0, 1)
    optimism : float in (0, 1)
        :math:`\delta`, most difference between apparent and adjusted :math:`R^2`.
    error_factor : float > 1
        Multiplicative margin of error.
    confidence : float in (0, 1)
        Two-sided confidence level.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        With two parameters or fewer the first criterion asks for nothing.

    Raises
    ------
    NotEstimable
        When a number is out of range.

    References
    ----------
    Riley RD et al. Stat Med 2019;38:1262-1275, criteria (i) to (iv).

    Examples
    --------
    >>> size = riley_continuous(25, 0.2, 1.9, 0.6)
    >>> [criterion.n for criterion in size.criteria][:3], size.n
    ([918, 401, 259], 918)
    """
    p = candidates(parameters)
    among(r2_adjusted, "r2_adjusted", 0, 1)
    among(shrinkage, "shrinkage", 0, 1)
    among(optimism, "optimism", 0, 1)
    among(error_factor, "error_factor", 1, math.inf)
    check_level(confidence)
    relative = among(sd, "sd", 0, math.inf) / _size(mean)
    tail = (1 - confidence) / 2
    return sized(
        [
            *_overfitting(p, r2_adjusted, shrinkage, optimism),
            *_precision(p, relative * math.sqrt(1 - r2_adjusted), error_factor, tail),
        ],
        method=f"Riley criteria, continuous outcome; {p} parameters, adjusted R2 "
        f"{r2_adjusted:g}, mean {mean:g}, sd {sd:g} (Stat Med 2019;38:1262)",
        confidence=confidence,
        unusable=unusable,
    )


def _overfitting(p: int, r2: float, shrinkage: float, optimism: float) -> list[Demand]:
    def shrunk(n: int) -> float:
        apparent = (r2 * (n - p - 1) + p) / (n - 1)
        return 1 + (p - 2) / (n * math.log1p(-apparent))

    return [
        Demand("shrinkage at least", shrinkage, _from_which_on(shrunk, shrinkage, p), shrunk),
        Demand(
            "optimism in R2 at most",
            optimism,
            max(1 + p * (1 - r2) / optimism, p + 2),
            lambda n: p * (1 - r2) / (n - 1),
        ),
    ]


def _size(mean: float) -> float:
    size = abs(among(mean, "mean", -math.inf, math.inf))
    if size == 0:
        raise NotEstimable("mean — expected a mean that is not 0, got 0 — no factor bounds it")
    return size


def _from_which_on(shrunk: Callable[[int], float], shrinkage: float, p: int) -> int:
    """The size from which on shrinkage is no stronger than asked.

    With hardly more patients than parameters the formula falls before it rises: those few
    would meet a demand that more do not.
    """
    least = p + 2
    if p <= 2:
        return least
    lowest = smallest(lambda n: shrunk(n + 1) >= shrunk(n), least=least)
    if shrunk(lowest) >= shrinkage:
        return least
    return smallest(lambda n: shrunk(n) >= shrinkage, least=lowest)


def _precision(p: int, relative: float, factor: float, tail: float) -> list[Demand]:
    """Residual spread and mean, each known up to a factor."""

    def spread(n: int) -> float:
        return margin_of_spread(n - p - 1, tail)

    def centre(n: int) -> float:
        return 1 + float(stats.t.isf(tail, n - p - 1)) * relative / math.sqrt(n)

    return [
        Demand(
            f"margin factor of the {name} at most",
            factor,
            smallest(lambda n: reached(n) <= factor, least=p + 2),  # noqa: B023
            reached,
        )
        for name, reached in (("residual sd", spread), ("mean", centre))
    ]


def margin_of_spread(df: int, tail: float) -> float:
    """By which factor a standard deviation may be off, at the worse of its two bounds.

    Examples
    --------
    >>> margin_of_spread(233, 0.025) <= 1.1 < margin_of_spread(232, 0.025)
    True
    """
    low, high = (float(stats.chi2.ppf(share, df)) / df for share in (tail, 1 - tail))
    return max(math.sqrt(1 / low), math.sqrt(high))
