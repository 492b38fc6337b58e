"""Has a measured quantity left its target, slowly and for good?

A patient's value enters as :math:`z_i = (x_i - \\mu_0) / \\sigma`, so limits are in standard
deviations. How long a chart runs until a false alarm is told in ``run_length``.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.monitoring.charting import Chart, Line, charted
from probatum.analysis.monitoring.choices import a_side, any_number, positive, share
from probatum.analysis.observations import FloatArray, finite
from probatum.errors import NotEstimable


def cusum(
    values: ArrayLike,
    *,
    target: float,
    sd: float,
    k: float,
    h: float,
    side: Literal["both", "upper", "lower"] = "both",
) -> Chart:
    r"""Cumulative sum of what exceeds the target by more than an allowance.

    .. math:: C^+_i = \max(0,\ C^+_{i-1} + z_i - k), \qquad
        C^-_i = \min(0,\ C^-_{i-1} + z_i + k), \qquad z_i = (x_i - \mu_0)/\sigma

    from 0; a signal is :math:`C^+_i \ge h` or :math:`C^-_i \le -h`.

    Parameters
    ----------
    values : (n,) of float
        Measured quantity in the order of time.
    target : float
        Mean :math:`\mu_0` when all is well.
    sd : float, above 0
        Standard deviation :math:`\sigma` of one value when all is well.
    k : float, at least 0
        Allowance in standard deviations; half the shift that must be found quickly.
    h : float, above 0
        Limit in standard deviations.
    side : {"both", "upper", "lower"}
        Whether a rise, a fall or either is looked for.

    Returns
    -------
    Chart
        Sums of 0 say that nothing speaks for a shift.

    Raises
    ------
    NotEstimable
        Without values, with missing ones, or when a choice is out of its range.

    References
    ----------
    Page ES. Biometrika 1954;41:100-115. Montgomery DC. Introduction to Statistical Quality
    Control, 6th ed., Wiley 2009, eq. 9.2 and 9.3.

    Departures
    ----------
    The sum for a fall is written below 0, the mirror image of Montgomery's.

    Examples
    --------
    >>> chart = cusum([10.0, 12, 12, 12], target=10, sd=1, k=0.5, h=4)
    >>> chart.rise.tolist(), chart.first_signal
    ([0.0, 1.5, 3.0, 4.5], 3)
    """
    z = _standardised(values, target, sd)
    allowance, limit = any_number(k, "k"), positive(h, "h")
    if allowance < 0:
        raise NotEstimable(f"k — expected an allowance of at least 0, got {k}")
    a_side(side)
    up, down = summed(z - allowance), 0.0 - summed(-z - allowance)
    top = np.full(z.size, limit)
    return charted(
        rise=None if side == "lower" else (up, top),
        fall=None if side == "upper" else (down, -top),
        method=f"CUSUM, {_SIDES[side]}, k {k:g} and h {h:g} standard deviations, "
        f"target {target:g}, standard deviation {sd:g}",
    )


def ewma(
    values: ArrayLike,
    *,
    target: float,
    sd: float,
    smoothing: float,
    limit: float,
    spread: Literal["asymptotic", "exact"] = "asymptotic",
) -> Chart:
    r"""Average of the values seen so far, each weighing less than the one after it.

    .. math:: Z_i = \lambda z_i + (1 - \lambda) Z_{i-1}, \qquad Z_0 = 0, \qquad
        \operatorname{Var} Z_i = \frac{\lambda}{2 - \lambda} \bigl(1 - (1 - \lambda)^{2i}\bigr)

    A signal is :math:`|Z_i| \ge L\,\mathrm{SD}(Z)`; statistic and limits are returned on the
    scale of the values.

    Parameters
    ----------
    values, target, sd
        As :func:`cusum`.
    smoothing : float in (0, 1]
        :math:`\lambda`, the weight of the newest value; 1 is Shewhart's chart.
    limit : float, above 0
        :math:`L`, in standard deviations of the average.
    spread : {"asymptotic", "exact"}
        Whether limits have the width of the long run from the start, as published run lengths
        have, or that of each patient's own :math:`\operatorname{Var} Z_i`.

    Returns
    -------
    Chart
        ``rise`` and ``fall`` are the same average, between two limits.

    Raises
    ------
    NotEstimable
        As :func:`cusum`.

    References
    ----------
    Roberts SW. Technometrics 1959;1:239-250. Lucas JM, Saccucci MS. Technometrics
    1990;32:1-12.

    Examples
    --------
    >>> chart = ewma([10.0, 12, 12], target=10, sd=1, smoothing=0.5, limit=2)
    >>> chart.rise.tolist(), chart.first_signal
    ([10.0, 11.0, 11.5], 2)
    """
    z, weight = _standardised(values, target, sd), share(smoothing, "smoothing")
    width = positive(limit, "limit") * np.sqrt(_variance(weight, z.size, spread))
    average = np.fromiter(
        accumulate(z.tolist(), lambda old, new: weight * new + (1 - weight) * old, initial=0.0),
        np.float64,
    )[1:]
    line = target + sd * average
    above: Line = (line, target + sd * width)
    below: Line = (line, target - sd * width)
    return charted(
        rise=above,
        fall=below,
        method=f"EWMA, smoothing {smoothing:g}, {spread} limits at {limit:g} standard "
        f"deviations of the average, target {target:g}, standard deviation {sd:g}",
    )


def summed(steps: FloatArray) -> FloatArray:
    """Add up and never fall below 0, patient after patient as written, without short cuts.

    Examples
    --------
    >>> summed(np.array([1.0, -2.0, 3.0])).tolist()
    [1.0, 0.0, 3.0]
    """
    sums = accumulate(steps.tolist(), lambda old, new: max(0.0, old + new), initial=0.0)
    return np.fromiter(sums, np.float64)[1:]


_SIDES: Final = {"both": "two-sided", "upper": "for a rise", "lower": "for a fall"}


def _standardised(values: ArrayLike, target: float, sd: float) -> FloatArray:
    x = finite(values, "values")
    return (x - any_number(target, "target")) / positive(sd, "sd")


def _variance(smoothing: float, n: int, spread: str) -> FloatArray:
    """Variance of the average at each patient, in variances of one value."""
    settled = np.full(n, smoothing / (2 - smoothing))
    if spread == "asymptotic":
        return settled
    if spread != "exact":
        raise NotEstimable(f"spread — expected asymptotic or exact, got {spread!r}")
    faded = np.power(1 - smoothing, 2.0 * np.arange(1, n + 1))
    return np.asarray(settled * (1 - faded), np.float64)
