r"""How alike two patients look on a noisy device: the kernel its circuits would estimate.

A device estimates the fidelity kernel by preparing one patient, undoing another and counting
how often all bits read 0. For a device whose noise acts gate by gate, that probability is

.. math:: K_{ij} = \langle E_j, r_i \rangle, \qquad
          r_i = \mathcal{C}(x_i)[|0\rangle\langle 0|], \quad
          E_j = \mathcal{U}(x_j)^\dagger[M_0]

with C the noisy preparing half, U the noisy undoing half and M0 the readout's effect "all 0".
So N(N+1)/2 circuits become 2N half circuits and one matrix product, and nothing is
approximated.

**Order.** Row i is prepared, column j is undone. The two halves err differently, so
:math:`K_{ij} \neq K_{ji}`, and :math:`K_{ii} < 1`. It is not the overlap
:math:`\mathrm{Tr}(\rho_i \rho_j)` of two noisy states either.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.quantum.devices import snapshot
from probatum.quantum.noise.calibration import Noise
from probatum.quantum.noise.effects import UNREAD, bit_effects
from probatum.quantum.noise.program import NoisyProgram, read_program, slices, template_noise
from probatum.quantum.noise.template import Template, compute_uncompute, fitted

BLOCK = 64
"""Rows of a block of the final product; fixed, so that threads change no byte."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NoisyKernel:
    """The two noisy halves of a compute-uncompute circuit on a device."""

    template: Template
    noise: Noise
    preparing: NoisyProgram
    undoing: NoisyProgram

    def probabilities(
        self,
        rows: ArrayLike,
        others: ArrayLike | None = None,
        *,
        readout: bool = True,
        threads: int = 1,
    ) -> NDArray[np.float64]:
        """Return the probability that all bits read 0, for every ordered pair.

        Parameters
        ----------
        rows : (N, p) of float
            Patients prepared; one row of the result each.
        others : (M, p) of float, optional
            Patients undone; one column each. By default ``rows``.
        readout : bool
            Whether readout errors are part of it. Without them it is what readout mitigation
            tends to with many shots.
        threads : int
            Tiles of patients worked on at the same time; changes no byte.

        Returns
        -------
        (N, M) of float in [0, 1]
            Not symmetric, not 1 on the diagonal; see the module.
        """
        effects = [
            bit_effects(self.noise, qubit, readout=readout)[0] if read else UNREAD[0]
            for qubit, read in self._qubits()
        ]
        found = self.weighted(np.array(effects), rows, others, threads=threads)
        return np.clip(found, 0.0, 1.0, out=found)

    def weighted(
        self,
        effects: NDArray[np.float64],
        rows: ArrayLike,
        others: ArrayLike | None = None,
        *,
        threads: int = 1,
    ) -> NDArray[np.float64]:
        """Return the average of any product of one-qubit effects, for every ordered pair.

        Parameters
        ----------
        effects : (n, 4) of float
            One vector of averages for each qubit in ``template.qubits``.
        """
        prepared = np.asarray(rows, dtype=np.float64)
        undone = prepared if others is None else np.asarray(others, dtype=np.float64)
        kernel = np.empty((len(prepared), len(undone)))
        qubits = len(self.template.qubits)
        for part in slices(len(prepared), qubits):
            states = self.preparing.forward(prepared[part], threads=threads)
            for panel in slices(len(undone), qubits):
                asked = self.undoing.adjoint(effects, undone[panel], threads=threads)
                kernel[part, panel] = _product(states, asked, threads)
        return kernel

    def _qubits(self) -> list[tuple[int, bool]]:
        return [(qubit, qubit in self.template.bits) for qubit in self.template.qubits]


def noisy_kernel(
    circuit: QuantumCircuit,
    rows: ArrayLike,
    others: ArrayLike | None = None,
    *,
    device: str,
    optimization_level: int,
    seed: int,
    threads: int = 1,
) -> NDArray[np.float64]:
    r"""Return the kernel a calibrated device would estimate with very many shots.

    Parameters
    ----------
    circuit : QuantumCircuit
        The encoding; one parameter a column of ``rows``.
    rows : (N, p) of float
        Patients prepared.
    others : (M, p) of float, optional
        Patients undone; by default ``rows``.
    device : str
        A calibration snapshot, such as ``fake_torino``.
    optimization_level, seed : int
        Of Qiskit's transpiler, which fits the pair's circuit once.

    Returns
    -------
    (N, M) of float in [0, 1]
        Row prepared, column undone: **not symmetric**. See :func:`symmetrised`.

    Examples
    --------
    >>> from probatum.quantum.encodings import encoding
    >>> circuit = encoding("angle", 2, repetitions=1)
    >>> noisy_kernel(circuit, [[0.0, 0.0], [0.0, np.pi]], device="fake_manila",
    ...              optimization_level=1, seed=7).round(2)
    array([[0.94, 0.02],
           [0.02, 0.94]])
    """
    kernel = compiled_kernel(circuit, device, optimization_level=optimization_level, seed=seed)
    return kernel.probabilities(rows, others, threads=threads)


def compiled_kernel(
    circuit: QuantumCircuit, device: str, *, optimization_level: int, seed: int
) -> NoisyKernel:
    """Fit the compute-uncompute circuit to a device's snapshot and take its noise."""
    backend = snapshot(device)
    found = fitted(
        compute_uncompute(circuit), backend, optimization_level=optimization_level, seed=seed
    )
    noise = template_noise(backend, found)
    return kernel_of(found, noise, parameters=circuit.num_parameters)


def kernel_of(found: Template, noise: Noise, *, parameters: int) -> NoisyKernel:
    """Return the kernel of a fitted compute-uncompute template with any noise."""
    return NoisyKernel(
        template=found,
        noise=noise,
        preparing=read_program(found, noise, parameters=parameters, part=0, letter="x"),
        undoing=read_program(found, noise, parameters=parameters, part=1, letter="y"),
    )


def symmetrised(kernel: ArrayLike) -> NDArray[np.float64]:
    """Return the mean of a kernel and its transpose, as a support vector machine needs it.

    A choice, not a correction: on a device it costs both circuits of each pair.

    Raises
    ------
    NotEstimable
        When the kernel is not square.

    Examples
    --------
    >>> symmetrised([[0.9, 0.2], [0.4, 0.8]])
    array([[0.9, 0.3],
           [0.3, 0.8]])
    """
    square = np.asarray(kernel, dtype=np.float64)
    if square.ndim != 2 or square.shape[0] != square.shape[1]:
        raise NotEstimable(
            f"symmetrised kernel — expected a square matrix, got shape {square.shape} — "
            "give the kernel of one cohort with itself"
        )
    return (square + square.T) / 2


def _product(
    states: NDArray[np.float64], asked: NDArray[np.float64], threads: int
) -> NDArray[np.float64]:
    found = np.empty((len(states), len(asked)))

    def block(first: int) -> None:
        rows = slice(first, first + BLOCK)
        np.matmul(states[rows], asked.T, out=found[rows])

    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        list(pool.map(block, range(0, len(states), BLOCK)))
    return found
