"""A simulator and a device that mitigate as they are told, and what they are asked to read."""

from dataclasses import replace
from functools import cache

from qiskit.quantum_info import SparsePauliOp

from probatum.quantum.backends.choice import backend
from probatum.quantum.backends.mitigated import Mitigation
from tests.quantum.backends.building import a_circuit, a_device, a_plan, some_rows

DIAGONAL = [SparsePauliOp(["ZII", "IZZ", "III"], [1.0, 0.5, 2.0]), SparsePauliOp("ZZZ")]
OBSERVABLES = [
    SparsePauliOp(["ZII", "XYI", "III"], [1.0, 0.5, 2.0]),
    SparsePauliOp(["YZX", "IIZ"], [1.0, 0.3]),
]
METHODS = ("readout", "zero_noise_extrapolation", "both")
EXTRAPOLATING = ("zero_noise_extrapolation", "both")


def a_simulator(method, name="fake_manila", **clocks):
    """A noisy simulator by the protocol, which mitigates so."""
    plan = a_plan().model_copy(update={"mitigation": method})
    return backend(plan, seed=3, name=name, **clocks)


def on_device(method, **kwargs):
    """A device that mitigates so."""
    return replace(a_device(**kwargs), mitigation=Mitigation(method=method))


@cache
def averages(method, *, shots=None, observables="all", rows=3):
    """What a noisy simulator reads; asked for again, it is not computed again."""
    asked = DIAGONAL if observables == "diagonal" else OBSERVABLES
    return a_simulator(method).expectation(
        a_circuit(), asked, some_rows(rows), shots=shots, seed=2
    )
