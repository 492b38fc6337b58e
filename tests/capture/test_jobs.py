"""From the events of a study's jobs alone follow what is waited for and what was spent."""

from dataclasses import replace

import pytest

from probatum.capture.jobs import (
    announced,
    answered,
    dispatched,
    dispatches_of,
    ended_by,
    lost,
    spent_on_jobs,
)
from probatum.capture.standing import Batch
from probatum.errors import BackendError
from probatum.ledger.canonical import sha256
from probatum.quantum.backends.costs import estimate
from probatum.quantum.backends.dispatch import Asked
from probatum.quantum.backends.faults import JobLost, NotReached
from probatum.quantum.backends.transport import Metered
from tests.capture.building import ARecord, hand
from tests.quantum.backends.building import price

PROTOCOL_SHA256 = sha256(b"a made-up protocol")
SENT = sha256(b"what was sent")
BATCH = Batch(
    sha256=sha256(b"a batch"),
    name="baseline-2004.csv",
    period=2004,
    case_ids=("p-2004-000000000000",),
    ineligible=frozenset(),
)


def asked(**changes) -> Asked:
    """Ten patients at 100 shots of a millisecond: one second, for 1.60."""
    given = {
        "backend": "fake_manila",
        "circuits_sha256": sha256(b"circuits"),
        "rows_sha256": sha256(b"rows"),
        "shots": 100,
        "seed": 1,
        "optimization_level": 1,
        "transpiler_seed": 2,
        "mitigation": "none",
        "estimate": estimate(1, 10, 100, price=price(), repetition_seconds=0.001),
    }
    return Asked(**{**given, **changes})


def chain(*events):
    return ARecord(*events).entries


@pytest.fixture
def first():
    return announced(asked(), BATCH, PROTOCOL_SHA256, 0, hand())


def job(*events):
    [found] = dispatches_of(chain(*events))
    return found


def test_a_job_that_was_announced_is_waited_for_and_counts_with_its_estimate(first):
    assert job(first).is_waiting
    assert job(first).job_id is None
    assert spent_on_jobs(chain(first), "EUR") == pytest.approx(1.6)


def test_what_was_charged_takes_the_place_of_the_estimate(first):
    taken = dispatched(job(first), "job-1", SENT, hand())
    over = answered(job(first, taken), Metered(quantum_seconds=2.5), 4.0, hand())
    assert spent_on_jobs(chain(first, taken, over), "EUR") == 4.0
    assert not job(first, taken, over).is_waiting


def test_a_job_that_was_lost_stays_with_its_estimate(first):
    gone = lost(job(first), JobLost("job"), hand())
    assert job(first, gone).is_lost
    assert spent_on_jobs(chain(first, gone), "EUR") == pytest.approx(1.6)


def test_the_same_question_is_the_same_event_and_another_is_another(first):
    again = announced(asked(), BATCH, PROTOCOL_SHA256, 0, hand())
    assert again.id == first.id
    assert again.says_the_same_as(first)
    others = [
        announced(asked(**change), BATCH, PROTOCOL_SHA256, 0, hand())
        for change in (
            {"backend": "fake_torino"},
            {"circuits_sha256": SENT},
            {"rows_sha256": SENT},
            {"shots": 101},
            {"seed": 9},
            {"transpiler_seed": 9},
            {"optimization_level": 3},
            {"mitigation": "readout"},
        )
    ]
    others += [
        announced(asked(), BATCH, SENT, 0, hand()),
        announced(asked(), BATCH, PROTOCOL_SHA256, 1, hand()),
        announced(asked(), replace(BATCH, sha256=SENT), PROTOCOL_SHA256, 0, hand()),
    ]
    assert len({first.id, *(event.id for event in others)}) == len(others) + 1


def test_a_fault_ends_its_own_job_and_giving_the_batch_up_ends_all_that_wait(first):
    other = announced(asked(seed=9), BATCH, PROTOCOL_SHA256, 0, hand())
    entries, fault = chain(first, other), JobLost("job")
    fault.tag = first.id
    mine = ended_by(fault, BATCH, entries, for_good=False)
    assert [one.tag for one in mine] == [first.id]
    away = NotReached("provider")
    assert ended_by(away, BATCH, entries, for_good=False) == ()
    both = ended_by(away, BATCH, entries, for_good=True)
    assert [one.tag for one in both] == [first.id, other.id]


def test_jobs_paid_in_another_currency_are_refused_and_not_added(first):
    with pytest.raises(BackendError, match="USD"):
        spent_on_jobs(chain(first), "USD")
