"""The share with the event over the log-odds patients were told, as one curve of cubics.

A logistic regression on a restricted cubic spline of the log-odds: cubic between knots,
straight beyond the outer ones, where few patients are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from probatum.analysis.calibration.logistic import fitted_logistic, log_odds
from probatum.analysis.observations import BoolArray, FloatArray, both_classes
from probatum.errors import NotEstimable

KNOTS: Final = {
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.50, 0.725, 0.95),
    6: (0.05, 0.23, 0.41, 0.59, 0.77, 0.95),
    7: (0.025, 0.1833, 0.3417, 0.50, 0.6583, 0.8167, 0.975),
}
"""Quantiles of the predictor at which Harrell places so many knots."""


def at_patients(y: BoolArray, p: FloatArray, w: FloatArray, knots: int) -> FloatArray:
    """The spline's share with the event at every patient's own risk.

    Raises
    ------
    NotEstimable
        With one class, risks of exactly 0 or 1, too few distinct risks, or where the fit does
        not exist.

    Examples
    --------
    >>> told = np.linspace(0.02, 0.98, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> bool(np.abs(at_patients(happened, told, np.ones(200), 3) - told).max() < 0.1)
    True
    """
    both_classes(y)  # a bootstrap may draw one only
    logit = _told(p)
    design = basis(logit, _placed(logit, knots))
    beta, _ = fitted_logistic(y, design, w)
    return np.asarray(special.expit(design @ beta), dtype=np.float64)


def along(
    y: BoolArray, p: FloatArray, w: FloatArray, grid: FloatArray, *, knots: int, half: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The spline along a grid of risks, with bounds ``half`` robust errors of log-odds away.

    Raises
    ------
    NotEstimable
        As :func:`at_patients`.

    Examples
    --------
    >>> told = np.linspace(0.02, 0.98, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> drawn, lower, upper = along(happened, told, np.ones(200), told[:5], knots=3, half=2)
    >>> bool(np.all((lower < drawn) & (drawn < upper)))
    True
    """
    logit = _told(p)
    placed = _placed(logit, knots)
    beta, covariance = fitted_logistic(y, basis(logit, placed), w)
    at = basis(special.logit(grid), placed)
    middle = at @ beta
    reach = half * np.sqrt(np.sum((at @ covariance) * at, axis=1))
    drawn, lower, upper = (special.expit(v) for v in (middle, middle - reach, middle + reach))
    return drawn, lower, upper


def basis(x: FloatArray, knots: FloatArray) -> FloatArray:
    r"""Ones, :math:`x`, and the cubics that are straight beyond the outer knots.

    .. math:: \frac{(x - t_j)_+^3
        - (x - t_{k-1})_+^3 \frac{t_k - t_j}{t_k - t_{k-1}}
        + (x - t_k)_+^3 \frac{t_{k-1} - t_j}{t_k - t_{k-1}}}{(t_k - t_1)^2},
        \quad j = 1, \dots, k - 2

    Parameters
    ----------
    x : (n,) of float
    knots : (k,) of float
        Ascending; at least three.

    Returns
    -------
    (n, k) array

    References
    ----------
    Harrell FE. Regression Modeling Strategies, 2nd ed., Springer 2015, eq. 2.25.

    Examples
    --------
    >>> basis(np.array([0.0, 3.0]), np.array([0.0, 1.0, 2.0])).tolist()
    [[1.0, 0.0, 0.0], [1.0, 3.0, 3.0]]
    """
    last, before = knots[-1], knots[-2]
    cubes = np.maximum(x[:, None] - knots, 0.0) ** 3
    inner = knots[:-2]
    bent = (
        cubes[:, :-2]
        - cubes[:, [-2]] * (last - inner) / (last - before)
        + cubes[:, [-1]] * (before - inner) / (last - before)
    )
    return np.column_stack([np.ones(x.size), x, bent / (last - knots[0]) ** 2])


def _told(p: FloatArray) -> NDArray[np.float64]:
    return log_odds(p, None, remedy="smooth them by loess")[0]


def _placed(logit: FloatArray, knots: int) -> FloatArray:
    placed = np.quantile(logit, KNOTS[knots])
    if np.any(np.diff(placed) <= 0):
        raise NotEstimable(
            f"calibration curve — expected {knots} distinct knots, got risks tied across two "
            "of them — use fewer knots or report grouped points"
        )
    return np.asarray(placed, dtype=np.float64)
