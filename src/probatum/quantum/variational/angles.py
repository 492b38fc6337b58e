"""The angles of many turns at once, and the chain rule back from angles to weights.

An angle may be any formula Qiskit can write of weights and inputs. Most are a weight times a
constant: those are one matrix, worked out when the circuit is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qiskit.circuit import Parameter, ParameterExpression

from probatum.quantum.exact.expressions import Angle, angle

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derivative:
    """How one angle changes with one weight."""

    turn: int
    weight: int
    slope: Angle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearAngles:
    """Angles that are the same for all patients and linear in the weights."""

    slopes: Floats
    """(turns, weights)"""
    constants: Floats
    """(turns,)"""

    def of(self, columns: Floats) -> Floats:
        """Return the angle of each turn, shape (turns, 1)."""
        weights = columns[: self.slopes.shape[1], 0]
        return (self.slopes @ weights + self.constants)[:, np.newaxis]

    def pulled_back(self, turned: Floats, columns: Floats) -> Floats:
        """Return the slope along each weight, from the slope along each angle."""
        return np.asarray(turned[:, 0] @ self.slopes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FormulaAngles:
    """Angles that are any formula of the weights and, where they vary, of the inputs."""

    formulas: tuple[Angle, ...]
    derivatives: tuple[Derivative, ...]
    weights: int

    def of(self, columns: Floats) -> Floats:
        """Return the angle of each turn and patient, shape (turns, patients)."""
        return np.array([formula.of(columns) for formula in self.formulas])

    def pulled_back(self, turned: Floats, columns: Floats) -> Floats:
        """Return the slope along each weight, summed over patients."""
        gradient = np.zeros(self.weights)
        for d in self.derivatives:
            gradient[d.weight] += np.dot(turned[d.turn], d.slope.of(columns))
        return gradient


Angles = LinearAngles | FormulaAngles


def angles(
    formulas: Sequence[ParameterExpression],
    weights: Sequence[Parameter],
    inputs: Sequence[Parameter] = (),
) -> Angles:
    """Read the angles of some turns.

    Parameters
    ----------
    formulas : sequence of ParameterExpression
        One a turn.
    weights, inputs : sequence of Parameter
        Rows of the columns later given to ``of``: first the weights, then the inputs.
    """
    named, rows = _renamed(formulas, weights, inputs)
    slopes = [
        (turn, rows[p.name], formula.gradient(p))
        for turn, formula in enumerate(named)
        for p in formula.parameters
        if rows[p.name] < len(weights)
    ]
    if not inputs and not any(_is_free(slope) for *_, slope in slopes):
        return _linear(named, slopes, len(weights))
    return FormulaAngles(
        formulas=tuple(angle(formula, rows) for formula in named),
        derivatives=tuple(
            Derivative(turn=t, weight=w, slope=angle(slope, rows)) for t, w, slope in slopes
        ),
        weights=len(weights),
    )


def _renamed(
    formulas: Sequence[ParameterExpression],
    weights: Sequence[Parameter],
    inputs: Sequence[Parameter],
) -> tuple[list[ParameterExpression], dict[str, int]]:
    """Return the formulas in the names ``x0, x1, ...``, which are also valid in code."""
    fresh = {p: Parameter(f"x{row}") for row, p in enumerate((*weights, *inputs))}
    named = [f.subs({p: fresh[p] for p in f.parameters}) for f in formulas]
    return named, {p.name: row for row, p in enumerate(fresh.values())}


def _is_free(slope: ParameterExpression | float) -> bool:
    return bool(getattr(slope, "parameters", None))


def _linear(
    named: Sequence[ParameterExpression],
    slopes: Sequence[tuple[int, int, ParameterExpression | float]],
    weights: int,
) -> LinearAngles:
    matrix = np.zeros((len(named), weights))
    for turn, weight, slope in slopes:
        matrix[turn, weight] = float(slope)
    constants = [float(f.bind(dict.fromkeys(f.parameters, 0.0))) for f in named]
    return LinearAngles(slopes=matrix, constants=np.array(constants, dtype=np.float64))
