"""The protocol's mitigation acts where a device errs, and what was read is kept beside it."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import BackendError
from probatum.quantum.backends.backend import Execution
from probatum.quantum.backends.bases import Plan
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.kept import KeptRun, read_run
from probatum.quantum.backends.mitigated import NOTHING, Mitigation, mitigation_of, scored
from probatum.quantum.backends.simulators import Simulated
from probatum.quantum.mitigation.expectations import zero_noise_expectations
from probatum.quantum.noise.program import noisy_program
from tests.quantum.backends.building import a_circuit, a_device, some_rows
from tests.quantum.backends.mitigating import (
    DIAGONAL,
    EXTRAPOLATING,
    METHODS,
    OBSERVABLES,
    a_simulator,
    averages,
    on_device,
)


@cache
def devices_answer(method):
    return on_device(method).expectation(
        a_circuit(), OBSERVABLES, some_rows(), shots=2000, seed=2
    )


# --- the numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_very_many_shots_give_what_the_noise_engine_gives(method):
    """Two independent routes: Aer's density matrix, and Pauli transfer matrices."""
    program = noisy_program(a_circuit(), "fake_manila", optimization_level=1, seed=3)
    given = {"fit": "linear", "readout": method == "zero_noise_extrapolation"}
    scales = (1, 3, 5) if method in EXTRAPOLATING else (1, 3)
    engine = zero_noise_expectations(program, some_rows(), DIAGONAL, scales=scales, **given)
    expected = engine.values if method in EXTRAPOLATING else engine.raw
    found = averages(method, observables="diagonal")
    np.testing.assert_allclose(found.values, expected, atol=1e-8)
    raw = program.expectations(some_rows(), DIAGONAL, readout=True)
    np.testing.assert_allclose(found.raw_values, raw, atol=1e-8)
    assert not found.standard_error.any()
    assert found.executions == ()


@pytest.mark.parametrize("method", METHODS)
def test_shots_scatter_about_the_limit_by_the_stated_error(method):
    limit = averages(method).values
    found = averages(method, shots=4000)
    assert np.abs((found.values - limit) / found.standard_error).max() < 4
    assert (found.standard_error > found.raw_standard_error).all(), "certainty is the price"


@pytest.mark.parametrize("method", METHODS)
def test_what_was_read_is_exactly_what_is_read_without_mitigation(method):
    plain = averages("none", shots=500)
    found = averages(method, shots=500)
    np.testing.assert_array_equal(found.raw_values, plain.values)
    np.testing.assert_array_equal(found.raw_standard_error, plain.standard_error)
    assert found.executions[: len(plain.executions)] == plain.executions
    assert plain.raw_values is None


def test_mitigation_brings_averages_closer_to_those_without_noise():
    ideal = a_simulator("none", "exact").expectation(
        a_circuit(), OBSERVABLES, some_rows(), shots=None, seed=2
    )
    raw, readout, both = (
        np.abs(values - ideal.values).mean()
        for values in (averages("none").values, *(averages(m).values for m in METHODS[::2]))
    )
    assert both < readout < raw


def test_a_single_shot_has_the_error_of_the_worst_case():
    [basis] = Plan.of([SparsePauliOp("ZZ", [0.5])], 2).bases
    assert basis.largest().tolist() == [0.5]
    assert basis.largest(np.array([[2.0, -1.0], [1.0, -3.0]])).tolist() == [3.0]


def test_observables_that_need_no_measurement_stay_what_they_are():
    constant = [SparsePauliOp("III", [2.0])]
    for shots in (None, 50):
        found = a_simulator("both").expectation(
            a_circuit(), constant, some_rows(), shots=shots, seed=1
        )
        np.testing.assert_allclose(found.values, 2.0, atol=1e-12)


# --- the record ----------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("where", [lambda m: averages(m, shots=500), devices_answer])
def test_the_record_names_method_scales_fit_and_calibration(method, where):
    record = where(method).record
    assert record.mitigation == method
    assert mitigation_of(record) == Mitigation(method=method)
    scales = "1 3 5" if method in EXTRAPOLATING else "1"
    assert record.details["noise_scales"] == scales
    assert record.details.get("fit") == ("linear" if method in EXTRAPOLATING else None)
    assert record.calibration_date == "2024-05-27T18:27:23+00:00"
    assert {q.readout_error is None for q in record.calibration.qubits} == {False}


