"""The door of the silent stage and the suite for its batches, written apart, judge alike."""

from datetime import UTC, datetime

import pytest

from probatum.capture.admission import judge
from probatum.cohort.quality import batch_failures
from tests.cohort.building import PROTOCOL, SUITES, a_batch, with_cell, with_column

AFTERWARDS = datetime(2010, 1, 1, tzinfo=UTC)

BATCHES = {
    "sound": lambda t: t,
    "a column is missing": lambda t: t.drop(columns="age"),
    "a column is unknown": lambda t: with_column(t, "shoe", "39"),
    "an outcome came along": lambda t: with_column(t, "days", "4"),
    "nobody is in it": lambda t: t.iloc[:0],
    "text where a number belongs": lambda t: with_cell(t, "gait_speed", "fast"),
    "a fraction of a year": lambda t: with_cell(t, "age", "71.5"),
    "a required cell is empty": lambda t: with_cell(t, "sex", ""),
    "a number out of range": lambda t: with_cell(t, "gait_speed", "31"),
    "an unknown category": lambda t: with_cell(t, "sex", "X"),
    "an exact age over 90": lambda t: with_cell(t, "age", "93"),
    "an id given twice": lambda t: with_cell(t, "person", t.loc[5, "person"]),
    "a name for an id": lambda t: with_cell(t, "person", "Mary Lee"),
    "a period of the past": lambda t: t.assign(visit_year="2003"),
    "an empty column with a fallback": lambda t: t.assign(vitamin_d=""),
}


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_kept_out_exactly_when_a_blocking_rule_is_broken(name):
    batch = BATCHES[name](a_batch())
    reasons = judge(batch, PROTOCOL, admitted=(), at=AFTERWARDS)
    failures = batch_failures(batch, PROTOCOL, SUITES["batch"])
    assert bool(reasons) == any(failure.severity == "blocking" for failure in failures)
