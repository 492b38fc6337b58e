"""Who may enter the silent stage, and what is said of a batch that may not."""

import pytest

from probatum.capture.admission import Incident, Judgement, ineligible, judge, period_of
from probatum.capture.calendar import begins, ends
from probatum.capture.judgement import Reason, file_name
from probatum.cohort.suites import suites
from probatum.cohort.tables import text_of
from probatum.study.protocol import Protocol
from tests.capture.building import PROTOCOL, SUITES, Row, a_case, as_csv, patients

FIRST = (a_case(0),)
IN_TIME = ends(2004)


def judgement(
    rows: list[Row], admitted: tuple[str, ...] = (), protocol: Protocol = PROTOCOL
) -> Judgement:
    suite = suites(protocol)["batch"]
    table = text_of(as_csv(rows), "t")
    return judge(table, protocol, suite, admitted=admitted, at=IN_TIME)


def judged(rows: list[Row], admitted: tuple[str, ...] = ()) -> tuple[Reason, ...]:
    return judgement(rows, admitted).reasons


def quality(*blocking: str, warning: tuple[str, ...] = ()) -> Protocol:
    rules = PROTOCOL.quality.model_copy(update={"blocking": blocking, "warning": warning})
    return PROTOCOL.model_copy(update={"quality": rules})


def without_vitamin_d(n: int) -> list[Row]:
    return [{**row, "vitamin_d": ""} if i < n else row for i, row in enumerate(patients())]


def test_a_sound_batch_is_admitted_and_nothing_is_noted() -> None:
    assert judgement(patients()) == Judgement(reasons=(), incidents=())


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"age": "54"}, "ranges: age lies between 55 and 90 year"),
        ({"age": "70.5"}, "schema: age is written as a whole number"),
        ({"sex": "X"}, "ranges: sex is one of F, M"),
        ({"sex": ""}, "schema: sex is not empty in any row"),
        ({"gait_speed": "30"}, "ranges: gait_speed lies between 0.1 and 3 m/s"),
        ({"gait_speed": "nan"}, "schema: gait_speed is written as a number"),
        ({"gait_speed": "1e9999"}, "ranges: gait_speed lies between 0.1 and 3 m/s"),
    ],
)
def test_one_broken_cell_keeps_the_batch_out_and_names_rule_and_case(
    change: dict[str, str], rule: str
) -> None:
    assert Reason(rule=rule, count=1, case_ids=FIRST) in judged(patients(**change))


@pytest.mark.parametrize("age", ["91", "104"])
def test_an_age_above_the_top_code_is_named_as_one(age: str) -> None:
    rules = [reason.rule for reason in judged(patients(age=age))]
    assert "ages_top_coded: age is at most 90, which stands for 90 and over" in rules


def test_a_reason_never_holds_the_value() -> None:
    reasons = judged(patients(age="101", gait_speed="77.25", sex="Q7"))
    said = str([reason.as_dict() for reason in reasons])
    assert len(reasons) >= 3
    assert not any(value in said for value in ("101", "77.25", "Q7"))


