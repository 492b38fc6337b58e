"""The readout table that is mitigated by: what it corrects, and where none was stated."""

import numpy as np
import pytest

from probatum.errors import NotAllowed
from probatum.quantum.backends.faults import ReadoutUnknown
from probatum.quantum.backends.mitigated import read_of, read_values
from probatum.quantum.devices import Calibration, QubitCalibration, snapshot
from probatum.quantum.mitigation.readout import ReadoutCorrection
from tests.quantum.backends.building import Unreachable, a_circuit, some_rows
from tests.quantum.backends.mitigating import OBSERVABLES, a_simulator, averages, on_device


def test_counts_are_corrected_as_the_readout_table_says():
    """The same as the correction of kept counts, which knows nothing of observables."""
    found = averages("readout", shots=500, observables="diagonal")
    [execution] = found.executions
    errors = {q.qubit: q.readout_error for q in execution.record.calibration.qubits}
    order = execution.record.details["readout_qubits"].split()
    tables = [[[1 - e, e], [e, 1 - e]] for e in (errors[int(q)] for q in order)]
    correction = ReadoutCorrection(tables=np.array(tables))
    for row, counts in enumerate(execution.counts):
        expected = correction.parity(counts, "ZZZ")
        assert found.values[row, 1] == pytest.approx(expected.value)
        assert found.standard_error[row, 1] == pytest.approx(expected.standard_error)


def test_the_rates_of_hardware_are_those_stated_for_0_and_for_1():
    """Readings w solve 0.9 a + 0.1 b = 1 and 0.2 a + 0.8 b = -1: a = 9/7 and b = -11/7."""
    table = a_table()
    found = read_values("hardware", table, "4")
    np.testing.assert_allclose(found, [[9 / 7, -11 / 7]])
    alike = read_values("noisy simulator", table, "4")
    np.testing.assert_allclose(alike, [[1 / 0.7, -1 / 0.7]])


def test_a_readout_that_nobody_stated_is_refused():
    for changes in ({"readout_error": None}, {"readout_error": 0.5}):
        with pytest.raises(ReadoutUnknown, match="state another mitigation"):
            read_values("noisy simulator", a_table(**changes), "4")
    with pytest.raises(NotAllowed):
        read_of(
            a_simulator("none", "exact").sample(a_circuit(1), [[0.1]], shots=1, seed=1).record
        )


def test_a_device_that_does_not_state_its_readout_is_sent_nothing():
    device = snapshot("fake_manila")
    stated = device.properties()
    silent = stated.to_dict()
    for qubit in silent["qubits"]:
        qubit[:] = [one for one in qubit if "readout" not in one["name"]]
    device.properties = lambda: type(stated).from_dict(silent)
    way = Unreachable(device=device, is_local=True, failures=[AssertionError("was sent")])
    given = {"observables": OBSERVABLES, "rows": some_rows(), "shots": 50, "seed": 2}
    with pytest.raises(ReadoutUnknown, match="got one without"):
        on_device("both", transport=way).expectation(a_circuit(), **given)
    with pytest.raises(AssertionError, match="was sent"):
        on_device("zero_noise_extrapolation", transport=way).expectation(a_circuit(), **given)


def a_table(**changes) -> Calibration:
    """The calibration of one qubit."""
    given = {
        "qubit": 4,
        "t1_seconds": None,
        "t2_seconds": None,
        "readout_error": 0.15,
        "reads_one_for_zero": 0.1,
        "reads_zero_for_one": 0.2,
    }
    day = "2026-01-01T00:00:00+00:00"
    return Calibration(
        device="d",
        device_version="1.0.0",
        at=day,
        oldest_at=day,
        qubits=(QubitCalibration(**{**given, **changes}),),
        pairs=(),
    )
