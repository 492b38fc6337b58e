"""A circuit with a patient's measurements, and with weights that are learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import CircuitError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loaded:
    """A circuit that holds data and weights, before it is said what is measured."""

    circuit: QuantumCircuit
    inputs: tuple[Parameter, ...]
    weights: tuple[Parameter, ...]
    centres: tuple[float, ...]
    """The value of each weight about which training starts."""

    def measuring(self, *observables: SparsePauliOp) -> VariationalCircuit:
        """Return the variational circuit that measures these observables."""
        return VariationalCircuit(
            circuit=self.circuit,
            inputs=self.inputs,
            weights=self.weights,
            observables=observables,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VariationalCircuit:
    r"""What a variational model runs and measures.

    The model's output for a patient is the expectation of each observable in the state
    :math:`U(x, w)|0\dots0\rangle`.
    """

    circuit: QuantumCircuit
    inputs: tuple[Parameter, ...]
    """One a prepared predictor, in the order of the columns of a table of patients."""
    weights: tuple[Parameter, ...]
    observables: tuple[SparsePauliOp, ...]
    """Hermitian; one an output."""

    def __post_init__(self) -> None:
        known = set(self.inputs) | set(self.weights)
        stray = sorted(p.name for p in set(self.circuit.parameters) - known)
        twice = sorted(p.name for p in set(self.inputs) & set(self.weights))
        if stray or twice:
            raise CircuitError(
                f"variational circuit — expected each parameter to be an input or a weight, "
                f"got {stray or twice} as {'neither' if stray else 'both'} — name it once"
            )
        for observable in self.observables:
            _expect_hermitian(observable, self.circuit.num_qubits)
        if not self.observables:
            raise CircuitError(
                "observables — expected at least one, got none — name what is to be measured"
            )

    def bound(self, weights: ArrayLike) -> QuantumCircuit:
        """Return the circuit with learned weights in place and the inputs still free."""
        values = np.asarray(weights, dtype=np.float64)
        used = set(self.circuit.parameters)
        pairs = zip(self.weights, values, strict=True)
        return self.circuit.assign_parameters({p: v for p, v in pairs if p in used})

    def input_columns(self) -> NDArray[np.intp]:
        """Return which input each free parameter of :meth:`bound` is, in Qiskit's order.

        A backend that is given ``rows[:, input_columns()]`` binds every patient rightly.
        """
        places = {parameter: column for column, parameter in enumerate(self.inputs)}
        free = [places[p] for p in self.circuit.parameters if p in places]
        return np.array(free, dtype=np.intp)


def joined(feature_map: QuantumCircuit, ansatz: QuantumCircuit) -> Loaded:
    """Return a feature map followed by an ansatz whose weights start about zero.

    Examples
    --------
    >>> from probatum.quantum.encodings import encoding
    >>> from probatum.quantum.variational.ansaetze import hardware_efficient
    >>> found = joined(encoding("zz", 3, repetitions=2), hardware_efficient(3))
    >>> len(found.inputs), len(found.weights)
    (3, 9)
    """
    return Loaded(
        circuit=feature_map.compose(ansatz),
        inputs=tuple(feature_map.parameters),
        weights=tuple(ansatz.parameters),
        centres=(0.0,) * ansatz.num_parameters,
    )


def _expect_hermitian(observable: SparsePauliOp, qubits: int) -> None:
    if observable.num_qubits != qubits:
        raise CircuitError(
            f"observable — expected {qubits} qubits like the circuit, "
            f"got {observable.num_qubits} — write it over all qubits"
        )
    if np.abs(np.imag(observable.coeffs)).max() > 0:
        raise CircuitError(
            "observable — expected real coefficients, got complex ones — "
            "only a Hermitian operator can be measured"
        )