@pytest.mark.parametrize(
    "name",
    [
        "Mary Smith", "smith", "", "mary.smith@example.org", "x" * 70 + "1", "José1", "a/1",
        "00123456", "MRN-0012345", "555-123-4567", "1931-05-17", "P-2004-003",
        "mary-smith-0123456789ab", "mrn-000000123456", "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_an_id_that_is_no_pseudonym_keeps_the_batch_out_and_is_not_repeated(name: str) -> None:
    reasons = judged(patients(person=name))
    assert Reason(rule="case-id-form", count=1, case_ids=("line 2",)) in reasons
    assert not name or name not in str(reasons)


def test_a_protocol_that_asks_for_no_deidentification_still_publishes_no_mrn() -> None:
    found = judgement(patients(person="00123456"), protocol=quality("schema"))
    assert found.reasons == (Reason(rule="case-id-form", count=1, case_ids=("line 2",)),)


def test_a_case_that_stands_twice_in_a_batch_keeps_it_out() -> None:
    assert judged(patients(person=a_case(7))) == (
        Reason(
            rule="unique_ids: person names one row only",
            count=2,
            case_ids=(a_case(7), a_case(7)),
        ),
    )


def test_a_case_admitted_in_an_earlier_batch_keeps_the_batch_out() -> None:
    assert judged(patients(), admitted=(a_case(3), "p-1-000000000001")) == (
        Reason(rule="case-id-admitted-before", count=1, case_ids=(a_case(3),)),
    )


def test_a_column_known_only_later_keeps_the_batch_out() -> None:
    rows = [{**row, "fell": "1", "days": "3"} for row in patients()]
    assert [reason.rule.split(":")[0] for reason in judged(rows)] == [
        "schema",
        "leak_columns_absent",
    ]


def test_an_absent_column_is_named_and_a_strange_one_is_only_counted() -> None:
    rows = [{**row, "mary_smith": "1"} for row in patients()]
    for row in rows:
        del row["sex"]
    (reason,) = judged(rows)
    assert reason.rule.endswith("; absent: sex; unknown: column 6")
    assert reason.count == 2


def test_of_very_many_strange_columns_the_first_are_placed_and_the_others_counted() -> None:
    rows = [{**row, **{f"x{n}": "" for n in range(40)}} for row in patients()]
    (reason,) = judged(rows)
    assert reason.rule.endswith("; unknown: column 7, 8, 9, 10, 11 and 35 more")


def test_a_batch_without_rows_is_kept_out() -> None:
    table = text_of(as_csv(patients()).splitlines(keepends=True)[0], "t")
    found = judge(table, PROTOCOL, SUITES["batch"], admitted=(), at=IN_TIME)
    assert found.reasons == (Reason(rule="schema: the table has a row", count=1),)


def test_a_batch_of_two_periods_is_kept_out() -> None:
    assert judged(patients(visit_year="2005")) == (Reason(rule="not-one-period", count=2),)


def test_patients_of_the_development_years_cannot_enter_the_silent_stage() -> None:
    reasons = judged(patients(2001))
    assert [reason.rule for reason in reasons] == [
        "ranges: visit_year is one of 2004, 2005",
        "not-a-silent-period",
    ]


def test_patients_of_a_year_that_has_not_begun_are_kept_out() -> None:
    table = text_of(as_csv(patients(2005)), "t")
    early, in_time = (
        judge(table, PROTOCOL, SUITES["batch"], admitted=(), at=at).reasons
        for at in (ends(2003), begins(2005))
    )
    assert early == (Reason(rule="period-not-begun", count=20),)
    assert in_time == ()


@pytest.mark.parametrize("period", ["00123456", "1066", "9" * 40, "x"])
def test_a_period_that_is_none_of_the_studys_is_not_written_down(period: str) -> None:
    rows = [{**row, "visit_year": period} for row in patients()]
    assert period_of(text_of(as_csv(rows), "t"), PROTOCOL) is None


def test_more_missing_than_the_limit_is_an_incident_where_the_protocol_says_what_is_done() -> (
    None
):
    found = judgement(without_vitamin_d(9))
    assert found.reasons == ()
    assert found.incidents == (Incident(column="vitamin_d", observed=0.45, limit=0.4),)


def test_missing_exactly_at_the_limit_is_no_incident() -> None:
    assert judgement(without_vitamin_d(8)).incidents == ()


def test_more_missing_than_the_limit_keeps_the_batch_out_where_no_handling_is_stated() -> None:
    fallback = PROTOCOL.model.fallback.model_copy(update={"without_columns": ("gait_speed",)})
    model = PROTOCOL.model.model_copy(update={"fallback": fallback})
    protocol = PROTOCOL.model_copy(update={"model": model})
    (reason,) = judgement(without_vitamin_d(9), protocol=protocol).reasons
    assert reason.rule.startswith("missingness_by_period: vitamin_d is empty in at most 40 %")


def test_a_rule_that_only_warns_keeps_the_batch_out_where_no_handling_is_stated() -> None:
    protocol = quality("schema", warning=("ranges",))
    (reason,) = judgement(patients(sex="X"), protocol=protocol).reasons
    assert reason.rule == "ranges: sex is one of F, M"


def test_a_cell_no_rule_was_asked_about_but_no_model_can_read_keeps_the_batch_out() -> None:
    (reason,) = judgement(patients(age="54"), protocol=quality("unique_ids")).reasons
    assert reason.rule.startswith("cells: the file, line 2, column age — expected a value from")


def test_an_ineligible_person_is_left_out_by_rule_and_does_not_keep_the_batch_out() -> None:
    rows = patients(age="57")
    rows[1]["age"] = "56"
    assert judged(rows) == ()
    assert ineligible(text_of(as_csv(rows), "t"), PROTOCOL) == (
        Reason(rule="ineligible:adult-60", count=2, case_ids=(a_case(0), a_case(1))),
    )


@pytest.mark.parametrize(
    "name", ["Mary Smith.csv", "../x.csv", "", "x\ud800", "smith-1950.csv", "00123456.csv"]
)
def test_a_file_name_that_may_name_someone_is_not_written_down(name: str) -> None:
    assert file_name(name) == "unnamed"
