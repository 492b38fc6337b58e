"""A dead backend is tried as often as promised, then left alone, then tried once more."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import BackendError, Unavailable
from probatum.quantum.backends.breaker import Breaker
from probatum.quantum.backends.faults import BudgetExceeded, Fault, JobLost, NotCalled
from probatum.quantum.backends.retry import GivenUp, Succeeded, tried
from tests.quantum.backends.building import (
    DEVICE,
    Time,
    Unreachable,
    a_circuit,
    a_device,
    some_rows,
)
from tests.quantum.backends.building import patience as patience_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Calls:
    """Something that fails so often before it answers."""

    def __init__(self, *errors: BackendError) -> None:
        self.errors, self.made = list(errors), 0

    def __call__(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "counts"


def attempt(run, time, breaker=None, told=None, **changes):
    patience = patience_of(**changes)
    return tried(
        run,
        patience=patience,
        breaker=breaker or Breaker.of(patience),
        now=time.now,
        wait=time.wait,
        again=(told if told is not None else []).append,
    )


def lost(n):
    return [JobLost("job") for _ in range(n)]


def test_a_run_that_fails_twice_is_tried_a_third_time_after_waits_that_double():
    time, told, run = Time(), [], Calls(*lost(2))
    found = attempt(run, time, told=told)
    assert isinstance(found, Succeeded)
    assert (found.answer, run.made, time.waits) == ("counts", 3, [10, 20])
    assert [fault.what for fault in told] == [JobLost.what] * 2
    assert found.breaker.failures == 0


def test_a_run_is_given_up_after_the_tries_promised():
    time, told, run = Time(), [], Calls(*lost(9))
    found = attempt(run, time, told=told)
    assert isinstance(found, GivenUp)
    assert (run.made, len(told), time.waits) == (3, 2, [10, 20])
    assert found.breaker.state(time.now()) == "open"


def test_what_is_not_allowed_or_paid_is_not_asked_twice_and_not_held_against_the_backend():
    time, run = Time(), Calls(BudgetExceeded("cap", observed=2, limit=1))
    found = attempt(run, time)
    assert isinstance(found, GivenUp)
    assert (run.made, time.waits, found.breaker.failures) == (1, [], 0)


def test_a_refusal_without_a_name_is_given_one():
    found = attempt(Calls(BackendError("odd")), Time())
    assert isinstance(found, GivenUp)
    assert isinstance(found.fault, Fault)
    assert str(found.fault) == "odd"
    again = attempt(Calls(Unavailable("odd")), Time(), tries=1)
    assert isinstance(again, GivenUp)
    assert again.breaker.failures == 1


def test_an_open_breaker_costs_a_batch_neither_a_call_nor_a_wait():
    time, run = Time(), Calls()
    broken = Breaker(failures_to_open=1, open_seconds=60).after_failure(time.now())
    found = attempt(run, time, broken)
    assert isinstance(found, GivenUp)
    assert isinstance(found.fault, NotCalled)
    assert (run.made, time.waits) == (0, [])
    assert found.breaker == broken


def test_a_backend_that_was_not_called_did_not_fail_however_late_it_is_by_then():
    """The breaker is open when it is asked and half-open a moment later."""
    broken = Breaker(failures_to_open=1, open_seconds=60).after_failure(NOON)
    instants = iter([NOON + timedelta(seconds=59), *[NOON + timedelta(seconds=61)] * 9])
    found = tried(
        Calls(),
        patience=patience_of(tries=1),
        breaker=broken,
        now=lambda: next(instants),
        wait=lambda seconds: None,
        again=lambda fault: None,
    )
    assert isinstance(found, GivenUp)
    assert found.breaker == broken


def test_a_half_open_breaker_lets_one_trial_through():
    time = Time()
    broken = Breaker(failures_to_open=3, open_seconds=60)
    for _ in range(3):
        broken = broken.after_failure(time.now())
    time.wait(60)
    failed = attempt(run := Calls(*lost(9)), time, broken)
    assert (run.made, failed.breaker.state(time.now())) == (1, "open")
    time.wait(60)
    recovered = attempt(Calls(), time, failed.breaker)
    assert isinstance(recovered, Succeeded)
    assert recovered.breaker.state(time.now()) == "closed"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.booleans(), max_size=30), st.integers(1, 4))
def test_a_breaker_is_open_exactly_after_enough_failures_in_a_row(outcomes, limit):
    breaker, in_a_row = Breaker(failures_to_open=limit, open_seconds=10), 0
    for succeeds in outcomes:
        breaker = breaker.after_success() if succeeds else breaker.after_failure(NOON)
        in_a_row = 0 if succeeds else in_a_row + 1
        assert (breaker.state(NOON) == "open") == (in_a_row >= limit)
    later = breaker.state(NOON + timedelta(seconds=10))
    assert later == ("half-open" if in_a_row >= limit else "closed")
    if breaker.state(NOON) == "open":
        with pytest.raises(NotCalled):
            breaker.check(NOON)


def test_a_provider_that_comes_back_is_used():
    """A real run through IBM's client, whose network fails twice first."""
    time = Time()
    way = Unreachable(
        device=DEVICE, is_local=True, failures=[ConnectionError("a"), ConnectionError("b")]
    )
    device = a_device(way, time)

    def run():
        return device.sample(a_circuit(), some_rows(), shots=20, seed=1)

    found = attempt(run, time)
    assert isinstance(found, Succeeded)
    assert len(found.answer.counts) == 3


def test_a_question_that_is_never_answered_keeps_no_program_from_ending():
    program = (
        "from threading import Event\n"
        "from probatum.quantum.backends.deadline import asked, is_answered\n"
        "print(is_answered(asked(Event().wait), 0.01))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout == "False\n"
