"""Each quality rule holds for a sound cohort and breaks on a table spoilt for it."""

import json

import pytest

from probatum.cohort.quality import assess, batch_failures
from probatum.cohort.tables import baseline_columns, typed
from tests.cohort.building import (
    PROTOCOL,
    SUITES,
    a_baseline,
    a_batch,
    a_followup,
    with_cell,
    with_column,
)


def assessed(baseline=None, followup=None, protocol=PROTOCOL):
    baseline = a_baseline() if baseline is None else baseline
    followup = a_followup(a_baseline()) if followup is None else followup
    return assess(baseline, followup, protocol, SUITES)


def broken(assessment):
    return {(rule.table, rule.rule) for rule in assessment.rules if not rule.passed}


def test_a_sound_cohort_breaks_no_rule():
    found = assessed()
    assert broken(found) == set()
    assert found.blocking_passed
    asked = {rule.rule for rule in found.rules}
    assert asked == {*PROTOCOL.quality.blocking, *PROTOCOL.quality.warning}


SPOILT_BASELINES = {
    "a column is missing": (lambda t: t.drop(columns="gait_speed"), "schema"),
    "a column is unknown": (lambda t: with_column(t, "shoe", "39"), "schema"),
    "the table is empty": (lambda t: t.iloc[:0], "schema"),
    "text where a number belongs": (lambda t: with_cell(t, "gait_speed", "fast"), "schema"),
    "a fraction of a year": (lambda t: with_cell(t, "age", "71.5"), "schema"),
    "a required cell is empty": (lambda t: with_cell(t, "sex", ""), "schema"),
    "a number out of range": (lambda t: with_cell(t, "gait_speed", "31"), "ranges"),
    "an unknown category": (lambda t: with_cell(t, "sex", "X"), "ranges"),
    "a silent period among the early": (
        lambda t: with_cell(t, "visit_year", "2004"),
        "ranges",
    ),
    "an id given twice": (
        lambda t: with_cell(t, "person", t.loc[5, "person"]),
        "unique_ids",
    ),
    "a leak under its own name": (
        lambda t: with_column(t, "fell", "0"),
        "leak_columns_absent",
    ),
    "a leak in other letters": (
        lambda t: with_column(t, "F.E.L.L", "0"),
        "leak_columns_absent",
    ),
    "a name for an id": (
        lambda t: with_cell(t, "person", "Mary Miller"),
        "deidentification",
    ),
    "an e-mail address in a column of numbers": (
        lambda t: with_cell(t, "vitamin_d", "mary@example.org"),
        "deidentification",
    ),
    "a column named for telephones": (
        lambda t: with_column(t, "homePhone", ""),
        "deidentification",
    ),
    "an exact age over 90": (lambda t: with_cell(t, "age", "97"), "ages_top_coded"),
    "too many people like nobody else": (
        lambda t: t.assign(age=[str(60 + 10 * (n % 3)) for n in range(len(t))]).assign(
            sex=["M" if n == 0 else "F" for n in range(len(t))]
        ).iloc[:6],
        "k_anonymity",
    ),
}  # fmt: skip


@pytest.mark.parametrize("defect", SPOILT_BASELINES)
def test_a_spoilt_baseline_breaks_its_rule_and_blocks(defect):
    spoil, rule = SPOILT_BASELINES[defect]
    found = assessed(baseline=spoil(a_baseline()))
    assert ("baseline", rule) in broken(found)
    assert not found.blocking_passed


SPOILT_FOLLOWUPS = {
    "a case is not followed": (lambda t: t.drop(index=4), "followup_complete"),
    "an outcome is empty": (lambda t: with_cell(t, "fell", ""), "followup_complete"),
    "a stranger is followed": (
        lambda t: with_cell(t, "person", "small-ffffffffffff"),
        "followup_complete",
    ),
    "an impossible time": (lambda t: with_cell(t, "days", "-4"), "ranges"),
    "a case is followed twice": (
        lambda t: with_cell(t, "person", t.loc[8, "person"]),
        "unique_ids",
    ),
    "a date for a number of days": (
        lambda t: with_cell(t, "days", "2003-05-17"),
        "deidentification",
    ),
}  # fmt: skip


@pytest.mark.parametrize("defect", SPOILT_FOLLOWUPS)
def test_a_spoilt_followup_breaks_its_rule_and_blocks(defect):
    spoil, rule = SPOILT_FOLLOWUPS[defect]
    found = assessed(followup=spoil(a_followup(a_baseline())))
    assert ("followup", rule) in broken(found)
    assert not found.blocking_passed


