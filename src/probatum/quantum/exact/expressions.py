"""The angle of a gate, worked out for every patient of a tile at once.

A Qiskit parameter expression is a formula such as ``2*(pi - x0)*(pi - x1)``. Qiskit evaluates
it one patient at a time; here it is read once into closures over NumPy columns. Nothing is
handed to ``eval``: only arithmetic and the functions of the table are understood, and anything
else is refused by name.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from qiskit.circuit import ParameterExpression

from probatum.errors import CircuitError

Columns = NDArray[np.float64]
"""(parameters, patients): one contiguous row a parameter."""

Formula = Callable[[Columns], NDArray[np.float64]]

_BINARY: Mapping[type[ast.operator], Callable[..., NDArray[np.float64]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: Mapping[str, Callable[..., NDArray[np.float64]]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "exp": np.exp,
    "log": np.log,
    "abs": np.abs,
    "sign": np.sign,
    "conj": np.positive,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Angle:
    """A gate's angle as a function of the patient, in radians."""

    text: str
    """The formula; two angles with one text are the same angle."""
    constant: float | None = None
    """Its value, where it is the same for every patient."""
    formula: Formula = field(compare=False, repr=False)

    def of(self, columns: Columns) -> NDArray[np.float64]:
        """Return the angle of each patient, shape (patients,)."""
        value = np.asarray(self.formula(columns), dtype=np.float64)
        return np.ascontiguousarray(np.broadcast_to(value, columns.shape[1:]))

    def __reduce__(self) -> tuple[Callable[..., Angle], tuple[str]]:
        """Travel as text, and be read again at the other end."""
        return from_text, (self.text,)


def angle(parameter: ParameterExpression | float, rows: Mapping[str, int]) -> Angle:
    """Read one gate parameter.

    Parameters
    ----------
    parameter : ParameterExpression or float
        As it stands in the circuit; free parameters named by the keys of ``rows``.
    rows : mapping of str to int
        The row of ``Columns`` each parameter is found in; names are ``x<row>``.

    Raises
    ------
    CircuitError
        When the formula uses something other than arithmetic and the known functions.
    """
    if not isinstance(parameter, ParameterExpression) or not parameter.parameters:
        return _constant(_real(parameter))
    text = str(parameter)
    return Angle(text=text, formula=_read(ast.parse(text, mode="eval").body, rows))


def from_text(text: str) -> Angle:
    """Read an angle from its own text, where parameters are called ``x<row>``."""
    tree = ast.parse(text, mode="eval").body
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    rows = {name: int(name[1:]) for name in names if name[1:].isdecimal()}
    if not rows:
        return _constant(float(text))
    return Angle(text=text, formula=_read(tree, rows))


def _constant(value: float) -> Angle:
    number = np.float64(value)
    return Angle(text=repr(float(value)), constant=float(value), formula=lambda _: number)  # type: ignore[arg-type, return-value]


def _real(parameter: ParameterExpression | float) -> float:
    value = complex(parameter)
    if value.imag:
        raise CircuitError(
            f"gate angle — expected a real number, got {value} — use a unitary gate instead"
        )
    return value.real


def _read(node: ast.expr, rows: Mapping[str, int]) -> Formula:
    match node:
        case ast.Name(id=name) if name in rows:
            row = rows[name]
            return lambda columns: columns[row]
        case ast.Constant(value=int() | float() as number):
            constant = np.float64(number)
            return lambda _: constant  # type: ignore[return-value]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            negated = _read(operand, rows)
            return lambda columns: -negated(columns)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _combined(_BINARY[type(op)], _read(left, rows), _read(right, rows))
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in _FUNCTIONS:
            inner, function = _read(argument, rows), _FUNCTIONS[name]
            return lambda columns: function(inner(columns))
    raise CircuitError(
        f"gate angle — expected arithmetic and {', '.join(sorted(_FUNCTIONS))}, "
        f"got {ast.unparse(node)!r} — rewrite the angle or bind it before simulating"
    )


def _combined(
    operation: Callable[..., NDArray[np.float64]], left: Formula, right: Formula
) -> Formula:
    return lambda columns: operation(left(columns), right(columns))
