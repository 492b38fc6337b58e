"""A device is asked only what the protocol allows and pays for; whatever it does is recorded.

The provider is IBM's client in its local mode, where a snapshot stands in for the device;
faults are injected on the provider's side.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from qiskit.exceptions import QiskitError
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import BackendError, CircuitError, NotAllowed, OverBudget, Unavailable
from probatum.quantum.backends.choice import backend
from probatum.quantum.backends.costs import check_budget, estimate
from probatum.quantum.backends.faults import (
    BudgetExceeded,
    CalibrationTooOld,
    DeviceNotAllowed,
    Fault,
    JobLost,
    QueueTooLong,
    RegionNotAllowed,
    TimedOut,
)
from probatum.quantum.devices import calibrated_at, snapshot
from probatum.study.execution import Budget
from tests.quantum.backends.building import (
    DEVICE,
    FRESH,
    Losing,
    Slow,
    Time,
    Unreachable,
    a_circuit,
    a_device,
    a_link,
    a_plan,
    patience,
    price,
    some_rows,
)

OBSERVABLES = [
    SparsePauliOp(["ZII", "XYI", "III"], [1.0, 0.5, 2.0]),
    SparsePauliOp(["YZX", "IIZ"], [1.0, 0.3]),
]


def sample(device, shots=500, seed=7):
    return device.sample(a_circuit(), some_rows(), shots=shots, seed=seed)


def test_the_device_answers_as_its_noisy_simulation():
    simulated = backend(a_plan(), seed=3, name="fake_manila")
    expected = simulated.probabilities(a_circuit(), some_rows())
    found = sample(a_device(), shots=4000).frequencies()
    assert np.abs(found - expected).max() < 5 * 0.5 / np.sqrt(4000)


def test_averages_from_counts_agree_with_the_simulation_and_keep_the_counts():
    simulated = backend(a_plan(), seed=3, name="fake_manila")
    given = {"observables": OBSERVABLES, "rows": some_rows(), "seed": 2}
    expected = simulated.expectation(a_circuit(), shots=None, **given).values
    found = a_device().expectation(a_circuit(), shots=4000, **given)
    assert np.abs((found.values - expected) / found.standard_error).max() < 4.5
    assert {len(one.counts) for one in found.executions} == {3}
    assert len({one.record.job_ids for one in found.executions}) == 1, "all bases in one job"


@pytest.mark.parametrize("mitigation", ["readout", "zero_noise_extrapolation"])
def test_the_vendors_mitigation_is_recorded_and_costs_more(mitigation):
    device = replace(a_device(), vendor_mitigation=mitigation)
    asked = []
    device = replace(device, link=a_link(dispatching=asked.append))
    observable = [SparsePauliOp("ZZZ")]
    found = device.expectation(a_circuit(), observable, some_rows(2), shots=500, seed=2)
    assert found.values.shape == found.standard_error.shape == (2, 1)
    assert found.executions == ()
    assert found.record.mitigation == mitigation
    assert asked[0].tasks > 2
    assert found.record.cost == pytest.approx(asked[0].amount)


def test_readout_mitigation_by_the_vendor_brings_the_average_closer():
    circuit, rows = a_circuit(), some_rows(6)
    observable = [SparsePauliOp("ZZZ"), SparsePauliOp("IZZ")]
    given = {"observables": observable, "rows": rows, "seed": 2}
    plan = a_plan()
    ideal = backend(plan, seed=3, name="exact").expectation(circuit, shots=None, **given).values
    plain = a_device().expectation(circuit, shots=8000, **given).values
    device = replace(a_device(), vendor_mitigation="readout")
    found = device.expectation(circuit, shots=8000, **given).values
    assert np.abs(found - ideal).mean() < np.abs(plain - ideal).mean()


def test_averages_without_shots_are_refused():
    with pytest.raises(Fault, match="number of shots"):
        a_device().expectation(a_circuit(), OBSERVABLES, some_rows(), shots=None, seed=1)


def test_the_record_says_what_ran_where_and_what_it_cost():
    record = sample(a_device(), shots=200).record
    assert (record.backend, record.kind, record.device) == (
        "fake_manila",
        "noisy simulator",
        "fake_manila",
    )
    assert record.region == "eu-de"
    assert record.calibration_date == "2024-05-27T18:27:23+00:00"
    assert len(record.physical_qubits) == 3
    assert {q.qubit for q in record.calibration.qubits} == set(record.physical_qubits)
    assert record.calibration.pairs
    assert record.quantum_seconds == pytest.approx(3 * 200 * 0.00025)
    assert record.cost == pytest.approx(1.6 * 3 * 200 * 0.00025)
    assert record.currency == "EUR"
    assert len(record.job_ids) == 1
    assert record.two_qubit_gates >= 4
    assert record.run_seconds is not None


def test_a_dry_word_is_shown_before_anything_is_sent():
    said = []
    link = a_link(dispatching=lambda asked: said.append(asked.text()))
    sample(a_device(link=link), shots=1000)
    assert said == [
        "3 circuits, 3,000 shots, about 0.8 s on fake_manila: 1.20 EUR at the prices of "
        "2026-01-31"
    ]


def test_a_circuit_without_angles_runs_once_a_patient():
    circuit = a_circuit().assign_parameters([0.1, 0.2, 0.3])
    found = a_device().sample(circuit, np.zeros((2, 0)), shots=50, seed=1)
    assert len(found.counts) == 2


# --- what is not sent ----------------------------------------------------------------------


class Untouched(Slow):
    """A provider that must not be asked for anything."""

    def sample(self, pubs, *, shots, seed, tag):
        raise AssertionError("something was sent")


UNTOUCHED = Untouched(device=DEVICE, is_local=True, status="")


def test_over_the_budget_nothing_is_sent():
    link = a_link(UNTOUCHED, spent=lambda: 99.0)
    with pytest.raises(OverBudget, match="nothing was sent") as refused:
        sample(a_device(link=link), shots=1000)
    assert isinstance(refused.value, BudgetExceeded)
    assert (refused.value.observed, refused.value.limit) == (101, 100)


def test_a_budget_may_be_spent_to_the_last_cent():
    asked = estimate(1, 10, 100, price=price(per_shot=0.1, per_second=0), repetition_seconds=1)
    assert asked.amount == pytest.approx(100)
    check_budget(asked, Budget(amount=100, currency="EUR"), spent=0.0)
    for spent in (0.01, np.nan):
        with pytest.raises(BudgetExceeded):
            check_budget(asked, Budget(amount=100, currency="EUR"), spent=spent)


def test_a_price_in_another_currency_than_the_budget_is_refused():
    asked = estimate(1, 1, 1, price=price(currency="USD"), repetition_seconds=1)
    with pytest.raises(BackendError, match="EUR"):
        check_budget(asked, Budget(amount=100, currency="EUR"), spent=0.0)


def test_the_three_parts_of_a_price_add_up():
    asked = estimate(
        2,
        5,
        100,
        price=price(per_task=0.3, per_shot=0.01, per_second=2.0),
        repetition_seconds=0.001,
    )
    assert asked.quantum_seconds == pytest.approx(1.0)
    assert asked.amount == pytest.approx(10 * 0.3 + 1000 * 0.01 + 1.0 * 2.0)


@pytest.mark.parametrize(
    ("region", "allowed"), [("us-east", ("eu-de",)), ("eu-fr", ("eu-de", "eu-fr"))]
)
def test_a_region_that_the_protocol_does_not_name_is_refused(region, allowed):
    with pytest.raises(RegionNotAllowed, match=region):
        sample(a_device(link=a_link(UNTOUCHED, region=region), allowed_regions=allowed))


def test_a_promised_region_that_is_not_allowed_is_refused():
    link = a_link(UNTOUCHED, region="us-east")
    with pytest.raises(RegionNotAllowed):
        sample(a_device(link=link, region="us-east"))


def test_a_calibration_older_than_promised_is_refused():
    """Readout and gates of the snapshot were measured 11 hours before its last update."""
    link = a_link(UNTOUCHED, at=FRESH + timedelta(hours=24))
    with pytest.raises(CalibrationTooOld) as refused:
        sample(a_device(link=link))
    assert isinstance(refused.value, NotAllowed)
    assert (refused.value.observed, refused.value.limit) == (38, 24)


def test_a_device_calibrated_just_now_does_not_hide_an_old_readout():
    """fake_torino at the instant of its last update: its readout is of 18 hours before."""
    device = snapshot("fake_torino")
    way = Untouched(device=device, is_local=True, status="")
    promised = a_plan(device="fake_torino", oldest_calibration_hours=12)
    found = backend(promised, seed=3, link=a_link(way, at=calibrated_at(device)))
    with pytest.raises(CalibrationTooOld):
        sample(found)


def test_another_device_than_the_promised_one_is_refused():
    plan = a_plan()
    other = replace(a_device(), link=a_link(UNTOUCHED))
    terms = plan.hardware.model_copy(update={"device": "fake_torino"})
    with pytest.raises(DeviceNotAllowed, match="fake_torino"):
        sample(replace(other, terms=terms))


def test_a_circuit_wider_than_the_device_is_refused():
    with pytest.raises(CircuitError, match="6 qubits"):
        a_device().sample(a_circuit(6), some_rows(1, 6), shots=10, seed=1)


# --- what goes wrong once it is sent -------------------------------------------------------


@pytest.mark.parametrize(
    "error", [ConnectionError("reset"), QiskitError("503"), TimeoutError()]
)
def test_a_job_that_cannot_be_sent_is_lost(error):
    way = Unreachable(device=DEVICE, is_local=True, failures=[error])
    with pytest.raises(JobLost, match=type(error).__name__):
        sample(a_device(way))


@pytest.mark.parametrize("error", [QiskitError("job failed"), None])
def test_a_job_that_fails_or_answers_nothing_is_lost(error):
    way = Losing(device=DEVICE, is_local=True, error=error)
    with pytest.raises(JobLost) as refused:
        sample(a_device(way))
    assert isinstance(refused.value, Unavailable)


def test_a_job_that_does_not_begin_in_time_is_cancelled():
    way, time = Slow(device=DEVICE, is_local=True, status="QUEUED"), Time()
    with pytest.raises(QueueTooLong) as refused:
        sample(a_device(way, time, patience=patience(queue_seconds=30)))
    assert (refused.value.observed, refused.value.limit) == (31, 30)
    assert way.cancelled.is_set()


def test_a_job_that_does_not_end_in_time_is_cancelled():
    way, time = Slow(device=DEVICE, is_local=True, status="RUNNING"), Time()
    with pytest.raises(TimedOut) as refused:
        sample(a_device(way, time, patience=patience(run_seconds=20)))
    assert (refused.value.observed, refused.value.limit) == (21, 20)
    assert way.cancelled.is_set()


def test_time_in_the_queue_is_told_from_time_on_the_device():
    way, time = Slow(device=DEVICE, is_local=True, status="QUEUED", times=5), Time()
    record = sample(a_device(way, time)).record
    assert record.queue_seconds == 5
