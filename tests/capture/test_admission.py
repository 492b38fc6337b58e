"""Who may enter the silent stage, and what is said of a batch that may not."""

import pytest

from probatum.capture.admission import Incident, incidents, ineligible, judge
from probatum.capture.calendar import begins, ends
from probatum.capture.judgement import Reason, file_name
from probatum.capture.rows import rows_of
from tests.capture.building import PROTOCOL, Row, as_csv, patients

FIRST = ("P-2004-000",)


def judged(rows: list[Row], admitted: tuple[str, ...] = ()) -> tuple[Reason, ...]:
    return judge(rows_of(as_csv(rows)), PROTOCOL, admitted=admitted, at=ends(2004))


def test_a_sound_batch_is_admitted() -> None:
    assert judged(patients()) == ()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"age": "91"}, "over-age-top-code:age"),
        ({"age": "104"}, "over-age-top-code:age"),
        ({"age": "54"}, "out-of-range:age"),
        ({"age": "70.5"}, "unreadable:age"),
        ({"sex": "X"}, "unreadable:sex"),
        ({"sex": ""}, "missing-beyond-limit:sex"),
        ({"gait_speed": "30"}, "out-of-range:gait_speed"),
        ({"gait_speed": "nan"}, "unreadable:gait_speed"),
        ({"visit_year": "1066"}, "out-of-range:visit_year"),
    ],
)
def test_one_broken_cell_keeps_the_batch_out_and_names_rule_and_case(
    change: dict[str, str], rule: str
) -> None:
    assert judged(patients(**change)) == (Reason(rule=rule, count=1, case_ids=FIRST),)


def test_a_reason_never_holds_the_value() -> None:
    reasons = judged(patients(age="101", gait_speed="77.25", sex="Q7"))
    said = str([reason.as_dict() for reason in reasons])
    assert len(reasons) == 3
    assert not any(value in said for value in ("101", "77.25", "Q7"))


@pytest.mark.parametrize(
    "name",
    ["Mary Smith", "smith", "", "mary.smith@example.org", "x" * 70 + "1", "José1", "a/1"],
)
def test_an_id_that_may_be_a_name_keeps_the_batch_out_and_is_not_repeated(name: str) -> None:
    assert judged(patients(person=name)) == (Reason(rule="case-id-form", count=1),)


def test_a_hexadecimal_pseudonym_that_happens_to_have_no_digit_is_a_pseudonym() -> None:
    assert judged(patients(person="flc-abcdefabcdef")) == ()


def test_a_case_that_stands_twice_in_a_batch_keeps_it_out() -> None:
    assert judged(patients(person="P-2004-007")) == (
        Reason(rule="case-id-repeated", count=2, case_ids=("P-2004-007",)),
    )


def test_a_case_admitted_in_an_earlier_batch_keeps_the_batch_out() -> None:
    assert judged(patients(), admitted=("P-2004-003", "P-1-1")) == (
        Reason(rule="case-id-admitted-before", count=1, case_ids=("P-2004-003",)),
    )


def test_a_column_known_only_later_keeps_the_batch_out() -> None:
    rows = [{**row, "fell": "1", "days": "3"} for row in patients()]
    assert [reason.rule for reason in judged(rows)] == ["leak:days", "leak:fell"]


def test_an_absent_column_is_named_and_a_strange_one_is_only_counted() -> None:
    rows = [{**row, "mary_smith": "1"} for row in patients()]
    for row in rows:
        del row["sex"]
    assert judged(rows) == (
        Reason(rule="column-absent:sex", count=1),
        Reason(rule="column-unknown", count=1),
    )


def test_a_batch_without_rows_is_kept_out() -> None:
    header = as_csv(patients()).splitlines(keepends=True)[0]
    reasons = judge(rows_of(header), PROTOCOL, admitted=(), at=ends(2004))
    assert reasons == (Reason(rule="no-rows", count=0),)


def test_a_batch_of_two_periods_is_kept_out() -> None:
    assert judged(patients(visit_year="2005")) == (Reason(rule="not-one-period", count=2),)


def test_patients_of_the_development_years_cannot_enter_the_silent_stage() -> None:
    assert judged(patients(2001)) == (Reason(rule="not-a-silent-period", count=20),)


def test_patients_of_a_year_that_has_not_begun_are_kept_out() -> None:
    rows = rows_of(as_csv(patients(2005)))
    early = judge(rows, PROTOCOL, admitted=(), at=ends(2003))
    assert early == (Reason(rule="period-not-begun", count=20),)
    assert judge(rows, PROTOCOL, admitted=(), at=begins(2005)) == ()


def test_more_missing_than_the_limit_is_an_incident_where_the_protocol_says_what_is_done() -> (
    None
):
    rows = [{**row, "vitamin_d": ""} if n < 9 else row for n, row in enumerate(patients())]
    assert judged(rows) == ()
    assert incidents(rows_of(as_csv(rows)), PROTOCOL) == (
        Incident(column="vitamin_d", observed=0.45, limit=0.4),
    )


def test_missing_exactly_at_the_limit_is_no_incident() -> None:
    rows = [{**row, "vitamin_d": ""} if n < 8 else row for n, row in enumerate(patients())]
    assert incidents(rows_of(as_csv(rows)), PROTOCOL) == ()


def test_an_ineligible_person_is_left_out_by_rule_and_does_not_keep_the_batch_out() -> None:
    rows = patients(age="57")
    rows[1]["gait_speed"] = ""
    assert judged(rows) == ()
    assert ineligible(rows_of(as_csv(rows)), PROTOCOL) == (
        Reason(rule="ineligible:adult-60", count=1, case_ids=FIRST),
        Reason(rule="ineligible:gait-measured", count=1, case_ids=("P-2004-001",)),
    )


def test_missingness_is_counted_among_the_eligible_only() -> None:
    rows = [
        {**row, "vitamin_d": "", "age": "57"} if n < 10 else row
        for n, row in enumerate(patients())
    ]
    assert incidents(rows_of(as_csv(rows)), PROTOCOL) == ()


@pytest.mark.parametrize("name", ["Mary Smith.csv", "../x.csv", "", "x\ud800", "x" * 200])
def test_a_file_name_of_an_unusual_form_is_not_written_down(name: str) -> None:
    assert file_name(name) == "unnamed"
