"""Learning weights step by step, and knowing when to stop.

Two ways: L-BFGS, which sees all patients at each step, and Adam, which sees a few at a time.
Either stops early when the loss on patients it does not learn from no longer falls, and then
goes back to the weights with which that loss was least.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

Progress = Callable[[int, float, float | None], None]
"""Told after each iteration: its number, the training loss, the validation loss if any."""

DECAYS = (0.9, 0.999)
STABLE = 1e-8


class Differentiable(Protocol):
    """A loss over patients and its gradient."""

    @property
    def patients(self) -> int:
        """How many there are."""

    def __call__(
        self, parameters: Floats, which: NDArray[np.intp] | None = None
    ) -> tuple[float, Floats]:
        """Return the mean loss and its gradient, over all patients or some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Where learning ended."""

    parameters: Floats
    curve: tuple[float, ...]
    """Training loss after each iteration."""
    validation_curve: tuple[float, ...]
    """Validation loss after each iteration; empty without early stopping."""
    has_converged: bool


@dataclass(slots=True, kw_only=True)
class Watch:
    """Sees the loss of each iteration and says when enough is enough."""

    patience: int
    tolerance: float
    validate: Callable[[Floats], float] | None = None
    progress: Progress | None = None
    curve: list[float] = field(default_factory=list)
    validation_curve: list[float] = field(default_factory=list)
    best: float = np.inf
    best_parameters: Floats | None = None
    stale: int = 0

    def is_over(self, parameters: Floats, loss: float) -> bool:
        """Take note of an iteration; say whether the loss has stopped falling."""
        self.curve.append(float(loss))
        judged = loss
        if self.validate is not None:
            judged = self.validate(parameters)
            self.validation_curve.append(float(judged))
        if self.progress is not None:
            self.progress(len(self.curve), loss, judged if self.validate else None)
        self.stale = 0 if judged < self.best - self.tolerance else self.stale + 1
        if judged < self.best:
            self.best, self.best_parameters = judged, parameters.copy()
        return self.stale >= self.patience

    def trained(self, last: Floats, *, has_converged: bool) -> Trained:
        """Return the last parameters, or the best ones where a validation loss judged them."""
        kept = last if self.validate is None else self.best_parameters
        return Trained(
            parameters=last if kept is None else kept,
            curve=tuple(self.curve),
            validation_curve=tuple(self.validation_curve),
            has_converged=has_converged,
        )


def by_lbfgs(loss: Differentiable, start: Floats, *, iterations: int, watch: Watch) -> Trained:
    """Minimise with all patients at each step.

    References
    ----------
    Byrd RH et al. SIAM J Sci Comput 1995;16:1190-1208, through SciPy.
    """
    stopped = False

    def look(intermediate_result: Any) -> None:
        nonlocal stopped
        stopped = watch.is_over(intermediate_result.x, intermediate_result.fun)
        if stopped and watch.validate is not None:
            raise StopIteration

    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        callback=look,
        options={"maxiter": iterations, "ftol": watch.tolerance, "gtol": watch.tolerance},
    )
    return watch.trained(found.x, has_converged=bool(found.success) or stopped)


def by_adam(
    loss: Differentiable,
    start: Floats,
    *,
    iterations: int,
    batch: int | None,
    rate: float,
    rng: np.random.Generator,
    watch: Watch,
) -> Trained:
    """Minimise with some patients at a time, in a new order each time all have been seen.

    References
    ----------
    Kingma DP, Ba J. arXiv 1412.6980, algorithm 1.
    """
    parameters = start.copy()
    moments = np.zeros((2, len(start)))
    step = 0
    for _ in range(iterations):
        total = 0.0
        for which in _batches(loss.patients, batch, rng):
            value, gradient = loss(parameters, which)
            step += 1
            parameters = parameters - rate * _adapted(moments, gradient, step)
            total += value * (loss.patients if which is None else len(which))
        if watch.is_over(parameters, total / loss.patients):
            return watch.trained(parameters, has_converged=True)
    return watch.trained(parameters, has_converged=False)


def _adapted(moments: Floats, gradient: Floats, step: int) -> Floats:
    """Return the step to take; the two moments are carried along."""
    for moment, decay, seen in zip(moments, DECAYS, (gradient, gradient**2), strict=True):
        moment *= decay
        moment += (1 - decay) * seen
    first, second = (m / (1 - d**step) for m, d in zip(moments, DECAYS, strict=True))
    return np.asarray(first / (np.sqrt(second) + STABLE))


def _batches(
    patients: int, batch: int | None, rng: np.random.Generator
) -> list[NDArray[np.intp] | None]:
    if batch is None or batch >= patients:
        return [None]
    order = rng.permutation(patients).astype(np.intp)
    return [order[i : i + batch] for i in range(0, patients, batch)]
