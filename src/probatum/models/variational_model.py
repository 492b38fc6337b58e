"""Which circuit a variational estimator is, and where its weights start.

A patient's measurements turn the qubits, weights turn them on, and one observable (one a class,
where there are more than two) is measured.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import ModelError
from probatum.models.hyper_parameters import expect_one_of, expect_whole
from probatum.models.variational_training import VariationalTraining
from probatum.quantum.encodings import angles, encoding
from probatum.quantum.variational.ansaetze import (
    ROTATIONS,
    hardware_efficient,
    identity_start,
    mirrored,
)
from probatum.quantum.variational.circuits import Loaded, VariationalCircuit, joined
from probatum.quantum.variational.observables import OBSERVABLES, class_observables, observable
from probatum.quantum.variational.patterns import PATTERNS
from probatum.quantum.variational.reuploading import reuploading

Floats = NDArray[np.float64]
RELOADED = "trained_reuploading"
ANSAETZE = (*ROTATIONS, "mirrored")
SMALL = 0.1
"""Spread of weights at a small start, radians: near the identity, away from the plateau."""
LARGEST = 14
"""Qubits above which a cohort's states no longer fit where they can be kept."""


class VariationalModel(VariationalTraining):
    r"""The circuit of classifier and regressor, and its hyper-parameters.

    Parameters
    ----------
    encoding : str
        ``"trained_reuploading"``, with ``qubits`` of its own choice, or a name of
        :data:`probatum.quantum.encodings.ENCODINGS`, with as many qubits as that takes,
        followed by an ansatz.
    repetitions : int
        Times the data are loaded.
    qubits : int
        Of the re-uploading circuit; other encodings have their own.
    ansatz : "real_amplitudes", "efficient_su2" or "mirrored"
        What follows the encoding; not used by re-uploading.
    layers : int
        Entangling layers of the ansatz.
    entanglement : str
        See :func:`probatum.quantum.variational.patterns.pairs`; ``"none"`` is the control.
    bandwidth : float > 0
        Factor on the prepared features before they become angles.
    observable : "local", "mean" or "parity"
        What is measured; with more than two classes, products of Z, one a class.
    initial : "small", "uniform" or "identity"
        Where training starts: weights of spread 0.1 about their centre, anywhere on the
        circle, or at a circuit that does nothing (``ansatz="mirrored"`` only).
    penalty : float >= 0
        On the squared scale of the score.
    optimizer : "l-bfgs" or "adam"
        All patients at each step, or ``batch_size`` at a time with ``learning_rate``.
    max_iter : int
        Iterations; for Adam, times all patients are seen.
    tol : float
        Least fall of the loss that counts.
    early_stopping : bool
        Whether ``validation_fraction`` of the patients is set aside to judge when to stop;
        the weights that did best on them are kept.
    n_iter_no_change : int
        Iterations without such a fall after which training stops.
    warm_start : bool
        Whether fitting again goes on from where it ended.
    random_state : int, RandomState or None
        Of the start, the batches and who is set aside.
    """

    def __init__(
        self,
        encoding: str = RELOADED,
        repetitions: int = 2,
        qubits: int = 4,
        ansatz: str = "real_amplitudes",
        layers: int = 2,
        entanglement: str = "reverse_linear",
        bandwidth: float = 1.0,
        observable: str = "local",
        initial: str = "small",
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
        self.encoding = encoding
        self.repetitions = repetitions
        self.qubits = qubits
        self.ansatz = ansatz
        self.layers = layers
        self.entanglement = entanglement
        self.bandwidth = bandwidth
        self.observable = observable
        self.initial = initial
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

    def _loaded(self) -> Loaded:
        if self.encoding == RELOADED:
            _expect_simulable(self.qubits)
            return reuploading(
                self.n_features_in_,
                qubits=self.qubits,
                layers=self.repetitions,
                entanglement=self.entanglement,
            )
        pattern = self.entanglement if self.entanglement in {"none", "full"} else "linear"
        feature_map = encoding(
            self.encoding,
            self.n_features_in_,
            repetitions=self.repetitions,
            entanglement=pattern,
        )
        _expect_simulable(feature_map.num_qubits)
        build = mirrored if self.ansatz == "mirrored" else hardware_efficient
        ansatz = build(
            feature_map.num_qubits,
            repetitions=self.layers,
            entanglement=self.entanglement,
            rotations=ROTATIONS.get(self.ansatz, ("ry",)),
        )
        return joined(feature_map, ansatz)

    def _variational(self, outputs: int) -> VariationalCircuit:
        loaded = self._loaded()
        qubits = loaded.circuit.num_qubits
        if outputs == 1:
            return loaded.measuring(observable(self.observable, qubits))
        return loaded.measuring(*class_observables(outputs, qubits))

    def _angles(self, features: Floats) -> Floats:
        if self.encoding == RELOADED:
            return np.asarray(self.bandwidth * features)
        return angles(self.encoding, features, bandwidth=self.bandwidth)

    def _start(self, rng: np.random.Generator) -> Floats:
        loaded = self._loaded()
        centres = np.array(loaded.centres)
        if self.initial == "identity":
            qubits = loaded.circuit.num_qubits
            return identity_start(qubits, repetitions=self.layers, rotations=1, rng=rng)
        if self.initial == "uniform":
            return np.asarray(centres + rng.uniform(-np.pi, np.pi, len(centres)))
        return np.asarray(centres + rng.normal(0, SMALL, len(centres)))

    def _refuse_nonsense(self) -> None:
        super()._refuse_nonsense()
        expect_whole("repetitions", self.repetitions, least=1)
        expect_whole("layers", self.layers, least=0)
        if self.encoding == RELOADED:
            expect_whole("qubits", self.qubits, least=1)
        expect_one_of("entanglement", self.entanglement, PATTERNS)
        expect_one_of("ansatz", self.ansatz, ANSAETZE)
        expect_one_of("observable", self.observable, OBSERVABLES)
        expect_one_of("initial", self.initial, ("small", "uniform", "identity"))
        if self.initial == "identity" and (
            self.ansatz != "mirrored" or self.encoding == RELOADED
        ):
            raise ModelError(
                "initial 'identity' — expected an encoding followed by ansatz 'mirrored', got "
                f"{self.encoding!r} and {self.ansatz!r} — start small instead"
            )


def _expect_simulable(qubits: int) -> None:
    if qubits > LARGEST:
        raise ModelError(
            f"variational model — expected at most {LARGEST} qubits, got {qubits} — choose "
            f"fewer predictors, or the encoding {RELOADED!r}"
        )
