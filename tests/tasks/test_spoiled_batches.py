"""A spoiled batch is set aside whole, and nobody in it can be read of anywhere else."""

import logging
from pathlib import Path

import pytest

from probatum.capture.calendar import ends
from probatum.ledger.chain import Entry, verify
from probatum.ledger.events import Kind
from tasks.backend import seal
from tasks.inbox import due_now, receive
from tasks.ledger import entries
from tasks.places import Places, hand_over
from tests.capture.building import a_case, as_csv, patients
from tests.tasks.building import STUDY, a_study
from tests.tasks.spoiling import GENERATED

AT = ends(2004)
BATCHES = Path(__file__).parents[1] / "assets" / "batches"

RULES = {
    "truncated-line": "readable: the file, line 9 — expected 6 cells, got 4",
    "wrong-delimiter": "schema: the columns are",
    "byte-order-mark": "readable: the file — expected UTF-8 that begins with the header",
    "nul-bytes": "readable: the file — expected text, got NUL bytes",
    "utf-16": "readable: the file — expected text, got NUL bytes",
    "mixed-encodings": "readable: the file — expected a CSV table in UTF-8",
    "header-only": "schema: the table has a row",
    "empty-file": "readable: the file — expected a header",
    "blank-line-at-the-end": "readable: the file, line 10 — expected 6 cells, got 0",
    "column-named-twice": "readable: the file — expected a header that names each column once",
    "quote-never-closed": "readable: the file — expected a CSV table",
    "duplicate-ids": "unique_ids: person names one row only",
    "id-is-a-medical-record-number": "case-id-form",
    "id-is-a-medical-record-number-behind-a-prefix": "case-id-form",
    "id-is-a-telephone-number": "case-id-form",
    "id-is-an-e-mail-address": "case-id-form",
    "id-is-a-date": "case-id-form",
    "id-is-a-name": "case-id-form",
    "id-is-a-name-behind-which-stands-a-digest": "case-id-form",
    "id-is-any-number-with-letters": "case-id-form",
    "names-in-a-column-of-free-text": "deidentification: none of the eighteen",
    "name-for-the-name-of-a-column": "schema: the columns are",
    "age-over-the-top-code": "ages_top_coded: age is at most 90",
    "unit-switched-to-centimetres": "ranges: gait_speed lies between 0.1 and 3 m/s",
    "leak-column": "leak_columns_absent",
    "leak-column-in-other-letters": "leak_columns_absent",
    "missing-column": "schema: the columns are",
    "unknown-category": "ranges: sex is one of F, M",
    "required-cell-is-empty": "schema: sex is not empty in any row",
    "decimal-comma": "schema: gait_speed is written as a number",
    "formula-injection": "schema: vitamin_d is written as a number",
    "date-in-a-column-of-numbers": "deidentification: none of the eighteen",
    "period-of-another-year": "not-a-silent-period",
    "period-is-a-medical-record-number": "not-a-silent-period",
    "two-periods": "not-one-period",
    "ids-already-admitted": "case-id-admitted-before",
    "portable-document": "readable: the file — expected a CSV table in UTF-8",
    "words-for-missing-numbers": "schema: vitamin_d is written as a number",
    "ten-thousand-columns": "schema: the columns are",
    "line-of-ten-megabytes": "readable: the file — expected a CSV table in UTF-8",
    "zip-bomb": "readable: the file — expected text, got NUL bytes",
    "ten-thousand-people-of-one-id": "unique_ids: person names one row only",
    "gzipped": "readable: the file — expected text, got NUL bytes",
    "workbook": "readable: the file — expected text, got NUL bytes",
    "parquet-named-csv": "readable: the file — expected text, got NUL bytes",
    "json-document": "readable: the file — expected a header that names each column once",
    "web-page": "schema: the columns are",
    "tabs": "schema: the columns are",
    "cut-in-the-middle-of-a-line": "readable: the file, line 9 — expected 6 cells, got 2",
    "cut-in-the-middle-of-a-letter": "readable: the file — expected a CSV table in UTF-8",
    "header-again-in-the-middle": "schema: age is written as a whole number",
    "total-below": "schema: sex is not empty in any row",
    "comment-line": "readable: the file, line 5 — expected 6 cells, got 1",
    "same-file-twice-over": "unique_ids: person names one row only",
    "columns-without-their-header": "schema: the columns are",
    "header-with-a-zero-width-space": "schema: the columns are",
    "header-in-capitals": "schema: the columns are",
    "id-is-empty": "schema: person is not empty in any row",
    "id-with-a-space-behind": "case-id-form",
    "id-is-a-statement-of-a-database": "case-id-form",
    "id-is-a-path": "case-id-form",
    "id-is-written-from-right-to-left": "case-id-form",
    "id-of-a-hundred-thousand-letters": "case-id-form",
    "script-in-a-cell": "ranges: sex is one of F, M",
    "number-is-infinite": "schema: gait_speed is written as a number",
    "number-is-nan": "schema: gait_speed is written as a number",
    "number-is-too-large-to-hold": "ranges: vitamin_d lies between 1 and 200 nmol/L",
    "number-with-a-sign-too-many": "schema: gait_speed is written as a number",
    "number-in-other-digits": "schema: age is written as a whole number",
    "number-with-a-comma-for-thousands": "schema: vitamin_d is written as a number",
    "number-with-its-unit": "schema: gait_speed is written as a number",
    "number-below-zero": "ranges: gait_speed lies between 0.1 and 3 m/s",
    "age-with-a-fraction": "schema: age is written as a whole number",
    "age-is-a-year-of-birth": "ranges: age lies between 55 and 90 year",
    "years-of-birth-for-all": "ranges: age lies between 55 and 90 year",
    "two-columns-swapped": "ranges: gait_speed lies between 0.1 and 3 m/s",
    "word-for-missing-in-a-category": "ranges: sex is one of F, M",
    "category-with-a-space": "ranges: sex is one of F, M",
    "category-in-small-letters": "ranges: sex is one of F, M",
    "period-is-empty": "schema: visit_year is not empty in any row",
    "unit-switched-to-nanograms-per-litre": "ranges: vitamin_d lies between 1 and 200 nmol/L",
}