def test_the_gates_of_a_larger_scale_are_counted_and_named():
    executions = averages("both", shots=500).executions
    bases = len(executions) // 3
    scales = [one.record.details.get("noise_scale", "1") for one in executions]
    assert scales == ["1"] * bases + ["3"] * bases + ["5"] * bases
    gates = [one.record.two_qubit_gates for one in executions[::bases]]
    assert gates == [gates[0], 3 * gates[0], 5 * gates[0]]
    assert {one.record.mitigation for one in executions} == {"none"}, "counts are as read"


def test_sampling_is_never_mitigated():
    given = {"shots": 100, "seed": 5}
    plain = a_simulator("none").sample(a_circuit(), some_rows(), **given)
    assert a_simulator("both").sample(a_circuit(), some_rows(), **given) == plain


@pytest.mark.parametrize("name", ["exact", "aer_statevector", "cirq"])
def test_a_simulator_without_errors_says_that_nothing_was_mitigated(name):
    given = {"shots": None, "seed": 5}
    found = a_simulator("both", name).expectation(
        a_circuit(), OBSERVABLES, some_rows(), **given
    )
    assert found.record.mitigation == "none"
    assert found.raw_values is None
    assert not mitigation_of(found.record).is_on


def test_to_mitigate_a_simulator_without_errors_is_refused():
    with pytest.raises(BackendError, match="a device that errs"):
        Simulated(engine=Exact(), mitigation=Mitigation(method="readout"))
    with pytest.raises(BackendError, match="correct the protocol"):
        Mitigation(method="wishful")


# --- scored again --------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_kept_counts_give_the_same_averages_again_and_those_of_lesser_methods(tmp_path, method):
    found = devices_answer(method)
    file = tmp_path / "run.jsonl"
    file.write_bytes(KeptRun(record=found.record, executions=found.executions).as_bytes())
    run, plan = read_run(file), Plan.of(OBSERVABLES, 3)
    values, errors = scored(plan, run.executions, mitigation_of(run.record))
    np.testing.assert_array_equal(values, found.values)
    np.testing.assert_array_equal(errors, found.standard_error)
    raw, _ = scored(plan, run.executions, NOTHING)
    np.testing.assert_array_equal(raw, found.raw_values)
    corrected, _ = scored(plan, run.executions, Mitigation(method="readout"))
    np.testing.assert_array_equal(corrected, devices_answer("readout").values)


def test_counts_of_one_scale_cannot_be_extrapolated_afterwards():
    executions = devices_answer("readout").executions
    with pytest.raises(BackendError, match="whose circuits were run"):
        scored(Plan.of(OBSERVABLES, 3), executions, Mitigation(method="both"))


# --- on a device ---------------------------------------------------------------------------


def test_the_device_folds_what_it_sends_in_one_job():
    found = devices_answer("both")
    assert len(found.record.job_ids) == 1
    noisy = [
        np.abs(Plan.of(DIAGONAL, 3).of_executions([one])[0][:, 1]).mean()
        for one in folded_devices_runs()
    ]
    assert noisy[0] > noisy[1] > noisy[2], "nothing was optimised away on the way"


def folded_devices_runs() -> tuple[Execution, ...]:
    return (
        on_device("zero_noise_extrapolation")
        .expectation(a_circuit(), DIAGONAL, some_rows(8), shots=4000, seed=2)
        .executions
    )


def test_the_devices_mitigated_averages_agree_with_the_simulation():
    found = devices_answer("both")
    limit = averages("both").values
    assert np.abs((found.values - limit) / found.standard_error).max() < 4.5


def test_the_projects_mitigation_and_the_vendors_are_not_both_on():
    with pytest.raises(BackendError, match="choose one"):
        replace(on_device("readout"), vendor_mitigation="readout")
    vendors = replace(a_device(), vendor_mitigation="readout")
    found = vendors.expectation(a_circuit(), OBSERVABLES, some_rows(), shots=50, seed=1)
    assert not mitigation_of(found.record).is_on
