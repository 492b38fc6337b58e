r"""How flat a variational circuit's loss becomes with the number of its qubits.

On a barren plateau the slope along every weight vanishes exponentially with the number of
qubits: no training finds a way, and no number of shots is enough to see one. The variance of a
slope over random weights tells; here it stands beside the value of circuits that are as random
as can be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import CircuitError, NotEstimable
from probatum.quantum.exact.simulation import states
from probatum.quantum.variational.reading import Turn, depends_on, gates

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flatness:
    """The variance of a slope at one number of qubits."""

    qubits: int
    variance: float
    standard_error: float
    two_design: float
    """What the variance is where the circuit around the weight is fully random."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainability:
    """How the variance of a slope falls with the number of qubits."""

    points: tuple[Flatness, ...]
    starts: int
    """Random sets of weights at each number of qubits."""
    rate: float
    """Halvings of the variance a qubit, of the line fitted to its logarithm; 1 for a
    2-design (in the limit), 0 for none."""
    rate_interval: tuple[float, float]
    """95 %, from the starts' scatter."""

    @property
    def is_barren(self) -> bool:
        """Whether the slope vanishes at least half as fast as in a random circuit."""
        return self.rate_interval[0] > 0.5


def trainability(
    ansatz: Callable[[int], QuantumCircuit],
    observable: Callable[[int], SparsePauliOp],
    *,
    qubits: Sequence[int],
    starts: int,
    rng: np.random.Generator,
    weight: int | None = None,
) -> Trainability:
    r"""Measure the variance of a slope over random weights, at several numbers of qubits.

    .. math:: \mathrm{Var}_w\,\partial_k \langle O \rangle \sim 2^{-bn}

    The slope is exact, from two shifts by a quarter turn; :math:`b` comes from a weighted
    straight line through the logarithms.

    Parameters
    ----------
    ansatz : callable
        From a number of qubits to a circuit whose parameters each turn one Pauli rotation.
    observable : callable
        From a number of qubits to what is measured.
    qubits : sequence of int
        At least two numbers.
    starts : int
        Sets of weights, uniform on the circle.
    rng : numpy.random.Generator
    weight : int, optional
        Which slope, in Qiskit's order of parameters; by default the middle one.

    Raises
    ------
    NotEstimable
        With fewer than two numbers of qubits or three starts, or when the observable does not
        depend on the weight at all.
    CircuitError
        When the weight turns more than one Pauli rotation, as weights that are shared and
        those of controlled gates do: two shifts would not give its slope.

    References
    ----------
    McClean JR et al. Nat Commun 2018;9:4812 (the plateau). Cerezo M et al. Nat Commun
    2021;12:1791 (global observables are barren at any depth, local ones when deep). Schuld M
    et al. Phys Rev A 2019;99:032331 (shifts).

    Examples
    --------
    >>> from probatum.quantum.variational.ansaetze import hardware_efficient
    >>> from probatum.quantum.variational.observables import observable
    >>> found = trainability(
    ...     lambda n: hardware_efficient(n, repetitions=1),
    ...     lambda n: observable("parity", n),
    ...     qubits=(2, 4, 6), starts=200, rng=np.random.default_rng(0))
    >>> 0.7 < found.rate < 1.3
    True
    """
    if len(set(qubits)) < 2 or starts < 3:
        raise NotEstimable(
            f"trainability — expected two numbers of qubits and three starts, got "
            f"{len(set(qubits))} and {starts} — measure more"
        )
    points = tuple(
        _flatness(ansatz(n), observable(n), weight=weight, starts=starts, rng=rng)
        for n in sorted(qubits)
    )
    rate, spread = _fitted(points)
    return Trainability(
        points=points,
        starts=starts,
        rate=rate,
        rate_interval=(rate - 1.96 * spread, rate + 1.96 * spread),
    )


def two_design_variance(observable: SparsePauliOp) -> float:
    r"""Return the variance of a slope where both sides of its turn are fully random.

    .. math:: \frac{d}{2(d+1)} \cdot \frac{\mathrm{Tr}\,O^2 - (\mathrm{Tr}\,O)^2/d}{d^2 - 1},
              \qquad d = 2^n

    For a Pauli string that is :math:`d^2 / 2(d+1)(d^2-1)`, about :math:`2^{-n-1}`.

    References
    ----------
    McClean JR et al. Nat Commun 2018;9:4812; worked out here for a turn about a Pauli string
    between two independent unitary 2-designs.

    Examples
    --------
    >>> round(two_design_variance(SparsePauliOp("ZZZ")), 6)
    0.056437
    """
    d = 1 << observable.num_qubits
    simple = observable.simplify()
    turns = (simple.paulis.x | simple.paulis.z).any(axis=1)
    squares = float((np.real(simple.coeffs)[turns] ** 2).sum())
    return float(d / (2 * (d + 1)) * d * squares / (d**2 - 1))


def _flatness(
    circuit: QuantumCircuit,
    observable: SparsePauliOp,
    *,
    weight: int | None,
    starts: int,
    rng: np.random.Generator,
) -> Flatness:
    which = circuit.num_parameters // 2 if weight is None else weight
    _expect_one_turn(circuit, which)
    rows = rng.uniform(-np.pi, np.pi, (starts, circuit.num_parameters))
    shift = np.pi / 2 * np.eye(circuit.num_parameters)[which]
    above, below = (_expectation(circuit, observable, rows + s) for s in (shift, -shift))
    squares = ((above - below) / 2) ** 2
    if not squares.any():
        raise NotEstimable(
            f"trainability — expected the observable to depend on weight {which}, got a slope "
            "of zero everywhere — choose another weight"
        )
    return Flatness(
        qubits=circuit.num_qubits,
        variance=float(squares.mean()),
        standard_error=float(squares.std(ddof=1) / np.sqrt(starts)),
        two_design=two_design_variance(observable),
    )


def _expect_one_turn(circuit: QuantumCircuit, which: int) -> None:
    weight = circuit.parameters[which]
    angles = [
        gate.angle
        for gate in gates(circuit)
        if isinstance(gate, Turn) and depends_on(gate, frozenset({weight}))
    ]
    slopes = [angle.gradient(weight) for angle in angles]
    if len(slopes) > 1 or any(slope not in (1.0, -1.0) for slope in slopes):
        raise CircuitError(
            f"trainability — expected weight {weight.name} to be the angle of one rotation, "
            f"got {len(slopes)} rotation(s) by formulas of it — choose another weight"
        )


def _expectation(circuit: QuantumCircuit, observable: SparsePauliOp, rows: Floats) -> Floats:
    psi = states(circuit, rows)
    turned = psi @ observable.to_matrix(sparse=True).T
    return np.asarray(np.einsum("nz,nz->n", psi.conj(), turned).real)


def _fitted(points: Sequence[Flatness]) -> tuple[float, float]:
    """Return halvings of the variance a qubit, and the standard error of that number."""
    qubits = np.array([p.qubits for p in points], dtype=float)
    logs = np.log2([p.variance for p in points])
    precision = np.array([(p.variance * np.log(2) / p.standard_error) ** 2 for p in points])
    centred = qubits - np.average(qubits, weights=precision)
    information = float((precision * centred**2).sum())
    slope = float((precision * centred * logs).sum()) / information
    return -slope, float(1 / np.sqrt(information))
