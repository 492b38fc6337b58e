"""How far, on average, the risks patients were told lie from the curve of what happened.

The distance depends on the smoother, which ``method`` names with its setting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.calibration.smooth import Smoother
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray, at_risk, both_classes, taken_as_known
from probatum.analysis.resampling import bootstrap
from probatum.errors import NotEstimable

Summary: TypeAlias = Callable[[FloatArray, FloatArray], float]
"""Distances and weights of patients to one number."""


def ici(
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
    r"""Integrated calibration index: mean distance between predicted and smoothed risk.

    .. math:: \mathrm{ICI} = \frac{\sum w_i |\hat p(r_i) - r_i|}{\sum w_i}

    Parameters
    ----------
    outcome, risk, weight, smoother, span, knots
        As :func:`calibration_curve`.
    seed : int, optional
        Of the protocol. Without it there is no interval, and ``method`` says so.
    replicates : int
        Bootstrap samples of the interval, drawn from all patients: how many have the event is
        part of what is calibrated, and is not held.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At least 0; 0 is a smooth on the diagonal. It cannot average to 0 in a finite sample,
        and a percentile interval inherits that upward bias: of a model that is calibrated it
        never holds the 0.

    Raises
    ------
    NotEstimable
        As :func:`calibration_curve`, or where the loess swings further from the risks than 1,
        as it may where few patients are.

    References
    ----------
    Austin PC, Steyerberg EW. Stat Med 2019;38:4051-4065, section 2.

    Examples
    --------
    >>> told = np.linspace(0.05, 0.95, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> ici(happened, told).value < 0.05
    True
    """
    return distances_summed(
        _mean,
        "integrated calibration index",
        (outcome, risk, weight),
        Smoother(kind=smoother, span=span, knots=knots),
        seed=seed,
        replicates=replicates,
        confidence=confidence,
    )


def distances_summed(
    summary: Summary,
    name: str,
    columns: tuple[ArrayLike, ArrayLike, ArrayLike | None],
    chosen: Smoother,
    *,
    seed: int | None,
    replicates: int,
    confidence: float,
) -> Estimate:
    """The patients' distances as one number, drawn again when a seed is given.

    Raises
    ------
    NotEstimable
        As :func:`ici`.

    Examples
    --------
    >>> told = np.linspace(0.05, 0.95, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> distances_summed(lambda distance, w: distance.min(), "least", (happened, told, None),
    ...                  Smoother(kind="loess", span=0.75, knots=5), seed=None, replicates=2,
    ...                  confidence=0.95).method
    'least, loess of degree 2, span 0.75; no interval asked for'
    """
    check_level(confidence)
    y, p, w = at_risk(*columns)
    both_classes(y)
    method = f"{name}, {chosen.named()}{taken_as_known(columns[2])}"

    def of(*drawn: Any) -> float:
        return summary(np.abs(chosen.at_patients(*drawn) - drawn[1]), drawn[2])

    value = of(y, p, w)
    _refuse_wild(value, name)
    if seed is not None:
        resampled = bootstrap(
            of, (y, p, w), seed=seed, replicates=replicates, confidence=confidence
        )
        return replace(resampled, method=f"{method}; {resampled.method}")
    return Estimate(
        value=value,
        se=None,
        lower=None,
        upper=None,
        level=confidence,
        n=y.size,
        method=f"{method}; no interval asked for",
    )


def _refuse_wild(distance: float, name: str) -> None:
    """Refuse a smooth that swings out of what a share can be, as between near ties of risk."""
    if distance > 1:
        raise NotEstimable(
            f"{name} — expected a smooth within 1 of the risks, got one {distance:.3g} away — "
            "widen the span in the protocol, or take the spline"
        )


def _mean(distance: FloatArray, w: FloatArray) -> float:
    return float(np.average(distance, weights=w))
