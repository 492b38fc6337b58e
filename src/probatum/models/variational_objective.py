"""How well a variational circuit's expectations explain outcomes, and how to do better.

A score is an expectation times a scale plus an offset, both learned with the circuit's weights:
an expectation lies in [-1, 1], and neither odds nor measurements stop there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp, softmax

from probatum.quantum.variational.adjoint import Cohort, drawn, expectations, pulled_back
from probatum.quantum.variational.program import Program

Floats = NDArray[np.float64]
Loss = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""From scores and targets (patients, outputs) to losses (patients,) and their slopes."""


def logistic(scores: Floats, targets: Floats) -> tuple[Floats, Floats]:
    r"""Return :math:`\log(1 + e^{-ts})` for targets :math:`t = \pm 1`, and its slope."""
    margins = targets * scores
    return np.logaddexp(0, -margins)[:, 0], -targets * expit(-margins)


def cross_entropy(scores: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """Return minus the log-probability of the class, targets one-hot, and its slope."""
    losses = logsumexp(scores, axis=1) - (targets * scores).sum(axis=1)
    return losses, softmax(scores, axis=1) - targets


def squared(scores: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """Return half the squared error, and its slope."""
    errors = scores - targets
    return 0.5 * (errors**2)[:, 0], errors


LOSSES: Mapping[str, Loss] = {
    "logistic": logistic,
    "cross_entropy": cross_entropy,
    "squared": squared,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameters:
    """All that is learned, taken apart."""

    weights: Floats
    scale: Floats
    offset: Floats

    @classmethod
    def of(cls, together: Floats, outputs: int) -> Parameters:
        """Take one vector apart: weights, then scales, then offsets."""
        cut = len(together) - 2 * outputs
        return cls(
            weights=together[:cut],
            scale=together[cut : cut + outputs],
            offset=together[cut + outputs :],
        )

    def together(self) -> Floats:
        """Return the one vector."""
        return np.concatenate([self.weights, self.scale, self.offset])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Objective:
    """The weighted mean loss of a cohort, plus a penalty on large scales.

    Parts of equal size average to the whole, whatever their patients count for: that is what
    lets learning from a few patients at a time end where all of them would.

    Parameters
    ----------
    targets : (N, outputs)
    shares : (N,)
        What each patient counts for; 1 on average.
    penalty : float
        Times half the sum of squared scales. Without it, classes that a circuit separates
        would drive the scale to infinity.
    """

    program: Program
    cohort: Cohort
    targets: Floats
    shares: Floats
    loss: Loss
    penalty: float

    @property
    def patients(self) -> int:
        """How many there are."""
        return len(self.targets)

    def __call__(
        self, parameters: Floats, which: NDArray[np.intp] | None = None
    ) -> tuple[float, Floats]:
        """Return the loss and its gradient along weights, scales and offsets."""
        if which is not None:
            return self._part(which)(parameters)
        p = Parameters.of(parameters, self.program.observables)
        share = (self.shares / self.patients)[:, np.newaxis]

        def slope(found: Floats, part: slice) -> Floats:
            _, slopes = self.loss(p.scale * found + p.offset, self.targets[part])
            return np.asarray(share[part] * slopes * p.scale)

        found, gradient = pulled_back(self.program, self.cohort, p.weights, slope)
        losses, slopes = self.loss(p.scale * found + p.offset, self.targets)
        along_scale = (share * slopes * found).sum(axis=0) + self.penalty * p.scale
        whole = np.concatenate([gradient, along_scale, (share * slopes).sum(axis=0)])
        return self._value(losses, p), whole

    def value(self, parameters: Floats) -> float:
        """Return the loss alone, without the penalty."""
        p = Parameters.of(parameters, self.program.observables)
        found = expectations(self.program, self.cohort, p.weights)
        losses, _ = self.loss(p.scale * found + p.offset, self.targets)
        return float(np.mean(self.shares * losses))

    def _value(self, losses: Floats, p: Parameters) -> float:
        penalty = 0.5 * self.penalty * float((p.scale**2).sum())
        return float(np.mean(self.shares * losses)) + penalty

    def _part(self, which: NDArray[np.intp]) -> Objective:
        return Objective(
            program=self.program,
            cohort=drawn(self.program, self.cohort, which),
            targets=self.targets[which],
            shares=self.shares[which],
            loss=self.loss,
            penalty=self.penalty,
        )
