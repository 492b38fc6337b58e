"""The share with the event among patients of nearly the same risk, risk by risk (loess).

Degree 2, tricube weights: what R's ``loess(y ~ p)`` draws. At the patients' own risks it is
interpolated between vertices, as R does, which takes a fraction of a second for a million of
them; along a grid each local fit is made exactly.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from skmisc.loess import loess

from probatum.analysis.observations import BoolArray, FloatArray
from probatum.errors import NotEstimable

DEGREE: Final = 2
_FEWEST_RISKS: Final = 10


def at_patients(y: BoolArray, p: FloatArray, w: FloatArray, span: float) -> FloatArray:
    """Loess at every patient's own risk; not kept within [0, 1].

    Raises
    ------
    NotEstimable
        With fewer than ten distinct risks, or where a local fit does not exist.

    Examples
    --------
    >>> told = np.linspace(0, 1, 50)
    >>> at_patients(told > 0.5, told, np.ones(50), 1.0)[[0, -1]].round(2)
    array([0.01, 0.99])
    """
    distinct = np.unique(p).size
    if distinct < _FEWEST_RISKS:
        raise NotEstimable(
            f"calibration curve — expected at least {_FEWEST_RISKS} distinct risks, got "
            f"{distinct} — report grouped points instead"
        )
    if _nearest(p.size, span) <= DEGREE + 1:
        raise _no_fit(span)
    model = loess(p, y.astype(np.float64), weights=w, span=span, degree=DEGREE)
    model.control.trace_hat = "approximate"
    try:
        model.fit()
    except ValueError as fault:
        raise _no_fit(span) from fault
    return np.array(model.outputs.fitted_values, dtype=np.float64)  # the buffer is loess's own


def _nearest(n: int, span: float) -> int:
    """Patients in each local fit."""
    return int(n * span + 1e-5)


def _no_fit(span: float) -> NotEstimable:
    return NotEstimable(
        f"calibration curve — expected local fits at span {span:g}, got none that hold "
        "— widen the span in the protocol"
    )


def along(
    values: FloatArray,
    p: FloatArray,
    w: FloatArray,
    grid: FloatArray,
    *,
    span: float,
    variance: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    r"""Local quadratic at each point of a grid, and its standard error.

    .. math:: \hat s(x) = \sum_i l_i(x) v_i, \qquad
        \mathrm{SE}(x)^2 = \sum_i l_i(x)^2 \sigma_i^2

    Parameters
    ----------
    values, p, w : (n,) of float
        What is smoothed, over what, and with what weights.
    grid : (k,) of float
        Within the range of ``p``.
    span : float in (0, 1]
        Share of patients in each local fit.
    variance : (n,) of float, at least 0
        :math:`\sigma_i^2` of ``values``.

    Raises
    ------
    NotEstimable
        Where ties leave a local fit fewer than three distinct risks, or none apart.

    Examples
    --------
    >>> x = np.linspace(0, 1, 20)
    >>> ones, grid = np.ones(20), np.array([0.5])
    >>> along(x**2, x, ones, grid, span=0.75, variance=ones)[0].round(9)
    array([0.25])
    """
    order = np.argsort(p, kind="stable")
    p, w, values, variance = p[order], w[order], values[order], variance[order]
    rank = np.concatenate([[0], np.cumsum(np.diff(p) > 0)])
    drawn, error = np.empty(grid.size), np.empty(grid.size)
    for place, (x, reach) in enumerate(zip(grid, _reaches(p, grid, span), strict=True)):
        near = slice(
            *(np.searchsorted(p, x - reach, "right"), np.searchsorted(p, x + reach, "left"))
        )
        _refuse_ties(rank[near])
        operator = _operator(p[near] - x, w[near], reach)
        drawn[place] = operator @ values[near]
        error[place] = np.sqrt(operator**2 @ variance[near])
    return drawn, error


def _reaches(p: FloatArray, grid: FloatArray, span: float) -> FloatArray:
    """How far the farthest of the nearest patients lies; those are neighbours in order."""
    nearest = max(_nearest(p.size, span), 1)
    first, last = p[: p.size - nearest + 1], p[nearest - 1 :]
    start = np.searchsorted(first + last, 2 * grid)
    reaches = [
        np.maximum(grid - first[window], last[window] - grid)
        for window in (np.minimum(start, first.size - 1), np.maximum(start - 1, 0))
    ]
    return np.asarray(np.minimum(*reaches), dtype=np.float64)


def _refuse_ties(rank: FloatArray) -> None:
    if rank.size == 0 or rank[-1] - rank[0] < DEGREE:
        raise _tied()


def _tied() -> NotEstimable:
    return NotEstimable(
        "calibration curve — expected enough distinct risks in each local fit, got too "
        "few — widen the span in the protocol or report grouped points"
    )


def _operator(away: FloatArray, w: FloatArray, reach: float) -> FloatArray:
    """What each patient's value counts for in the local quadratic at distance zero."""
    u = away / reach
    far = np.abs(u)
    fall = 1 - far * far * far
    near = w * fall * fall * fall
    powers = np.stack([np.ones_like(u), u, u * u])
    moments = (powers * near) @ powers.T
    try:
        first = np.linalg.solve(moments, np.array([1.0, 0.0, 0.0]))
    except np.linalg.LinAlgError as fault:
        raise _tied() from fault
    return np.asarray(near * (first @ powers), dtype=np.float64)
