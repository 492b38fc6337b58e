"""A device's kernel without mitigation and with it, beside each other.

Every method gets the same number of shots for each circuit it runs; extrapolation runs one
circuit a scale. What each method costs and how uncertain it leaves each entry is part of the
result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import NotEstimable
from probatum.quantum.mitigation.folding import folded
from probatum.quantum.mitigation.readout import correction_from_calibration
from probatum.quantum.mitigation.zero_noise import Fit, extrapolated
from probatum.quantum.noise.effects import UNREAD, weighted_bit
from probatum.quantum.noise.kernel import NoisyKernel, kernel_of
from probatum.quantum.noise.template import template

Method = Literal["none", "readout", "zero_noise_extrapolation", "both"]
METHODS: tuple[Method, ...] = get_args(Method)
Numbers = NDArray[np.float64]

SCALES = (1, 3, 5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MitigatedKernel:
    """Entries as measured, entries as mitigated, and the variance of both."""

    method: Method
    raw: Numbers
    """(N, M): the share of shots reading "all 0" at scale 1."""
    raw_variance: Numbers
    values: Numbers
    """(N, M): may leave [0, 1], and is not clipped."""
    variance: Numbers
    circuits: int
    """Circuits run for each entry."""
    overhead: float
    """Mean variance of the mitigated entries over that of the raw ones; 1 without shots."""
    linear: int
    """Entries an exponential could not describe."""

    def drawn(self, rng: np.random.Generator) -> Numbers:
        """Return one draw of the mitigated entries at their shots.

        Their mean and variance are exact; the law is taken as normal.
        """
        return np.asarray(rng.normal(self.values, np.sqrt(self.variance)))


def mitigated_kernel(
    kernel: NoisyKernel,
    rows: ArrayLike,
    others: ArrayLike | None = None,
    *,
    method: Method,
    shots: int | None,
    scales: tuple[int, ...] = SCALES,
    fit: Fit = "linear",
    threads: int = 1,
) -> MitigatedKernel:
    """Return the expected entries and their variance, with and without mitigation.

    Parameters
    ----------
    kernel : NoisyKernel
        At scale 1; see :func:`probatum.quantum.noise.kernel.compiled_kernel`.
    rows, others : (N, p) and (M, p) of float
        Patients prepared, and undone.
    method : "none", "readout", "zero_noise_extrapolation" or "both"
        As the protocol states.
    shots : int or None
        For each circuit; None for the limit of very many, where every variance is 0.
    scales, fit
        See :func:`probatum.quantum.mitigation.zero_noise.extrapolated`.

    Raises
    ------
    NotEstimable
        When the method is not known, shots are below 1, or the first scale is not 1.
    """
    if method not in METHODS:
        raise NotEstimable(
            f"mitigated kernel — expected a method of {', '.join(METHODS)}, got {method!r} — "
            "correct the protocol"
        )
    if (shots is not None and shots < 1) or scales[0] != 1:
        raise NotEstimable(
            f"mitigated kernel — expected shots of 1 or more and scales from 1, got {shots} "
            f"and {scales} — correct the protocol"
        )
    used = scales if method in ("zero_noise_extrapolation", "both") else (1,)
    of_readout = method in ("readout", "both")
    raw, raw_variance = _moments(kernel, rows, others, shots, False, threads)
    found = []
    for scale in used:
        noisier = kernel if scale == 1 else at_scale(kernel, scale)
        if scale == 1 and not of_readout:
            found.append((raw, raw_variance))
        else:
            found.append(_moments(noisier, rows, others, shots, of_readout, threads))
    return _result(kernel, method, (raw, raw_variance), found, used, fit)


def at_scale(kernel: NoisyKernel, scale: int) -> NoisyKernel:
    """Return the kernel with the gates of both halves run ``scale`` times."""
    noisier = template(folded(kernel.template.circuit, scale))
    return kernel_of(noisier, kernel.noise, parameters=kernel.preparing.parameters)


def _moments(
    kernel: NoisyKernel,
    rows: ArrayLike,
    others: ArrayLike | None,
    shots: int | None,
    corrected: bool,
    threads: int,
) -> tuple[Numbers, Numbers]:
    """Return the mean and the variance of each entry's estimate."""
    if not corrected:
        mean = kernel.probabilities(rows, others, threads=threads)
        return mean, np.zeros_like(mean) if shots is None else mean * (1 - mean) / shots
    mean = kernel.probabilities(rows, others, readout=False, threads=threads)
    if shots is None:
        return mean, np.zeros_like(mean)
    squares = kernel.weighted(_squared_weights(kernel), rows, others, threads=threads)
    return mean, np.maximum(squares - mean**2, 0.0) / shots


def _squared_weights(kernel: NoisyKernel) -> Numbers:
    """Return the effects whose average is the mean square of a corrected shot."""
    bits = kernel.template.bits
    correction = correction_from_calibration(kernel.undoing)
    weights = correction.weights(np.tile([1.0, 0.0], (len(bits), 1)))
    effects = [
        weighted_bit(weights[[bits[q]]] ** 2, kernel.noise.readout(q))[0]
        if q in bits
        else UNREAD[0]
        for q in kernel.template.qubits
    ]
    return np.array(effects)


def _result(
    kernel: NoisyKernel,
    method: Method,
    raw: tuple[Numbers, Numbers],
    found: list[tuple[Numbers, Numbers]],
    scales: tuple[int, ...],
    fit: Fit,
) -> MitigatedKernel:
    (values, variance), linear = found[0], 0
    if len(scales) > 1:
        curve = extrapolated(
            scales,
            np.array([mean for mean, _ in found]),
            np.sqrt([spread for _, spread in found]),
            fit=fit,
            asymptote=0.5 ** len(kernel.template.bits),
        )
        values, variance = curve.values, curve.standard_error**2
        linear = int(curve.is_linear.sum())
    total = float(raw[1].sum())
    return MitigatedKernel(
        method=method,
        raw=raw[0],
        raw_variance=raw[1],
        values=values,
        variance=variance,
        circuits=len(scales),
        overhead=float(variance.sum()) / total if total else 1.0,
        linear=linear,
    )
