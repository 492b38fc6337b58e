"""A kernel model as a device can run it: overlaps with known patients, times their shares.

The frozen model is an observable, which only a simulator reads in one go. This is the same
model in its other form. A device measures the overlap of a new patient with each known one;
whatever noise and shots do to those overlaps, the score follows by one matrix product. It
holds patients' parameters, so it lives in memory and is never written to a model file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit

from probatum.errors import ModelError
from probatum.quantum.kernels.overlap import overlap_circuit, overlap_rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dual:
    """A kernel model by the patients it knows.

    Examples
    --------
    >>> from probatum.quantum.encodings import angle_encoding
    >>> model = Dual(
    ...     circuit=angle_encoding(1), known=np.array([[0.0], [1.0]]),
    ...     shares=np.array([1.0, -1.0]), offset=0.5,
    ... )
    >>> model.overlap_rows([[3.0]])
    array([[3., 0.],
           [3., 1.]])
    >>> model.scores([[0.25, 0.5]])
    array([0.25])
    """

    circuit: QuantumCircuit
    """The encoding."""
    known: NDArray[np.float64]
    """(m, parameters): the circuit's parameters for each known patient."""
    shares: NDArray[np.float64]
    """(m,): what an overlap with each known patient is worth."""
    offset: float

    def __post_init__(self) -> None:
        if self.known.shape != (len(self.shares), self.circuit.num_parameters):
            raise ModelError(
                f"dual model — expected {len(self.shares)} patients of "
                f"{self.circuit.num_parameters} parameters, got {self.known.shape} — "
                "give one share a patient"
            )

    def overlap_circuit(self) -> QuantumCircuit:
        """Return the circuit whose probability of all zeros is one overlap; not measured."""
        return overlap_circuit(self.circuit)

    def overlap_rows(self, parameters: ArrayLike) -> NDArray[np.float64]:
        """Return its parameters for each new patient with each known one, (N * m, 2p).

        The new patient is prepared and the known one undone: on a noisy device the order
        counts. What is measured, reshaped to (N, m), goes to :meth:`scores`.
        """
        return overlap_rows(parameters, self.known)

    def scores(self, cross_kernel: ArrayLike) -> NDArray[np.float64]:
        """Return the decision score of each new patient from its overlaps, (N, m).

        Raises
        ------
        ModelError
            When there is not one overlap for each known patient.
        """
        kernel = np.asarray(cross_kernel, dtype=np.float64)
        if kernel.ndim != 2 or kernel.shape[1] != len(self.shares):
            raise ModelError(
                f"cross kernel — expected one column for each of {len(self.shares)} known "
                f"patients, got {kernel.shape} — reshape what was measured to (patients, known)"
            )
        return np.asarray(self.offset + kernel @ self.shares)
