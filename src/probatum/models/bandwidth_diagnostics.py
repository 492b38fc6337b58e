"""What every bandwidth the protocol allows would have made of the tuned quantum kernel.

Tuning chose one by cross-validation. The others are kept beside it, because a choice says
little without what it was chosen among: too small, and all patients look alike; too large, and
each looks unique.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.models.kernel_diagnostics import sampled
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.tuning import Patients
from probatum.quantum.encodings import angles
from probatum.quantum.kernels.bandwidth import BandwidthPoint, bandwidth_curve


def bandwidths_tried(
    pipeline: Pipeline,
    patients: Patients,
    bandwidths: Iterable[float],
    *,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Return one record a bandwidth, the smallest first, for a JSON file.

    Alignment and the leave-one-out error are of the outcome, at the penalty that tuning chose;
    patients count once each, whatever their weight.

    Parameters
    ----------
    pipeline : Pipeline
        Preparation and :class:`QuantumKernelClassifier`, fitted.
    patients : Patients
        Those it was fitted on; a sample of them is used.
    bandwidths : iterable of float > 0
        Those the protocol allows; the chosen one is told by ``is_chosen``.
    rng : numpy.random.Generator
        Draws the sample.

    Returns
    -------
    list of dict
        Empty where nothing can be told: the sample holds one outcome only, or all look alike.
    """
    model: QuantumKernelClassifier = pipeline["model"]
    rows = sampled(patients, rng)
    try:
        with threadpool_limits(limits=1, user_api="blas"):
            curve = bandwidth_curve(
                model.circuit(),
                pipeline["preparation"].transform(patients.frame.iloc[rows]),
                2 * patients.outcome[rows] - 1,
                bandwidths=bandwidths,
                penalty=model.penalty,
                angles=lambda given, width: angles(model.encoding, given, bandwidth=width),
            )
    except NotEstimable:
        return []  # said in the evidence by its emptiness, and in words in the documents
    return [_told(point, model) for point in curve.points]


def _told(point: BandwidthPoint, model: QuantumKernelClassifier) -> dict[str, Any]:
    return {
        "bandwidth": point.bandwidth,
        "is_chosen": point.bandwidth == model.bandwidth,
        "alignment": point.alignment,
        "leave_one_out_error": point.leave_one_out_error,
        "off_diagonal_mean": point.concentration.mean,
        "off_diagonal_variance": point.concentration.variance,
        "effective_dimension": point.effective_dimension,
    }
