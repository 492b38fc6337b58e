"""From a model's score to a probability a clinician may read.

Platt scaling: a logistic curve through the scores of patients whom the scoring model had not
seen, that is, the out-of-fold scores of the inner cross-validation that chose the candidate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probatum.errors import NotEstimable

Array = NDArray[np.float64]
STEPS = 100
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Platt:
    """The curve: risk = 1 / (1 + exp(-(intercept + slope * score)))."""

    intercept: float
    slope: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.intercept) and 0 < self.slope < np.inf):
            raise NotEstimable(
                f"calibration curve — expected a risk that rises with the score, got slope "
                f"{self.slope:g} and intercept {self.intercept:g} — fit the curve again"
            )

    def risk(self, score: Array) -> Array:
        """Return the probability of the event for each score."""
        return np.asarray(1 / (1 + np.exp(-(self.intercept + self.slope * score))))


def platt(outcome: Array, score: Array, weight: Array) -> Platt:
    r"""Fit the curve by weighted maximum likelihood, with Newton's method.

    Parameters
    ----------
    outcome : (n,) of 0 or 1
    score : (n,) of float
        Of patients not used to train the model that scored them.
    weight : (n,) of float, at least 0

    Raises
    ------
    NotEstimable
        When the outcome has one value only, the scores do not vary, they separate the
        outcomes perfectly, or risk does not rise with the score.

    References
    ----------
    Platt J. Advances in Large Margin Classifiers, MIT Press 1999, 61-74.

    Departures
    ----------
    Outcomes are taken as 0 and 1; Platt's smoothed targets matter only for small samples.

    Examples
    --------
    >>> outcome, score = np.array([0, 1, 0, 1.0]), np.array([0, 0, 1, 1.0])
    >>> curve = platt(outcome, score, np.array([3, 1, 1, 3.0]))
    >>> round(float(curve.risk(np.array([1.0]))[0]), 6)
    0.75
    """
    centre, spread = float(np.mean(score)), float(np.std(score))
    if not 0 < np.average(outcome, weights=weight) < 1 or not spread > 0:
        raise _no_curve("both outcomes and scores that vary")
    design = np.column_stack([np.ones_like(score), (score - centre) / spread])
    intercept, slope = _newton(design, outcome, weight)
    if slope <= 0:
        raise _no_curve("a risk that rises with the score")
    return Platt(intercept=intercept - slope * centre / spread, slope=slope / spread)


def _newton(design: Array, outcome: Array, weight: Array) -> tuple[float, float]:
    beta = np.zeros(2)
    for _ in range(STEPS):
        risk = 1 / (1 + np.exp(-design @ beta))
        curvature = (design.T * (weight * risk * (1 - risk))) @ design
        if np.linalg.cond(curvature) > 1 / TOLERANCE:
            break
        step = np.linalg.solve(curvature, design.T @ (weight * (outcome - risk)))
        beta += step
        if np.abs(step).max() < TOLERANCE * max(1.0, np.abs(beta).max()):
            return float(beta[0]), float(beta[1])
    raise _no_curve("scores that do not separate the outcomes perfectly")


def _no_curve(expected: str) -> NotEstimable:
    return NotEstimable(
        f"Platt scaling — expected {expected}, got none — look at the out-of-fold scores"
    )
