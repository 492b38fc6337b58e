"""A run's record says everything but its answer, and its counts can be scored again."""

import json
from dataclasses import replace

import numpy as np
import pytest

from probatum.errors import BackendError, LedgerError
from probatum.ledger.canonical import canonical_bytes, sha256
from probatum.quantum.backends.backend import Execution
from probatum.quantum.backends.bases import Plan, summed
from probatum.quantum.backends.choice import backend
from probatum.quantum.backends.circuit_record import circuit_sha256
from probatum.quantum.backends.kept import as_lines, read_executions
from probatum.quantum.backends.record import ExecutionRecord
from tests.quantum.backends.building import Time, a_circuit, a_device, a_plan, some_rows
from tests.quantum.backends.test_hardware import OBSERVABLES

NAMES = ("exact", "aer_mps", "cirq", "fake_manila")


def execution(name="fake_manila", shots=200, **clocks):
    on = backend(a_plan(), seed=3, name=name, **clocks)
    return on.sample(a_circuit(), some_rows(), shots=shots, seed=7)


@pytest.mark.parametrize("name", NAMES)
def test_a_simulators_record_is_the_same_every_time(name):
    assert execution(name).record.sha256 == execution(name).record.sha256
    assert execution(name).record.run_seconds is None


def test_a_run_is_timed_only_by_a_clock_that_was_passed_in():
    ticks = iter(range(100))
    record = execution(clock=lambda: next(ticks), processor_clock=lambda: 0.5).record
    assert record.run_seconds == 1
    assert record.processor_seconds == 0


def test_a_record_holds_the_terms_of_the_run():
    record = execution().record
    assert record.circuit_sha256 == circuit_sha256(a_circuit())
    assert (record.rows, record.shots, record.seed, record.qubits) == (3, 200, 7, 3)
    assert (record.optimization_level, record.transpiler_seed) == (1, 3)
    assert record.kind == "noisy simulator"
    assert set(record.software) == {"qiskit", "qiskit-aer", "qiskit-ibm-runtime"}
    assert record.calibration_date == "2024-05-27T18:27:23+00:00"
    assert record.depth > record.two_qubit_depth > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_read_back_as_it_was_written(name):
    record = execution(name).record
    again = ExecutionRecord.from_dict(json.loads(canonical_bytes(record.as_dict())))
    assert again == record
    assert again.sha256 == record.sha256


def test_any_other_fact_gives_another_digest():
    record = execution().record
    for change in ({"seed": 8}, {"shots": 201}, {"region": "eu-de"}, {"depth": 1}):
        assert replace(record, **change).sha256 != record.sha256


def test_a_record_holds_no_patients_value():
    text = json.dumps(execution().record.as_dict())
    assert not any(f"{value:.6f}" in text for value in some_rows().ravel())


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 0},
        {"shots": 0},
        {"qubits": 0},
        {"cost": -1.0},
        {"cost": 1.0, "currency": "euro"},
        {"kind": "oracle"},
    ],
)
def test_what_cannot_have_been_is_refused(change):
    with pytest.raises(BackendError, match="expected"):
        replace(execution().record, **change)
    with pytest.raises(LedgerError):
        replace(execution().record, circuit_sha256="abc")


@pytest.mark.parametrize("change", [{"depth": None}, {"another": 1}])
def test_a_record_with_fields_absent_or_unknown_is_refused(change):
    value = execution().record.as_dict() | change
    value = {name: entry for name, entry in value.items() if entry is not None}
    with pytest.raises(BackendError, match="its fields"):
        ExecutionRecord.from_dict(value)


def test_counts_that_the_record_does_not_speak_of_are_refused():
    found = execution()
    for counts in (found.counts[:2], ({"000": 1},) * 3):
        with pytest.raises(BackendError, match="3 rows of 200 shots"):
            Execution(counts=counts, record=found.record)


# --- kept ----------------------------------------------------------------------------------


def test_kept_counts_are_read_back_and_give_the_same_averages(tmp_path):
    """What was measured on the device is scored again, without the device."""
    found = a_device().expectation(a_circuit(), OBSERVABLES, some_rows(), shots=300, seed=2)
    file = tmp_path / "run.jsonl"
    file.write_bytes(as_lines(found.executions))
    again = read_executions(file)
    assert again == found.executions
    values, errors = Plan.of(OBSERVABLES, 3).of_executions(again)
    np.testing.assert_array_equal(values, found.values)
    np.testing.assert_array_equal(errors, found.standard_error)


def test_the_same_run_has_the_same_bytes():
    assert sha256(as_lines([execution()])) == sha256(as_lines([execution()]))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line.replace(b'"shots":200', b'"shots":201'),
        lambda line: line.replace(b'":1,', b'": 1,') + b" ",
        lambda line: line[:-5],
        lambda line: b"[]\n",
        lambda line: line.replace(b"record", b"retold"),
    ],
)
def test_altered_counts_are_refused(tmp_path, spoil):
    file = tmp_path / "run.jsonl"
    file.write_bytes(spoil(as_lines([execution()])))
    with pytest.raises(BackendError):
        read_executions(file)


def test_absent_counts_are_asked_for(tmp_path):
    with pytest.raises(BackendError, match="restore"):
        read_executions(tmp_path / "none.jsonl")


def test_several_runs_of_one_answer_have_one_record():
    time = Time()
    found = a_device(clock=time).expectation(
        a_circuit(), OBSERVABLES, some_rows(), shots=100, seed=2
    )
    parts = [one.record for one in found.executions]
    assert found.record == summed(parts, a_circuit())
    assert found.record.circuit_sha256 == circuit_sha256(a_circuit())
    assert found.record.cost == pytest.approx(sum(part.cost for part in parts))
    assert found.record.run_seconds == parts[0].run_seconds, "one job is waited for once"
    assert found.record.depth == max(part.depth for part in parts)