def test_a_case_without_followup_is_named_by_its_pseudonym():
    found = assessed(followup=a_followup(a_baseline()).drop(index=4))
    [first, *_] = [r for r in found.rules if r.rule == "followup_complete" and not r.passed]
    assert first.case_ids == ("small-000000000004",)


def test_a_period_emptier_than_allowed_warns_and_does_not_block():
    table = a_baseline()
    table.loc[table.visit_year == "2003", "vitamin_d"] = ""
    found = assessed(baseline=table)
    assert broken(found) == {("baseline", "missingness_by_period")}
    assert found.blocking_passed
    [line] = [m for m in found.missingness if m.over_limit]
    assert (line.period, line.column, line.n, line.missing) == (2003, "vitamin_d", 28, 28)


def test_missing_cells_are_counted_in_each_period():
    lines = [m for m in assessed().missingness if m.column == "vitamin_d"]
    assert [(m.period, m.n, m.missing) for m in lines] == [
        (2001, 28, 4),
        (2002, 28, 4),
        (2003, 28, 4),
    ]
    assert lines[0].as_dict()["share"] == pytest.approx(4 / 28)


def test_twenty_cases_are_named_and_the_others_counted():
    found = assessed(baseline=a_baseline().assign(sex="X"))
    [rule] = [
        r for r in found.rules if r.table == "baseline" and "sex is one of" in r.description
    ]
    assert (rule.count, len(rule.case_ids), rule.more) == (84, 20, 64)


def test_a_rule_the_protocol_does_not_ask_for_is_not_asked():
    quality = PROTOCOL.quality.model_copy(update={"blocking": ("schema",), "warning": ()})
    protocol = PROTOCOL.model_copy(update={"quality": quality})
    from probatum.cohort.suites import suites

    found = assess(a_baseline(), a_followup(a_baseline()), protocol, suites(protocol))
    assert {rule.rule for rule in found.rules} == {"schema"}


def test_nothing_that_identifies_a_person_stands_in_a_result():
    planted = ["Mary Miller", "00123456", "mary@example.org", "97"]
    table = a_baseline()
    table.loc[0, "person"] = planted[0]
    table["notes"] = ["", planted[1], *[""] * (len(table) - 2)]
    table.loc[2, "vitamin_d"] = planted[2]
    table.loc[3, "age"] = planted[3]
    found = assessed(baseline=table.rename(columns={"gait_speed": "Jane Doe 1931"}))
    text = json.dumps([rule.as_dict() for rule in found.rules]) + repr(found)
    rules = {rule for _, rule in broken(found)}
    assert {"schema", "deidentification", "ages_top_coded"} <= rules
    for secret in (*planted, "Jane", "1931", "notes"):
        assert secret not in text


def test_a_sound_batch_has_no_failures():
    assert batch_failures(a_batch(), PROTOCOL, SUITES["batch"]) == ()


def test_a_typed_batch_is_judged_like_its_text():
    table = typed(a_batch(), baseline_columns(PROTOCOL), PROTOCOL, "batch")
    assert batch_failures(table, PROTOCOL, SUITES["batch"]) == ()


SPOILT_BATCHES = {
    "a column is missing": (lambda t: t.drop(columns="age"), "schema"),
    "a number out of range": (lambda t: with_cell(t, "gait_speed", "31"), "ranges"),
    "a period of the past": (lambda t: with_cell(t, "visit_year", "2003"), "ranges"),
    "an id given twice": (lambda t: with_cell(t, "person", t.loc[5, "person"]), "unique_ids"),
    "an outcome came along": (lambda t: with_column(t, "days", "4"), "leak_columns_absent"),
    "a name for an id": (lambda t: with_cell(t, "person", "Mary Lee"), "deidentification"),
    "an exact age over 90": (lambda t: with_cell(t, "age", "93"), "ages_top_coded"),
    "a column is empty": (lambda t: t.assign(vitamin_d=""), "missingness_by_period"),
}  # fmt: skip


@pytest.mark.parametrize("defect", SPOILT_BATCHES)
def test_a_spoilt_batch_fails_by_its_rule(defect):
    spoil, rule = SPOILT_BATCHES[defect]
    found = batch_failures(spoil(a_batch()), PROTOCOL, SUITES["batch"])
    assert rule in {result.rule for result in found}
    assert all(not result.passed and result.count > 0 for result in found)