ACCEPTED = {"columns-reordered"}
"""The protocol asks for columns, not for their order."""

SECRETS = (
    "Mary", "mary", "Miller", "miller", "Okafor", "Frau", "00458812", "458812", "507-284",
    "example.org", "1931-05", "=cmd", "=1+1", "Unlisted", "1210.25", "690.25", "DROP TABLE",
    "etc/passwd", "<script", "1,210.25", "502 Bad",
)  # fmt: skip
"""What the spoiled batches hold and nobody may read anywhere else."""


def spoiled(defect: str) -> bytes:
    if defect in GENERATED:
        return GENERATED[defect]()
    return (BATCHES / f"{defect}.csv").read_bytes()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A batch of twenty is admitted; whatever comes next comes beside and before another."""
    places = a_study(tmp_path)
    places.inbox.mkdir(parents=True)
    hand_over("baseline-2004.csv", as_csv(patients()), places.inbox)
    receive.fn(STUDY, AT, tmp_path)
    behind = [{**row, "person": a_case(900 + n)} for n, row in enumerate(patients(n=5))]
    hand_over("z-good.csv", as_csv(behind), places.inbox)
    return places


def judge_and_seal(places: Places) -> list[Entry]:
    """Judge and predict what waits; give what the record says in addition."""
    before = len(entries(STUDY, places.root))
    receive.fn(STUDY, AT, places.root)
    assert seal.fn(STUDY, AT, places.root) >= 25
    verify(entries(STUDY, places.root))
    return list(entries(STUDY, places.root)[before:])


def kinds(found: list[Entry]) -> list[str]:
    return [entry.event.kind.value for entry in found]


def readable_elsewhere(places: Places) -> str:
    """Every byte that was written, but for the originals of what arrived."""
    originals = {*places.quarantine.glob("*.csv"), *places.admitted.glob("*.csv")}
    files = [f for f in sorted(places.live.rglob("*")) if f.is_file() and f not in originals]
    names = "\n".join(f.name for f in places.live.rglob("*") if f.parent != places.inbox)
    return names + "".join(f.read_bytes().decode("latin-1") for f in files)


def test_every_spoiled_batch_is_tried() -> None:
    on_disk = {file.stem for file in BATCHES.glob("*.csv")}
    assert on_disk | set(GENERATED) == set(RULES) | ACCEPTED
    assert len(RULES) >= 60


def test_every_secret_stands_in_some_spoiled_batch() -> None:
    everything = b"".join(map(spoiled, RULES)).decode("latin-1")
    assert [secret for secret in SECRETS if secret not in everything] == []


@pytest.mark.parametrize("defect", RULES)
def test_a_spoiled_batch_is_set_aside_and_the_good_one_behind_it_is_admitted(
    defect: str,
    places: Places,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    content = spoiled(defect)
    hand_over(f"{defect}.csv", content, places.inbox)
    found = judge_and_seal(places)

    (kept_out,) = [e.event for e in found if e.event.kind is Kind.BATCH_QUARANTINED]
    rules = [reason["rule"] for reason in kept_out.payload["reasons"]]
    assert any(rule.startswith(RULES[defect]) for rule in rules), rules
    assert kinds(found).count("batch_admitted") == 1
    assert kinds(found).count("prediction_sealed") == 25

    (original,) = places.quarantine.glob("*.csv")
    assert original.read_bytes() == content
    report = original.with_suffix(".md").read_text(encoding="utf-8")
    assert all(rule in report for rule in rules)
    assert "## What to do" in report
    assert list(places.inbox.iterdir()) == []

    said = readable_elsewhere(places) + caplog.text + "".join(capfd.readouterr())
    assert [secret for secret in SECRETS if secret in said] == []


def test_columns_in_another_order_are_admitted_and_give_the_same_predictions(
    places: Places, tmp_path: Path
) -> None:
    hand_over("a.csv", spoiled("columns-reordered"), places.inbox)
    turned = {
        e.event.payload["case_id"]: e.event.payload["risk"]
        for e in judge_and_seal(places)
        if e.event.kind is Kind.PREDICTION_SEALED
    }
    header, *lines = spoiled("columns-reordered").decode().splitlines()
    straight = [",".join(line.split(",")[::-1]) for line in (header, *lines)]
    other = a_study(tmp_path / "other")
    other.inbox.mkdir(parents=True)
    hand_over("a.csv", ("\n".join(straight) + "\n").encode(), other.inbox)
    receive.fn(STUDY, AT, other.root)
    assert seal.fn(STUDY, AT, other.root) == 8
    for entry in entries(STUDY, other.root):
        if entry.event.kind is Kind.PREDICTION_SEALED:
            assert turned[entry.event.payload["case_id"]] == entry.event.payload["risk"]


def test_a_batch_judged_and_not_put_away_is_put_away_by_the_next_run(places: Places) -> None:
    """A kill after the ledger event and before the move leaves the file in the inbox."""
    content = spoiled("age-over-the-top-code")
    hand_over("a.csv", content, places.inbox)
    receive.fn(STUDY, AT, places.root)
    before = {file.name: file.read_bytes() for file in places.quarantine.iterdir()}
    length = len(entries(STUDY, places.root))
    for file in places.quarantine.iterdir():
        file.unlink()
    hand_over("a.csv", content, places.inbox)
    receive.fn(STUDY, AT, places.root)
    assert {file.name: file.read_bytes() for file in places.quarantine.iterdir()} == before
    assert len(entries(STUDY, places.root)) == length


def test_the_report_tells_a_data_manager_what_where_and_what_to_do(places: Places) -> None:
    hand_over("a.csv", spoiled("id-is-a-medical-record-number"), places.inbox)
    receive.fn(STUDY, AT, places.root)
    (report,) = places.quarantine.glob("*.md")
    text = report.read_text(encoding="utf-8")
    assert "- **case-id-form** (1)\n  in line 5\n" in text
    assert "Give each person a pseudonym" in text
    assert "hand it over again" in text


def test_what_waits_under_a_name_of_its_own_is_not_named_when_asked_what_is_due(
    places: Places,
) -> None:
    hand_over("Mary Miller 00458812.csv", spoiled("id-is-a-name"), places.inbox)
    assert "Mary" not in str(due_now(STUDY, AT, places.root))
