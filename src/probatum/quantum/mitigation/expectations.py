"""Averages a variational circuit would give on a device, with and without extrapolation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from qiskit.quantum_info import SparsePauliOp

from probatum.quantum.mitigation.folding import folded
from probatum.quantum.mitigation.zero_noise import Extrapolated, Fit, extrapolated
from probatum.quantum.noise.program import NoisyProgram, read_program
from probatum.quantum.noise.template import template


def zero_noise_expectations(
    program: NoisyProgram,
    rows: ArrayLike,
    observables: Sequence[SparsePauliOp],
    *,
    scales: Sequence[int],
    fit: Fit,
    readout: bool = False,
    threads: int = 1,
) -> Extrapolated:
    """Return each patient's averages at the device's noise and extrapolated to none.

    The limit of very many shots: all standard errors are 0.

    Parameters
    ----------
    program : NoisyProgram
        See :func:`probatum.quantum.noise.program.noisy_program`.
    rows : (N, p) of float
        One row a patient.
    observables : sequence of SparsePauliOp
        On the circuit's own qubits.
    scales, fit
        See :func:`probatum.quantum.mitigation.zero_noise.extrapolated`.

    Returns
    -------
    Extrapolated
        Of shape (N, len(observables)).
    """
    found = [
        at_scale(program, scale).expectations(
            rows, observables, readout=readout, threads=threads
        )
        for scale in scales
    ]
    return extrapolated(scales, np.array(found), fit=fit)


def at_scale(program: NoisyProgram, scale: int) -> NoisyProgram:
    """Return the program with its gates run ``scale`` times."""
    noisier = template(folded(program.template.circuit, scale))
    return read_program(noisier, program.noise, parameters=program.parameters)
