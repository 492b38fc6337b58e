"""The same fitted circuit at a larger noise scale, and what its record says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qiskit import QuantumCircuit
from qiskit.transpiler.passes import RemoveBarriers

from probatum.quantum.backends.engines import Fitted
from probatum.quantum.backends.mitigated import SCALE
from probatum.quantum.mitigation.folding import folded


def noisier(fitted: Fitted, sent: QuantumCircuit, scale: int) -> Fitted:
    """Return a fitted circuit whose gates run ``scale`` times.

    It is folded after it was fitted and never optimised again: barriers and a sampler that
    sends circuits as they are keep what was added.

    Parameters
    ----------
    fitted : Fitted
        At scale 1.
    sent : QuantumCircuit
        As it is sent to the device at scale 1, with its measurements.
    """
    if scale == 1:
        return fitted
    made = folded(sent, scale)
    # a barrier on two qubits would count as a two-qubit gate
    bare = RemoveBarriers()(made.remove_final_measurements(inplace=False))
    details = {**fitted.details, SCALE: str(scale)}
    return replace(fitted, circuit=made, transpiled=bare, details=details)


def read_from(bits: Mapping[int, int]) -> str:
    """Return the physical qubit each bit is read from, bit 0 first, with spaces between.

    Examples
    --------
    >>> read_from({3: 1, 5: 0})
    '5 3'
    """
    return " ".join(str(qubit) for qubit in sorted(bits, key=bits.__getitem__))
