"""How a quantum kernel model would be measured: patient by patient, or all at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import linalg
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.models.dual import Dual
from probatum.models.intervals.measurement import KernelEntries, Spectrum
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.risk_model import RiskModel
from probatum.models.tuning import Patients
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram, gram

Array = NDArray[np.float64]


def observable_measurement(model: RiskModel, frame: pd.DataFrame) -> Spectrum:
    """Return the law of the score when the learned observable is measured itself.

    It needs the frozen model alone. Turning a state into the observable's basis takes a deep
    circuit in general; what comes of it is the least scatter the score can have.

    Parameters
    ----------
    model : RiskModel
        Around a fitted :class:`QuantumKernelClassifier`.
    frame : (n, ...) DataFrame
        With the protocol's predictor columns.

    Raises
    ------
    NotEstimable
        When the model is another one.
    """
    kernel = kernel_of(model)
    rows = kernel.circuit_parameters(_features(model, frame))
    with threadpool_limits(limits=1):
        eigenvalues, vectors = linalg.eigh(kernel.observable_)
        amplitudes = states(kernel.circuit(), rows) @ vectors.conj()
        return Spectrum(
            offset=kernel.offset_,
            eigenvalues=np.asarray(eigenvalues, dtype=np.float64),
            probabilities=np.abs(amplitudes) ** 2,
        )


def dual_of(
    model: RiskModel, development: Patients, *, landmarks: pd.DataFrame | None = None
) -> Dual:
    """Return the model in the form a device runs: overlaps with known patients.

    Parameters
    ----------
    model : RiskModel
        Around a fitted :class:`QuantumKernelClassifier`.
    development : Patients
        Those it was trained on; a frozen model keeps none.
    landmarks : DataFrame, optional
        Patients to be compared with in place of all of them: fewer circuits, at the price of
        another, coarser model.
    """
    known = None if landmarks is None else _features(model, landmarks)
    return kernel_of(model).dual(
        _features(model, development.frame),
        development.outcome,
        development.weight,
        landmarks=known,
    )


def entries_measurement(model: RiskModel, dual: Dual, frame: pd.DataFrame) -> KernelEntries:
    """Return the law of the score put together from exact kernel entries, one circuit each.

    With all development patients known, the score at infinitely many shots is the model's.

    Parameters
    ----------
    model : RiskModel
    dual : Dual
        See :func:`dual_of`.
    frame : (n, ...) DataFrame
        With the protocol's predictor columns.
    """
    rows = kernel_of(model).circuit_parameters(_features(model, frame))
    with threadpool_limits(limits=1):
        overlaps = cross_gram(states(dual.circuit, rows), states(dual.circuit, dual.known))
    return noisy_entries(dual, overlaps)


def noisy_entries(dual: Dual, overlaps: ArrayLike) -> KernelEntries:
    """Return the same for kernel entries from elsewhere, such as a noisy device's.

    Parameters
    ----------
    dual : Dual
    overlaps : (n, m) of float in [0, 1]
        Probability of reading all zeros, each new patient with each known one.
    """
    return KernelEntries(
        offset=dual.offset,
        shares=dual.shares,
        probabilities=np.asarray(overlaps, dtype=np.float64),
    )


def training_variance(model: RiskModel, development: Patients, frame: pd.DataFrame) -> Array:
    r"""Variance of each score over repetitions of the outcomes, from the one fit there is.

    .. math:: \operatorname{Var} f(x) \approx \sum_i h_i(x)^2\, \tilde e_i^2, \qquad
              h(x) = (K + \Lambda)^{-1} k(x)

    with :math:`\tilde e_i` the error of patient i when left out. It is the naive twin of the
    bootstrap: it needs no second fit and knows nothing of how preparation and calibration vary.

    Returns
    -------
    (n,) of float
        On the scale of the score, squared.

    References
    ----------
    MacKinnon JG, White H. J Econometrics 1985;29:305-325 (HC3, whose leave-one-out errors are
    exact for a linear smoother).

    Departures
    ----------
    The weighted mean of the targets is taken as known.
    """
    counted = development.at(np.flatnonzero(development.weight > 0))
    kernel, dual = kernel_of(model), dual_of(model, counted)
    rows = kernel.circuit_parameters(_features(model, frame))
    with threadpool_limits(limits=1):
        trained = states(dual.circuit, dual.known)
        inverse = linalg.inv(gram(trained) + np.diag(kernel.penalty / counted.weight))
        left_out = dual.shares / np.diag(inverse)
        weights = cross_gram(states(dual.circuit, rows), trained) @ inverse
        return np.asarray((weights**2) @ left_out**2)


def kernel_of(model: RiskModel) -> QuantumKernelClassifier:
    """Return the quantum kernel classifier inside a risk model.

    Raises
    ------
    NotEstimable
        When there is another classifier inside.
    """
    found = model.pipeline["model"]
    if not isinstance(found, QuantumKernelClassifier):
        raise NotEstimable(
            "shot noise — expected a quantum kernel classifier, got "
            f"{type(found).__name__} — a classical model is not measured"
        )
    return found


def _features(model: RiskModel, frame: pd.DataFrame) -> Array:
    return np.asarray(model.pipeline["preparation"].transform(frame), dtype=np.float64)
