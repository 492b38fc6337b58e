"""The logistic curve between the risks patients were told and what happened to them.

Newton's method on a few columns: a fit of ten thousand patients takes a millisecond or two, so
that an estimate can be drawn again thousands of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from probatum.analysis.choices import one_number
from probatum.analysis.observations import BoolArray, FloatArray
from probatum.errors import NotEstimable

_ROUNDS: Final = 100
_HALVINGS: Final = 60
_CLOSE: Final = 1e-18
"""Squared Newton step, in standard errors of mean weight 1, at which no coefficient moves."""
_STILL: Final = 1e-6
"""Log-odds by which no patient may still move then."""
_LEAST_DOUBT: Final = 1e-8
"""Mean variance of the outcome a patient, below which no coefficient is known."""


_ROUNDING: Final = 1e-12
"""Share of a log-odds by which equal ones may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """Where the climb stands: coefficients, fitted risks and the slope of the likelihood."""

    beta: FloatArray
    fitted: FloatArray
    score: FloatArray


def fitted_logistic(
    y: BoolArray, design: FloatArray, w: FloatArray, *, offset: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    r"""Logistic coefficients and their robust covariance, the weights taken as known.

    .. math:: \sum_i w_i (y_i - \hat\pi_i) x_i = 0, \qquad
        \widehat{\mathrm{Var}} = A^{-1} \Bigl(\sum_i w_i^2 (y_i - \hat\pi_i)^2 x_i x_i'\Bigr)
        A^{-1}, \quad A = \sum_i w_i \hat\pi_i (1 - \hat\pi_i) x_i x_i'

    Parameters
    ----------
    y : (n,) of bool
        Both classes present.
    design : (n, k) of float
        Its first column is ones.
    w : (n,) of float > 0
    offset : (n,) of float, optional
        Part of the log-odds that is not fitted.

    Returns
    -------
    tuple of (k,) and (k, k) arrays

    Raises
    ------
    NotEstimable
        When the risks leave no doubt, or the coefficients do not settle.

    References
    ----------
    Huber PJ. Proc Fifth Berkeley Symp Math Stat Prob 1967;1:221-233.

    Examples
    --------
    >>> beta, _ = fitted_logistic(np.array([True, False, False, False]), np.ones((4, 1)),
    ...                           np.ones(4))
    >>> beta.round(4)
    array([-1.0986])
    """
    fixed = np.zeros(y.size) if offset is None else offset
    close = _CLOSE * float(w.mean())
    state = _at(_start(y, design, w, fixed), y, design, w, fixed)
    for _ in range(_ROUNDS):
        bread = _inverse_information(state, y, design, w)
        step = bread @ state.score
        if abs(state.score @ step) <= close:
            _refuse_divergence(design @ step)
            residual = design * (w * (y - state.fitted))[:, None]
            return state.beta + step, bread @ (residual.T @ residual) @ bread
        state = _climbed(state, step, y, design, w, fixed)
    raise NotEstimable("calibration — expected a recalibration that converges, got none")


def log_odds(
    p: FloatArray, limit: float | None, *, remedy: str = "state a limit to move them to"
) -> tuple[FloatArray, str]:
    """Log-odds of the risks, and in words what had to be moved to have them.

    Raises
    ------
    NotEstimable
        With risks of exactly 0 or 1 and no ``limit``, or a limit outside (0, 0.5).

    Examples
    --------
    >>> log_odds(np.array([0.5, 1.0]), 0.5 - 1e-9)[1]
    '; 1 risks moved to within 0.5 of 0 or 1'
    """
    if limit is None:
        certain = int(np.count_nonzero((p == 0) | (p == 1)))
        if certain:
            raise NotEstimable(
                f"risk — expected risks inside (0, 1), got {certain} of exactly 0 or 1 — "
                f"{remedy}"
            )
        return np.asarray(special.logit(p), dtype=np.float64), ""
    if not 0 < one_number(limit) < 0.5:
        raise NotEstimable(f"limit — expected a risk in (0, 0.5), got {limit}")
    moved = int(np.count_nonzero((p < limit) | (p > 1 - limit)))
    kept = np.asarray(special.logit(np.clip(p, limit, 1 - limit)), dtype=np.float64)
    return kept, f"; {moved} risks moved to within {limit:g} of 0 or 1" if moved else ""


def refuse_separation(y: BoolArray, logit: FloatArray) -> None:
    """Refuse risks whose slope does not exist or is infinite.

    Raises
    ------
    NotEstimable
        With one risk for all but for rounding, or when every case lies on one side of every
        control.

    Examples
    --------
    >>> refuse_separation(np.array([True, False, True]), np.array([0.1, 0.2, 0.3]))
    """
    if np.ptp(logit) <= _ROUNDING * np.abs(logit).max():
        raise NotEstimable("calibration slope — expected risks that differ, got one for all")
    case, control = logit[y], logit[~y]
    if case.min() >= control.max() or case.max() <= control.min():
        raise NotEstimable(
            "calibration slope — expected classes that overlap in risk, got perfect "
            "separation — the slope is infinite; report the area and its exact bound"
        )


def _start(y: BoolArray, design: FloatArray, w: FloatArray, fixed: FloatArray) -> FloatArray:
    """The prevalence for the patient of median risk."""
    beta = np.zeros(design.shape[1])
    beta[0] = special.logit(np.average(y, weights=w)) - np.median(fixed)
    return beta


def _at(
    beta: FloatArray, y: BoolArray, design: FloatArray, w: FloatArray, fixed: FloatArray
) -> _State:
    fitted = special.expit(design @ beta + fixed)
    return _State(beta=beta, fitted=fitted, score=(w * (y - fitted)) @ design)


def _inverse_information(
    state: _State, y: BoolArray, design: FloatArray, w: FloatArray
) -> FloatArray:
    doubt = w * state.fitted * (1 - state.fitted)
    if doubt.sum() < _LEAST_DOUBT * w.sum():
        raise _saturated()
    try:
        inverse = np.linalg.inv((design * doubt[:, None]).T @ design)
    except np.linalg.LinAlgError as fault:
        raise _saturated() from fault
    return np.asarray(inverse, dtype=np.float64)


def _refuse_divergence(moved: FloatArray) -> None:
    """Refuse a likelihood that is flat because some patients' log-odds run to infinity."""
    if np.abs(moved).max() > _STILL:
        raise _saturated()


def _climbed(
    state: _State,
    step: FloatArray,
    y: BoolArray,
    design: FloatArray,
    w: FloatArray,
    fixed: FloatArray,
) -> _State:
    """The state a Newton step on, the step halved while it leads over the top and down."""
    rise = state.score @ step
    for halving in range(_HALVINGS):
        found = _at(state.beta + step / 2**halving, y, design, w, fixed)
        if found.score @ step >= -rise / 2:
            return found
    raise _saturated()


def _saturated() -> NotEstimable:
    return NotEstimable(
        "calibration — expected risks that leave room for doubt, got risks so near to 0 or 1 "
        "that no recalibration exists — state a limit to move them to"
    )
