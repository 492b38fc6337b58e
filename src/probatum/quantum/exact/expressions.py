"""The angle of a gate, worked out for every patient of a tile at once.

A Qiskit parameter expression is a formula such as ``2*(pi - x0)*(pi - x1)``. Qiskit evaluates
it one patient at a time; here it is read once into closures over NumPy columns. Nothing is
handed to ``eval``: only arithmetic and the functions of the table are understood, and anything
else is refused by name.

What Qiskit prints is not always what it means: ``a / -(b*c)`` is printed as ``a/-b*c``. Each
formula is therefore tried against Qiskit's own value of it, and refused where they differ.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from qiskit.circuit import ParameterExpression
from qiskit.exceptions import QiskitError

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


TRIED_AT = (0.37, 2.9, -0.61, 41.0, -17.0, 1.3e3)
"""About what the parameters are where a formula is tried, one place after another."""

ENOUGH = 2
"""Places with a number at which a formula must agree with Qiskit; two formulas that differ do
not meet at two such places by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Angle:
    """A gate's angle as a function of the patient, in radians."""

    text: str
    """The formula; two angles with one text are the same angle."""
    constant: float | None = None
    """Its value, where it is the same for every patient."""
    formula: Formula = field(compare=False, repr=False)

    def of(self, columns: Columns) -> NDArray[np.float64]:
        """Return the angle of each patient, shape (patients,).

        Raises
        ------
        CircuitError
            When some patient has none, as where the logarithm of a negative number is taken.
        """
        found = self.tried(columns)
        if not np.isfinite(found).all():
            raise CircuitError(
                f"gate angle {self.text!r} — expected a finite number for every patient, got "
                "some that are not — leave those patients out, or choose another encoding"
            )
        return found

    def tried(self, columns: Columns) -> NDArray[np.float64]:
        """Return the same, with whatever comes out where the formula has no value."""
        with np.errstate(all="ignore"):
            value = np.asarray(self.formula(columns), dtype=np.float64)
        return np.ascontiguousarray(np.broadcast_to(value, columns.shape[1:]))

    def __reduce__(self) -> tuple[Callable[..., Angle], tuple[str]]:
        """Travel as text, and be read again at the other end."""
        return from_text, (self.text,)


class AngleReader:
    """Reads the angles of one circuit; a text that was read before is not read again.

    Parameters
    ----------
    rows : mapping of str to int
        The row of ``Columns`` each parameter is found in; names are ``x<row>``.
    """

    def __init__(self, rows: Mapping[str, int]) -> None:
        self.rows = rows
        self._read: dict[str, tuple[Angle, list[float]]] = {}
        shares = 1 + np.arange(1, max(rows.values(), default=-1) + 2) * math.sqrt(0.5) % 1
        self._places = np.outer(shares, TRIED_AT)

    def angle(self, parameter: ParameterExpression | float) -> Angle:
        """Read one gate parameter as it stands in the circuit.

        Raises
        ------
        CircuitError
            When the formula uses something other than arithmetic and the known functions, or
            Qiskit prints it as something else than it means.
        """
        if not isinstance(parameter, ParameterExpression) or not parameter.parameters:
            return _constant(_real(parameter))
        text = str(parameter)
        if text not in self._read:
            found = Angle(text=text, formula=_read(_parsed(text), self.rows))
            self._read[text] = found, found.tried(self._places).tolist()
        found, values = self._read[text]
        if not self._is_meant(parameter, values):
            raise CircuitError(
                f"gate angle — expected a formula that Qiskit prints as it means it, got "
                f"{text!r} — write it without a division by a negated product, or bind it "
                "before simulating"
            )
        return found

    def _is_meant(self, parameter: ParameterExpression, values: Sequence[float]) -> bool:
        """Whether the formula read has the values Qiskit works out itself."""
        agreed = 0
        for place, value in enumerate(values):
            meant = self._bound(parameter, place)
            if not math.isfinite(value) or not math.isfinite(meant):
                continue
            if not math.isclose(value, meant, rel_tol=1e-6, abs_tol=1e-9):
                return False
            agreed += 1
            if agreed == ENOUGH:
                break
        return agreed > 0

    def _bound(self, parameter: ParameterExpression, place: int) -> float:
        """Return Qiskit's value at a place; not a number where it has no real one."""
        given = {p: self._places[self.rows[p.name], place] for p in parameter.parameters}
        try:
            value = complex(parameter.bind(given))
        except (QiskitError, ArithmeticError, RuntimeError):
            return math.nan
        return math.nan if value.imag else value.real


def angle(parameter: ParameterExpression | float, rows: Mapping[str, int]) -> Angle:
    """Read one gate parameter by itself; see :class:`AngleReader`."""
    return AngleReader(rows).angle(parameter)


def from_text(text: str) -> Angle:
    """Read an angle from its own text, where parameters are called ``x<row>``."""
    tree = ast.parse(text, mode="eval").body
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    rows = {name: int(name[1:]) for name in names if name[1:].isdecimal()}
    if not rows:
        return _constant(float(text))
    return Angle(text=text, formula=_read(tree, rows))


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        raise _not_understood(text) from None


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
    raise _not_understood(ast.unparse(node))


def _not_understood(text: str) -> CircuitError:
    return CircuitError(
        f"gate angle — expected arithmetic and {', '.join(sorted(_FUNCTIONS))}, "
        f"got {text!r} — rewrite the angle or bind it before simulating"
    )


def _combined(
    operation: Callable[..., NDArray[np.float64]], left: Formula, right: Formula
) -> Formula:
    return lambda columns: operation(left(columns), right(columns))
