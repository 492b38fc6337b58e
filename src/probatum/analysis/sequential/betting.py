"""A fair game against a claim: whoever gains much by betting on patients refutes it.

Each bet is placed before the patient it is placed on is seen, so that under the claim no way of
stopping or going on makes the expected wealth larger than it was at the start.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.choices import one_number
from probatum.analysis.observations import FloatArray, finite
from probatum.errors import NotEstimable

_FIRST_BLOCK = 64


def bounded(value: ArrayLike, *, least: float, most: float) -> FloatArray:
    """Return values on the scale from 0 (``least``) to 1 (``most``).

    Raises
    ------
    NotEstimable
        When the range is none, or a value lies outside it.

    Examples
    --------
    >>> bounded([0, 5, 10], least=0, most=10)
    array([0. , 0.5, 1. ])
    """
    x = finite(value, "value")
    if not -math.inf < one_number(least) < one_number(most) < math.inf:
        raise NotEstimable(f"range — expected least below most, got {least} and {most}")
    outside = int(np.count_nonzero((x < least) | (x > most)))
    if outside:
        raise NotEstimable(
            f"value — expected all within [{least:g}, {most:g}], got {outside} outside — "
            "state the range that the measurement cannot leave before it is taken"
        )
    return (x - least) / (most - least)


def known_before(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Mean and variance as estimated before each patient, from those that came earlier.

    .. math:: \hat\mu_t = \frac{\frac12 + \sum_{i \le t} x_i}{t + 1}, \qquad
        \hat\sigma^2_t = \frac{\frac14 + \sum_{i \le t} (x_i - \hat\mu_i)^2}{t + 1}

    References
    ----------
    Waudby-Smith I, Ramdas A. J R Stat Soc B 2024;86:1-27 (predictable plug-in).

    Examples
    --------
    >>> known_before(np.array([1.0, 0.0]))
    (array([0.5 , 0.75]), array([0.25   , 0.15625]))
    """
    so_many = np.arange(2, x.size + 2)
    mean = (0.5 + np.cumsum(x)) / so_many
    variance = (0.25 + np.cumsum((x - mean) ** 2)) / so_many
    return np.append(0.5, mean[:-1]), np.append(0.25, variance[:-1])


def sized_for(tail: float, variance: FloatArray) -> FloatArray:
    r"""Bets that make an interval narrow at all sizes, before they are limited.

    .. math:: \lambda_t = \sqrt{\frac{2 \ln(1 / \tau)}
        {\hat\sigma^2_{t-1}\, t \ln(1 + t)}}

    with :math:`\tau` the error of one bound: :math:`\alpha / 2` of an interval.

    References
    ----------
    Waudby-Smith I, Ramdas A. J R Stat Soc B 2024;86:1-27 (predictable plug-in).

    Examples
    --------
    >>> sized_for(0.025, np.array([0.25])).round(3)
    array([6.525])
    """
    t = np.arange(1, variance.size + 1)
    return np.asarray(np.sqrt(-2 * np.log(tail) / (variance * t * np.log1p(t))))


def growing(x: FloatArray, null: float, *, down: float, up: float) -> FloatArray:
    r"""Bets that make wealth grow fast when the mean is not ``null``.

    .. math:: \lambda_t = \frac{\hat\mu_{t-1} - m}
        {\hat\sigma^2_{t-1} + (\hat\mu_{t-1} - m)^2}

    kept between ``down`` and ``up``, neither of which may lose all there is on one patient.

    References
    ----------
    Waudby-Smith I, Ramdas A. J R Stat Soc B 2024;86:1-27 (approximate GRAPA).

    Examples
    --------
    >>> growing(np.array([1.0, 1.0]), 0.5, down=0.0, up=1.5).round(4)
    array([0.    , 1.1429])
    """
    mean, variance = known_before(x)
    gap = mean - null
    return np.clip(gap / (variance + gap**2), down, up)


def first_time(
    x: FloatArray, bet: FloatArray, mean: float, *, most: float, log_goal: float
) -> int:
    r"""How many patients pass before betting on more than ``mean`` multiplies wealth so far.

    The wealth is :math:`\prod (1 + \lambda_i (x_i - m))`, with no bet above ``most``. Returns
    the size of ``x`` when the goal is not reached.

    Examples
    --------
    >>> first_time(np.ones(9), np.ones(9), 0.5, most=1.0, log_goal=1.0)
    2
    """
    log_wealth, begin, size = 0.0, 0, _FIRST_BLOCK
    while begin < x.size:
        block = slice(begin, begin + size)
        gain = np.minimum(bet[block], most) * (x[block] - mean)
        path = log_wealth + np.cumsum(np.log1p(gain))
        if path.max() >= log_goal:
            return begin + int(np.argmax(path >= log_goal))
        log_wealth, begin, size = float(path[-1]), begin + size, 2 * size
    return int(x.size)
