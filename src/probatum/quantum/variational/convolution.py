"""Convolution and pooling on qubits: small gates with shared weights, and ever fewer qubits.

A convolution turns every pair of neighbours by the same weights; pooling lets one qubit of a
pair turn the other and looks away from it. A sequence halves its length each time, an image its
longer side. What is left carries the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector

from probatum.errors import CircuitError
from probatum.quantum.variational.circuits import Loaded

Lattice = tuple[tuple[int, ...], ...]
"""The qubits still looked at, row by row."""

CONVOLUTION_WEIGHTS, POOLING_WEIGHTS = 4, 2
AXES = ("ry", "rz")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Convolutional:
    """A convolutional circuit and the qubits it leaves."""

    loaded: Loaded
    remaining: tuple[int, ...]


def convolutional(
    shape: tuple[int, ...], *, lattice: tuple[int, int], outputs: int = 1
) -> Convolutional:
    r"""Return the convolutional circuit of an image or a sequence.

    Each qubit takes one patch of the input by turns about Y and Z, one an entry. Then stages of
    convolution (along rows, then along columns) and pooling follow until no more than
    ``outputs`` qubits would be left.

    Parameters
    ----------
    shape : (height, width) or (length,)
        Of the input; ``x[i]`` is its i-th entry, row by row.
    lattice : (rows, columns)
        Of the qubits; ``(1, n)`` for a sequence. Where a side is longer than the input's,
        entries are taken by more than one qubit.
    outputs : int
        Least number of qubits left at the end.

    References
    ----------
    Cong I, Choi S, Lukin MD. Nat Phys 2019;15:1273-1278. Hur T, Kim L, Park DK. Quantum Mach
    Intell 2022;4:3 (classical data).

    Departures
    ----------
    Convolution and pooling are real (turns about Y, CX), which halves the arithmetic. Pooled
    qubits are looked away from, not measured: by deferred measurement it is the same.

    Examples
    --------
    >>> found = convolutional((4, 4), lattice=(2, 2))
    >>> found.remaining, len(found.loaded.inputs)
    ((3,), 16)
    """
    height, width = (1, *shape) if len(shape) == 1 else shape
    rows, columns = lattice
    if min(rows, columns, outputs, height * width) < 1 or outputs > rows * columns:
        raise CircuitError(
            f"lattice of qubits — expected at least {max(outputs, 1)} qubit(s), got {rows} by "
            f"{columns} — correct the protocol"
        )
    grid = tuple(tuple(r * columns + c for c in range(columns)) for r in range(rows))
    circuit = QuantumCircuit(rows * columns, name="convolutional")
    x = ParameterVector("x", height * width)
    for qubit, patch in enumerate(_patches((height, width), lattice)):
        for turn, pixel in enumerate(patch):
            getattr(circuit, AXES[turn % 2])(x[pixel], qubit)
    remaining, weights = _stages(circuit, grid, outputs)
    loaded = Loaded(
        circuit=circuit, inputs=tuple(x), weights=weights, centres=(0.0,) * len(weights)
    )
    return Convolutional(loaded=loaded, remaining=remaining)


def _patches(shape: tuple[int, int], lattice: tuple[int, int]) -> Iterator[list[int]]:
    """Return the entries each qubit takes; sides that do not divide give uneven patches."""
    (height, width), (rows, columns) = shape, lattice
    for r in range(rows):
        for c in range(columns):
            across = _run(c, columns, width)
            yield [i * width + j for i in _run(r, rows, height) for j in across]


def _run(place: int, places: int, length: int) -> range:
    start = place * length // places
    return range(start, max(start + 1, (place + 1) * length // places))


def _stages(
    circuit: QuantumCircuit, grid: Lattice, outputs: int
) -> tuple[tuple[int, ...], tuple[Parameter, ...]]:
    weights: list[Parameter] = []

    def shared(count: int, name: str) -> Sequence[Any]:
        found = list(ParameterVector(f"w{len(weights)}{name}", count))
        weights.extend(found)
        return found

    while True:
        for along, pairs in (("row", _along_rows(grid)), ("column", _along_columns(grid))):
            if pairs:
                _convolve(circuit, pairs, shared(CONVOLUTION_WEIGHTS, along))
        pooled = _halved(grid)
        if pooled == grid or sum(map(len, pooled)) < outputs:
            return tuple(q for row in grid for q in row), tuple(weights)
        _pool(circuit, _pooled_pairs(grid), shared(POOLING_WEIGHTS, "pool"))
        grid = pooled


def _along_rows(grid: Lattice) -> list[tuple[int, int]]:
    """Return neighbours, even pairs before odd ones."""
    return [
        (row[i], row[i + 1])
        for parity in (0, 1)
        for row in grid
        for i in range(parity, len(row) - 1, 2)
    ]


def _along_columns(grid: Lattice) -> list[tuple[int, int]]:
    return _along_rows(tuple(zip(*grid, strict=True)))


def _is_wide(grid: Lattice) -> bool:
    return len(grid[0]) >= len(grid)


def _halved(grid: Lattice) -> Lattice:
    """Return what pooling leaves: the second of each pair, and a last one without partner."""
    if not _is_wide(grid):
        return tuple(zip(*_halved(tuple(zip(*grid, strict=True))), strict=True))
    kept = [*range(1, len(grid[0]), 2), *([len(grid[0]) - 1] if len(grid[0]) % 2 else [])]
    return tuple(tuple(row[i] for i in kept) for row in grid)


def _pooled_pairs(grid: Lattice) -> list[tuple[int, int]]:
    turned = grid if _is_wide(grid) else tuple(zip(*grid, strict=True))
    return [(row[i], row[i + 1]) for row in turned for i in range(0, len(row) - 1, 2)]


def _convolve(circuit: QuantumCircuit, pairs: list[tuple[int, int]], w: Sequence[Any]) -> None:
    for first, second in pairs:
        circuit.ry(w[0], first)
        circuit.ry(w[1], second)
        circuit.cx(first, second)
        circuit.ry(w[2], first)
        circuit.ry(w[3], second)
        circuit.cx(second, first)


def _pool(circuit: QuantumCircuit, pairs: list[tuple[int, int]], w: Sequence[Any]) -> None:
    """Turn the second qubit by one weight where the first is 1, by another where it is 0."""
    for left, kept in pairs:
        circuit.cry(w[0], left, kept)
        circuit.x(left)
        circuit.cry(w[1], left, kept)
        circuit.x(left)
