"""A classifier of images and sequences by a convolutional quantum circuit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import ModelError
from probatum.models.variational_classification import VariationalClasses
from probatum.quantum.variational.circuits import VariationalCircuit
from probatum.quantum.variational.convolution import Convolutional, convolutional
from probatum.quantum.variational.observables import class_observables

Floats = NDArray[np.float64]
LARGEST, WANTED = 14, 8
"""Qubits a lattice may have, and has unless asked."""
SPREAD = 0.3
"""Of the weights at the start, radians; slopes fade only slowly with the qubits, see
:func:`probatum.quantum.variational.trainability.trainability`."""


class ConvolutionalClassifier(VariationalClasses):
    r"""Classifier by a circuit of convolution and pooling with shared weights.

    Rows are images or sequences, flattened. Each qubit takes one patch; two classes are told
    apart by Z on the last qubit left, more by Z on the last few and by products of these.

    Parameters
    ----------
    shape : (height, width), (length,) or None
        Of a row before it was flattened; by default a sequence of all its entries.
    lattice : (rows, columns) or None
        Of the qubits; by default the input's own shape, its longer side halved until no more
        than eight qubits are needed.
    bandwidth : float > 0
        Factor on the entries before they become angles.
    penalty, optimizer, max_iter, learning_rate, batch_size, tol, early_stopping,
    validation_fraction, n_iter_no_change, warm_start, random_state
        How it learns; see :class:`~probatum.models.variational_model.VariationalModel`.

    Attributes
    ----------
    weights_, scale_, offset_, loss_curve_, validation_curve_, n_iter_
        As of :class:`~probatum.models.variational.VariationalClassifier`.

    References
    ----------
    Cong I, Choi S, Lukin MD. Nat Phys 2019;15:1273-1278. Pesah A et al. Phys Rev X
    2021;11:041011 (no barren plateau).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.uniform(0, 1, (40, 16))
    >>> x[:20, :8] += 1
    >>> y = np.repeat([1, 0], 20)
    >>> ConvolutionalClassifier(shape=(4, 4), lattice=(2, 2)).fit(x, y).score(x, y) > 0.9
    True
    """

    def __init__(
        self,
        shape: tuple[int, ...] | None = None,
        lattice: tuple[int, int] | None = None,
        bandwidth: float = 1.0,
        penalty: float = 1e-3,
        optimizer: str = "l-bfgs",
        max_iter: int = 100,
        learning_rate: float = 0.05,
        batch_size: int | None = 32,
        tol: float = 1e-5,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        random_state: Any = 0,
    ) -> None:
        self.shape = shape
        self.lattice = lattice
        self.bandwidth = bandwidth
        self.penalty = penalty
        self.optimizer = optimizer
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.tol = tol
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.random_state = random_state

    def _shapes(self, outputs: int) -> tuple[tuple[int, ...], tuple[int, int]]:
        """Return the input's shape and the lattice of qubits."""
        shape = (self.n_features_in_,) if self.shape is None else self.shape
        if not _are_sides(shape, (1, 2)) or math.prod(shape) != self.n_features_in_:
            raise ModelError(
                f"shape — expected one or two sides of {self.n_features_in_} entries in all, "
                f"got {shape!r} — give the shape of a row before it was flattened"
            )
        if self.lattice is not None and not _are_sides(self.lattice, (2,)):
            raise ModelError(
                f"lattice — expected rows and columns of qubits, got {self.lattice!r} — give "
                "two whole numbers of 1 or more"
            )
        rows, columns = self.lattice or _lattice(_sides(shape), _remaining(outputs))
        if rows * columns > LARGEST:
            raise ModelError(
                f"lattice — expected at most {LARGEST} qubits, got {rows * columns} — "
                "let each qubit take a larger patch"
            )
        return shape, (rows, columns)

    def _convolutional(self, outputs: int) -> Convolutional:
        shape, lattice = self._shapes(outputs)
        return convolutional(shape, lattice=lattice, outputs=_remaining(outputs))

    def _variational(self, outputs: int) -> VariationalCircuit:
        found = self._convolutional(outputs)
        last = found.remaining[-_remaining(outputs) :]
        qubits = found.loaded.circuit.num_qubits
        return found.loaded.measuring(*class_observables(outputs, qubits, among=last))

    def _start(self, rng: np.random.Generator) -> Floats:
        weights = self._convolutional(self.n_outputs_).loaded.weights
        return rng.normal(0, SPREAD, len(weights))

    def _angles(self, features: Floats) -> Floats:
        return np.asarray(self.bandwidth * features)


def _are_sides(given: Any, numbers: tuple[int, ...]) -> bool:
    """Whether it is as many whole numbers of 1 or more as it may be."""
    return (
        isinstance(given, tuple | list)
        and len(given) in numbers
        and all(isinstance(side, int | np.integer) and side > 0 for side in given)
    )


def _remaining(outputs: int) -> int:
    """Return how many qubits must be left for as many products of Z."""
    return outputs.bit_length()


def _sides(shape: tuple[int, ...]) -> tuple[int, int]:
    return (1, shape[0]) if len(shape) == 1 else (shape[0], shape[1])


def _lattice(shape: tuple[int, int], least: int) -> tuple[int, int]:
    rows, columns = shape
    while rows * columns > WANTED:
        rows, columns = (
            (rows, -(-columns // 2)) if columns >= rows else (-(-rows // 2), columns)
        )
    return (rows, columns) if rows * columns >= least else (1, least)
