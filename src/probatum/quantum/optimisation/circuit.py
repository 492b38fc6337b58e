"""The same algorithm as a circuit that any backend can run, with its angles left free."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterExpression, ParameterVector

from probatum.errors import DataError
from probatum.quantum.backends.backend import Backend, Execution
from probatum.quantum.optimisation.product_mixers import warm_start_angles
from probatum.quantum.optimisation.qubo import Ising
from probatum.quantum.optimisation.samples import Samples, from_counts


def qaoa_circuit(
    ising: Ising, depth: int, *, relaxed: ArrayLike | None = None, margin: float = 0.25
) -> QuantumCircuit:
    r"""Return the circuit of :class:`~probatum.quantum.optimisation.qaoa.Qaoa`.

    Parameters
    ----------
    ising : Ising
        Its offset is left out: it turns every amplitude alike.
    depth : int
        Number of layers p; the circuit's parameters are beta[0..p-1], then gamma[0..p-1].
    relaxed : (n,) float in [0, 1], optional
        Start warm from this relaxed solution, as
        :func:`~probatum.quantum.optimisation.product_mixers.warm_start_mixer` does.
    margin : float
        Of the warm start.

    Raises
    ------
    DataError
        When the depth is not positive, or the relaxed solution has other variables.

    Examples
    --------
    >>> ising = Ising(fields=np.array([0.0, 1.0]), couplings=np.array([[0, 0.5], [0, 0]]))
    >>> [parameter.name for parameter in qaoa_circuit(ising, 1).parameters]
    ['beta[0]', 'gamma[0]']
    """
    if depth < 1:
        raise DataError(f"QAOA circuit — expected at least one layer, got {depth} — add one")
    betas, gammas = ParameterVector("beta", depth), ParameterVector("gamma", depth)
    tilts = None if relaxed is None else warm_start_angles(relaxed, margin=margin)
    if tilts is not None and tilts.shape != (ising.spins,):
        raise DataError(
            f"warm start — expected one value for each of {ising.spins} variables, got shape "
            f"{tilts.shape} — relax the same problem, slack bits included"
        )
    circuit = QuantumCircuit(ising.spins)
    _append_start(circuit, tilts)
    for beta, gamma in zip(betas, gammas, strict=True):
        _append_costs(circuit, ising, gamma)
        _append_mixer(circuit, beta, tilts)
    return circuit


def _append_start(circuit: QuantumCircuit, tilts: np.ndarray | None) -> None:
    if tilts is None:
        circuit.h(circuit.qubits)
        return
    for qubit, tilt in enumerate(tilts):
        circuit.ry(float(tilt), qubit)


def _append_costs(circuit: QuantumCircuit, ising: Ising, gamma: ParameterExpression) -> None:
    for qubit in np.flatnonzero(ising.fields):
        circuit.rz(2 * float(ising.fields[qubit]) * gamma, int(qubit))
    for one, other in np.argwhere(ising.couplings):
        circuit.rzz(2 * float(ising.couplings[one, other]) * gamma, int(one), int(other))


def _append_mixer(
    circuit: QuantumCircuit, beta: ParameterExpression, tilts: np.ndarray | None
) -> None:
    for qubit in range(circuit.num_qubits):
        if tilts is None:
            circuit.rx(2 * beta, qubit)
            continue
        circuit.ry(-float(tilts[qubit]), qubit)
        circuit.rz(2 * beta, qubit)
        circuit.ry(float(tilts[qubit]), qubit)


def sampled(
    backend: Backend,
    circuit: QuantumCircuit,
    angles: ArrayLike,
    *,
    shots: int,
    seed: int,
) -> tuple[Samples, Execution]:
    """Draw choices with the circuit on a backend, and keep the record of the execution.

    Parameters
    ----------
    backend : Backend
    circuit : QuantumCircuit
        As :func:`qaoa_circuit` builds it.
    angles : (2p,) float
        Every beta, then every gamma; radians.
    shots, seed : int

    Raises
    ------
    BackendError
        When the backend did not run the circuit.
    """
    execution = backend.sample(circuit, np.atleast_2d(angles), shots=shots, seed=seed)
    return from_counts(execution.counts[0]), execution
