"""Every interval and every test offered was put to a population whose truth is known."""

import importlib
import inspect
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest

from benchmarks.coverage.offered import NOTHING_TO_COVER, STANDS_FOR, TESTED_ELSEWHERE
from benchmarks.coverage.page import told_of
from benchmarks.coverage.row import EXACT, SIZES, Row, conservative, since
from benchmarks.coverage.rows import rows
from benchmarks.coverage.simulation import Cell
from probatum.analysis.catalogue import SUBJECTS, estimators
from probatum.analysis.estimate import Estimate
from probatum.errors import NotEstimable

PAGE = Path(__file__).parents[1] / "docs/coverage.md"
TELLING = {"lower", "upper", "p_value", "adjusted_p_value"}


@cache
def with_a_row():
    return {row.statistic for row in rows().values()}


def offered():
    return {name for name, one in estimators().items() if one.subject != "sample_size"}


def test_every_statistic_has_a_row_or_a_reason_for_none():
    assert offered() - with_a_row() == {*STANDS_FOR, *NOTHING_TO_COVER}


def test_every_row_is_of_something_that_is_offered():
    modules = [importlib.import_module(f"probatum.analysis.{one}") for one in SUBJECTS]
    words = {word.replace("_", "-") for module in modules for word in module.__all__}
    assert with_a_row() <= words


def test_what_stands_for_another_has_a_row_itself_or_stands_for_one_that_has():
    for other, _ in STANDS_FOR.values():
        assert {other, STANDS_FOR.get(other, ("", ""))[0]} & with_a_row(), other


def tells(kind, seen=()):
    """Whether a result holds an interval or a p-value anywhere."""
    if kind is Estimate:
        return True
    if is_dataclass(kind) and kind not in seen:
        hints = get_type_hints(kind)
        if {field.name for field in fields(kind)} & TELLING:
            return True
        return any(tells(hints[field.name], (*seen, kind)) for field in fields(kind))
    return any(tells(part, seen) for part in get_args(kind))


def test_what_is_said_to_have_no_interval_has_none():
    for name in NOTHING_TO_COVER:
        returned = get_type_hints(inspect.unwrap(estimators()[name].call))["return"]
        assert not tells(returned), name


@pytest.mark.parametrize(
    "module", ["sample_size", "monitoring"], ids=["sample sizes", "control charts"]
)
def test_plans_have_no_interval(module):
    for one in estimators().values():
        if one.subject == module:
            assert not tells(get_type_hints(one.call)["return"]), one.name


@cache
def lines():
    text = PAGE.read_text(encoding="utf-8")
    intervals, tests = text.split("\n## Tests")
    return {"interval": table(intervals), "test": table(tests)}


def table(text):
    cut = [line.strip("| ").split(" | ") for line in text.splitlines() if line[:2] == "| "]
    return {line[0]: line for line in cut}


@pytest.mark.parametrize("key", sorted(rows()))
def test_the_page_has_a_number_of_every_row_at_every_size(key):
    row = rows()[key]
    found = lines()[row.kind][row.name]
    first = 2 if row.kind == "interval" else 3
    told = dict(zip(SIZES, found[first : first + 3], strict=True))
    assert found[first - 1] == row.promise.words
    assert found[first + 4] == f"{row.rounds:,}"
    assert {n for n in SIZES if told[n].strip()} == set(row.sizes)


def test_the_page_has_no_row_that_is_gone():
    wanted = {row.name for row in rows().values()} | set(STANDS_FOR)
    listed = set(lines()["interval"]) | set(lines()["test"])
    assert listed - {"interval", "test", "statistic"} == wanted


def a_row(kind, promise, nominal):
    return Row(
        name="a", kind=kind, draw=None, says=None, nominal=nominal, promise=promise, rounds=1000
    )


@pytest.mark.parametrize(
    ("row", "n", "yes", "told"),
    [
        (a_row("interval", since(50), 95), 20, 940, "94.0"),
        (a_row("interval", since(50), 95), 20, 929, "**92.9**"),
        (a_row("interval", conservative("wide"), 95), 20, 1000, "**100.0**"),
        (a_row("interval", conservative("wide"), 95), 20, 934, "**93.4**"),
        (a_row("test", since(50), 5), 200, 39, "**3.9**"),
        (a_row("test", conservative("discrete"), 5), 200, 3, "0.3"),
        (a_row("test", conservative("discrete"), 5), 200, 66, "**6.6**"),
        (a_row("test", EXACT, 2.5), 20, 31, "**3.1**"),
    ],
)
def test_a_cell_that_is_off_is_bold(row, n, yes, told):
    assert told_of(row, n, Cell(yes=yes, asked=1000, drawn=1000)) == told


def test_the_share_of_refusals_stands_beside_a_cell():
    row = a_row("interval", since(50), 95)
    assert told_of(row, 20, Cell(yes=760, asked=800, drawn=1000)) == "95.0 (20)"
    assert told_of(row, 20, Cell(yes=50, asked=50, drawn=1000)) == "- (95)"


QUICK = sorted(key for key, row in rows().items() if row.rounds > 500)
"""Rows that do not draw each sample again hundreds of times."""


@pytest.mark.parametrize("key", QUICK)
def test_a_row_answers(key):
    row = rows()[key]
    rng = np.random.default_rng(1)
    answers = [answer(row.says, row.draw(row.sizes[-1], rng)) for _ in range(5)]
    assert {type(one) for one in answers if one is not None} == {bool}


@pytest.mark.parametrize("key", [key for key in QUICK if rows()[key].gives])
def test_a_p_value_beside_an_interval_has_a_row_of_its_own(key):
    row = rows()[key]
    found = answer(row.gives, row.draw(200, np.random.default_rng(1)))
    tested = {one.statistic for one in rows().values() if one.kind == "test"}
    if getattr(found, "p_value", None) is not None:
        assert TESTED_ELSEWHERE.get(row.statistic, row.statistic) in tested


def answer(ask, drawn):
    try:
        return ask(*drawn)
    except NotEstimable:
        return None
