"""Extrapolation to zero noise: where it is exact, and that it helps on a noisy circuit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, SparsePauliOp
from qiskit_aer.noise import NoiseModel, depolarizing_error

from probatum.errors import CircuitError, NotEstimable
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.mitigation.expectations import zero_noise_expectations
from probatum.quantum.mitigation.folding import folded
from probatum.quantum.mitigation.zero_noise import extrapolated
from probatum.quantum.noise.calibration import Noise, noise_of
from probatum.quantum.noise.program import noisy_program, noisy_program_of

SCALES = (1, 3, 5)
numbers = st.floats(-2, 2)


@given(a=numbers, b=numbers, c=numbers)
def test_richardson_is_exact_where_noise_acts_as_a_polynomial(a, b, c):
    values = [a + b * s + c * s**2 for s in SCALES]
    assert extrapolated(SCALES, values, fit="richardson").values == pytest.approx(a, abs=1e-10)


@given(a=numbers, b=numbers)
def test_a_line_is_exact_where_noise_acts_linearly(a, b):
    values = [a + b * s for s in SCALES]
    assert extrapolated(SCALES, values, fit="linear").values == pytest.approx(a, abs=1e-12)


@given(start=st.floats(0.1, 0.9), rate=st.floats(0.01, 0.5), sign=st.sampled_from((-1, 1)))
def test_an_exponential_is_exact_where_noise_decays_to_its_asymptote(start, rate, sign):
    values = [0.25 + sign * start * np.exp(-rate * s) for s in SCALES]
    found = extrapolated(SCALES, values, fit="exponential", asymptote=0.25)
    assert found.values == pytest.approx(0.25 + sign * start, abs=1e-10)
    assert not found.is_linear


@pytest.mark.parametrize("fit", ["linear", "richardson", "exponential"])
def test_the_standard_error_is_the_spread_of_repeated_runs(fit):
    rng, truth = np.random.default_rng(0), 0.8 * np.exp(-0.1 * np.array(SCALES))
    errors = np.array([0.004, 0.006, 0.005])
    runs = truth[:, np.newaxis] + errors[:, np.newaxis] * rng.normal(size=(3, 4000))
    found = extrapolated(SCALES, runs, np.repeat(errors[:, np.newaxis], 4000, 1), fit=fit)
    assert found.values.std() == pytest.approx(found.standard_error.mean(), rel=0.05)
    assert found.standard_error.mean() > found.raw_standard_error.mean()


def test_what_no_exponential_describes_is_extrapolated_linearly_and_marked():
    found = extrapolated(SCALES, [[0.2, 0.9], [0.1, 0.8], [-0.1, 0.7]], fit="exponential")
    assert found.is_linear.tolist() == [True, False]
    line = extrapolated(SCALES, [0.2, 0.1, -0.1], fit="linear").values
    assert found.values[0] == pytest.approx(line)


def test_a_single_scale_is_refused():
    with pytest.raises(NotEstimable, match="two or more distinct"):
        extrapolated([1, 1], [0.5, 0.5], fit="linear")


def test_a_folded_circuit_is_the_same_unitary_with_more_gates():
    circuit = QuantumCircuit(2)
    for gate in ("sx", "x", "h", "sxdg"):
        getattr(circuit, gate)(0)
    circuit.rz(0.3, 0)
    circuit.ecr(0, 1)
    circuit.rzz(0.7, 1, 0)
    circuit.cz(0, 1)
    bigger = folded(circuit, 5)
    assert Operator(bigger).equiv(Operator(circuit))
    assert bigger.count_ops()["ecr"] == 5
    assert bigger.count_ops()["sx"] == 5


def test_an_even_scale_and_a_gate_outside_the_device_are_refused():
    with pytest.raises(CircuitError, match="odd"):
        folded(QuantumCircuit(1), 2)
    circuit = QuantumCircuit(2)
    circuit.cp(0.1, 0, 1)
    with pytest.raises(CircuitError, match="'cp'"):
        folded(circuit, 3)


def test_without_noise_extrapolation_changes_nothing():
    circuit = _measured(_fitted())
    program = noisy_program_of(circuit, Noise())
    rows = np.random.default_rng(0).normal(size=(3, program.parameters))
    found = zero_noise_expectations(
        program, rows, [SparsePauliOp("ZZZ")], scales=SCALES, fit="richardson"
    )
    np.testing.assert_allclose(found.values, found.raw, atol=1e-12)


@pytest.mark.parametrize("fit", ["linear", "richardson", "exponential"])
def test_it_comes_nearer_to_the_truth_than_the_raw_average_on_a_depolarised_circuit(fit):
    model = NoiseModel()
    model.add_all_qubit_quantum_error(depolarizing_error(0.004, 1), ["sx", "x"])
    model.add_all_qubit_quantum_error(depolarizing_error(0.02, 2), ["cz"])
    circuit, observables = _measured(_fitted()), [SparsePauliOp(p) for p in ("ZII", "IZZ")]
    rows = np.random.default_rng(1).uniform(0, np.pi, (40, 3))
    truth = noisy_program_of(circuit, Noise()).expectations(rows, observables)
    program = noisy_program_of(circuit, noise_of(model))
    found = zero_noise_expectations(program, rows, observables, scales=SCALES, fit=fit)
    raw, better = np.abs(found.raw - truth).mean(), np.abs(found.values - truth).mean()
    assert better < 0.7 * raw


def test_on_a_calibrated_device_each_scale_is_noisier_than_the_last():
    program = noisy_program(zz_encoding(3), "fake_torino", optimization_level=1, seed=2)
    rows, observable = [[0.1, 0.2, 0.3]], [SparsePauliOp("ZZZ")]
    found = zero_noise_expectations(program, rows, observable, scales=SCALES, fit="linear")
    assert abs(found.values[0, 0]) > abs(found.raw[0, 0])
    assert found.standard_error[0, 0] == 0


def _fitted():
    from qiskit import transpile

    return transpile(
        zz_encoding(3),
        basis_gates=["rz", "sx", "x", "cz"],
        optimization_level=1,
        seed_transpiler=1,
    )


def _measured(circuit):
    ready = circuit.copy()
    ready.measure_all()
    return ready


def test_a_curve_misspelt_is_refused_and_not_taken_for_a_line():
    with pytest.raises(NotEstimable, match="got 'quadratic'"):
        extrapolated(SCALES, [0.3, 0.2, 0.1], fit="quadratic")


def test_a_standard_error_of_other_entries_is_refused():
    with pytest.raises(NotEstimable, match="standard error of each result"):
        extrapolated(SCALES, np.ones((3, 2)), np.ones(3), fit="linear")
