"""The circuit that encodes one patient, as it was frozen."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from qiskit import QuantumCircuit, qasm3

from probatum.report.figures.drawing import (
    INDEX,
    INK,
    MUTED,
    PALE,
    WIDTH,
    Figure,
    board,
    sheet,
    svg_of,
)
from probatum.report.figures.material import Material

_FILE = "models/circuit.qasm"
_LEFT, _ROW, _STEP = 34.0, 24.0, 38.0
_COLUMNS = int((WIDTH - _LEFT - 20) // _STEP)
"""Columns that fit; the whole circuit is in its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One gate: its name, its angle in words, its wires, and the column it stands in."""

    name: str
    angle: str
    wires: tuple[int, ...]
    column: int


def draw(material: Material, _stage: str) -> Figure:
    """The circuit, or its beginning where it is long."""
    circuit = qasm3.loads(material.evidence.files[_FILE].decode())
    gates = placed(circuit)
    shown = [gate for gate in gates if gate.column < _COLUMNS]
    with sheet(_ROW * circuit.num_qubits + 8) as drawing:
        _draw_all(board(drawing), circuit.num_qubits, shown)
        svg = svg_of(drawing)
    return _figure(material, svg, is_whole=len(shown) == len(gates))


def placed(circuit: QuantumCircuit) -> list[Gate]:
    """The gates in columns: each as far to the left as its wires are free.

    Examples
    --------
    >>> bell = QuantumCircuit(2)
    >>> _ = bell.h(0), bell.cx(0, 1)
    >>> [(gate.name, gate.column) for gate in placed(bell)]
    [('H', 0), ('CX', 1)]
    """
    free = [0] * circuit.num_qubits
    gates = []
    for instruction in circuit.data:
        wires = tuple(circuit.find_bit(qubit).index for qubit in instruction.qubits)
        crossed = range(min(wires), max(wires) + 1)
        column = max(free[wire] for wire in crossed)
        for wire in crossed:
            free[wire] = column + 1
        operation = instruction.operation
        angle = _in_words(str(operation.params[0])) if len(operation.params) == 1 else ""
        gates.append(Gate(name=operation.name.upper(), angle=angle, wires=wires, column=column))
    return gates


def _in_words(angle: str) -> str:
    """An angle without typesetting; nothing where it is too long to stand in a box."""
    words = angle.replace("_", "").replace("2.0*", "2·").replace("*", "·").replace("pi", "π")
    return words if len(words) <= 8 else "…"


def _draw_all(surface: Axes, wires: int, gates: list[Gate]) -> None:
    def height(wire: int) -> float:
        return _ROW * (wires - wire) - 8

    end = _LEFT + _STEP * max((gate.column + 1 for gate in gates), default=1)
    for wire in range(wires):
        y = height(wire)
        surface.text(4, y - 3, f"q{wire}")
        surface.plot([22, end], [y, y], color=MUTED, linewidth=0.8, zorder=1)
    for gate in gates:
        x = _LEFT + _STEP * (gate.column + 0.5) - 4
        _draw_gate(surface, gate, x, [height(wire) for wire in gate.wires])


def _draw_gate(surface: Axes, gate: Gate, x: float, ys: list[float]) -> None:
    if len(ys) == 1:
        _box(surface, gate, x, ys[0])
        return
    surface.plot([x, x], [min(ys), max(ys)], color=INDEX, linewidth=1.2, zorder=2)
    surface.plot([x] * (len(ys) - 1), ys[:-1], "o", color=INDEX, markersize=4, zorder=3)
    if gate.name == "CX":
        surface.plot([x], [ys[-1]], "o", color=INDEX, markersize=9, zorder=3)
        surface.plot([x], [ys[-1]], "+", color=PALE, markersize=6, zorder=4)
        return
    surface.plot([x], [ys[-1]], "o", color=INDEX, markersize=4, zorder=3)
    surface.text(x + 3, sum(ys) / len(ys) - 2, f"{gate.name} {gate.angle}", fontsize=6.5)


def _box(surface: Axes, gate: Gate, x: float, y: float) -> None:
    surface.add_patch(
        Rectangle(
            (x - 15, y - 9), 30, 18, facecolor=PALE, edgecolor=INK, linewidth=0.6, zorder=3
        )
    )
    has_angle = bool(gate.angle)
    surface.text(x, y + (0 if has_angle else -3), gate.name, fontsize=8, ha="center", zorder=4)
    if has_angle:
        surface.text(x, y - 7, gate.angle, fontsize=6.5, color=MUTED, ha="center", zorder=4)


def _figure(material: Material, svg: str, *, is_whole: bool) -> Figure:
    what, pen = material.results("models/training.json")["circuit"], material.pen
    sizes = [what[key] for key in ("qubits", "depth", "two_qubit_gates")]
    qubits, depth, gates = (pen.mark(size, "count") for size in sizes)
    said = [pen.say(size, "count") for size in sizes]
    return Figure(
        name="circuit",
        svg=svg,
        width=WIDTH,
        title=(
            f"{'The' if is_whole else 'The beginning of the'} circuit: {qubits} qubits, depth "
            f"{depth}, {gates} two-qubit gates."
        ),
        alt=(
            f"Quantum circuit on {said[0]} qubits with depth {said[1]} and {said[2]} two-qubit "
            f"gates; {'shown whole' if is_whole else 'only its beginning is shown'}. "
            "Its text is in models/circuit.qasm."
        ),
        data=(_FILE,),
    )
