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

from probatum.errors import NotEstimable
from probatum.quantum.variational.adjoint import cohort, pulled_back
from probatum.quantum.variational.circuits import VariationalCircuit
from probatum.quantum.variational.program import ready

Floats = NDArray[np.float64]
Start = Callable[[int, np.random.Generator], Floats]
"""From a number of qubits to one set of weights at which training might start."""

NOISE = 1e-20
"""Of a squared slope: what rounding leaves where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flatness:
    """The variance of a slope at one number of qubits."""

    qubits: int
    variance: float
    """Mean square of the slope: its variance where its mean is zero, as it is for weights
    anywhere on the circle."""
    standard_error: float
    two_design: float
    """What the variance is where the circuit around one turn is fully random."""


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
    start: Start | None = None,
) -> Trainability:
    r"""Measure the variance of a slope over random weights, at several numbers of qubits.

    .. math:: \mathrm{Var}_w\,\partial_k \langle O \rangle \sim 2^{-bn}

    The slope is the exact adjoint one, so a weight may turn several gates, controlled ones
    too; :math:`b` comes from a weighted straight line through the logarithms.

    Parameters
    ----------
    ansatz : callable
        From a number of qubits to a circuit whose parameters are its weights; a patient's
        measurements are bound before.
    observable : callable
        From a number of qubits to what is measured.
    qubits : sequence of int
        At least two numbers.
    starts : int
        Sets of weights.
    rng : numpy.random.Generator
    weight : int, optional
        Which slope, in Qiskit's order of parameters; by default the middle one.
    start : callable, optional
        Draws a set of weights; by default anywhere on the circle.

    Raises
    ------
    NotEstimable
        With fewer than two numbers of qubits or three starts, when a circuit has no such
        weight, or when the observable does not depend on it at all.

    References
    ----------
    McClean JR et al. Nat Commun 2018;9:4812 (the plateau). Cerezo M et al. Nat Commun
    2021;12:1791 (global observables are barren at any depth, local ones when deep). Grant E
    et al. Quantum 2019;3:214 (starts away from it).

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
        _flatness(ansatz(n), observable(n), weight=weight, starts=starts, rng=rng, start=start)
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
    start: Start | None,
) -> Flatness:
    which = circuit.num_parameters // 2 if weight is None else weight
    if not 0 <= which < circuit.num_parameters:
        raise NotEstimable(
            f"trainability — expected a weight from 0 to {circuit.num_parameters - 1} on "
            f"{circuit.num_qubits} qubits, got {which} — choose another weight"
        )
    draw = start or (lambda _, rng: rng.uniform(-np.pi, np.pi, circuit.num_parameters))
    weights = [draw(circuit.num_qubits, rng) for _ in range(starts)]
    squares = _slopes(circuit, observable, weights)[:, which] ** 2
    if squares.max() < NOISE:
        raise NotEstimable(
            f"trainability — expected the observable to depend on weight {which}, got a slope "
            "of zero everywhere — choose another weight or start"
        )
    return Flatness(
        qubits=circuit.num_qubits,
        variance=float(squares.mean()),
        standard_error=float(squares.std(ddof=1) / np.sqrt(starts)),
        two_design=two_design_variance(observable),
    )


def _slopes(
    circuit: QuantumCircuit, observable: SparsePauliOp, weights: Sequence[Floats]
) -> Floats:
    """Return the slope along every weight at each set of them, shape (sets, weights)."""
    program = ready(
        VariationalCircuit(
            circuit=circuit,
            inputs=(),
            weights=tuple(circuit.parameters),
            observables=(observable,),
        )
    )
    alone = cohort(program, np.zeros((1, 0)))
    along = (
        pulled_back(program, alone, w, lambda found, _: np.ones_like(found)) for w in weights
    )
    return np.array([gradient for _, gradient in along])


def _fitted(points: Sequence[Flatness]) -> tuple[float, float]:
    """Return halvings of the variance a qubit, and the standard error of that number."""
    qubits = np.array([p.qubits for p in points], dtype=float)
    logs = np.log2([p.variance for p in points])
    precision = np.array([(p.variance * np.log(2) / p.standard_error) ** 2 for p in points])
    centred = qubits - np.average(qubits, weights=precision)
    information = float((precision * centred**2).sum())
    slope = float((precision * centred * logs).sum()) / information
    return -slope, float(1 / np.sqrt(information))
