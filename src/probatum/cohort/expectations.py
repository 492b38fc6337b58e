"""Each rule of a protocol's quality section, as expectations Great Expectations can ask.

An expectation says in ``meta`` which rule it serves, and which reading of the table it looks
at: ``text`` (the cells as written), ``values`` (what could be read of them) or ``linked`` (the
follow-up laid beside the baseline). Its ``description`` is one sentence and its name: no other
expectation of the same suite has it.
"""

from collections.abc import Iterator
from typing import Any, Literal

from probatum.cohort.tables import NUMBER, WHOLE_NUMBER
from probatum.study.conduct import QualityRule
from probatum.study.population import Column
from probatum.study.protocol import Protocol

Json = dict[str, Any]
Reading = Literal["text", "values", "linked"]

BASELINE_IDS = "baseline_case_ids"
"""The parameter under which a suite is told the case ids of the baseline table."""


def columns_are(columns: tuple[Column, ...], rule: QualityRule) -> Json:
    """The table has these columns and no others, in any order."""
    names = [column.name for column in columns]
    return _expectation(
        rule,
        "text",
        f"the columns are {', '.join(names)} and no others",
        "expect_table_columns_to_match_set",
        column_set=names,
        exact_match=True,
    )


def schema(columns: tuple[Column, ...]) -> Iterator[Json]:
    """The right columns, at least one row, and cells of the form of their column."""
    yield columns_are(columns, "schema")
    yield _expectation(
        "schema",
        "text",
        "the table has a row",
        "expect_table_row_count_to_be_between",
        min_value=1,
    )
    yield from cell_forms(columns)


def cell_forms(columns: tuple[Column, ...]) -> Iterator[Json]:
    """Numbers are written as numbers, and what must be known is not empty."""
    forms = {"integer": ("a whole number", WHOLE_NUMBER), "number": ("a number", NUMBER)}
    for column in columns:
        if column.type in forms:
            words, form = forms[column.type]
            yield _expectation(
                "schema",
                "text",
                f"{column.name} is written as {words}",
                "expect_column_values_to_match_regex",
                column=column.name,
                regex=rf"^(?:{form})\Z",
            )
        if column.missing == 0:
            yield never_empty(column)


def never_empty(column: Column) -> Json:
    """The column is known for every row."""
    return _expectation(
        "schema",
        "text",
        f"{column.name} is not empty in any row",
        "expect_column_values_to_not_be_null",
        column=column.name,
    )


def followup_complete(protocol: Protocol) -> Iterator[Json]:
    """Every case of the baseline table has an outcome, and nobody else has one."""
    outcome, identifier = protocol.outcome, protocol.population.id_column
    for name in (outcome.time_column, outcome.event_column):
        yield _expectation(
            "followup_complete",
            "linked",
            f"{name} is known for every baseline case",
            "expect_column_values_to_not_be_null",
            column=name,
        )
    yield _expectation(
        "followup_complete",
        "text",
        f"{identifier} names a case of the baseline table",
        "expect_column_values_to_be_in_set",
        column=identifier,
        value_set={"$PARAMETER": BASELINE_IDS},
    )


def ranges(columns: tuple[Column, ...]) -> Iterator[Json]:
    """Numbers lie in the range, and categories are among those, that the protocol allows."""
    for column in columns:
        if column.allowed is not None:
            low, high = column.allowed
            unit = f" {column.unit}" if column.unit else ""
            yield _expectation(
                "ranges",
                "values",
                f"{column.name} lies between {low:g} and {high:g}{unit}",
                "expect_column_values_to_be_between",
                column=column.name,
                min_value=low,
                max_value=high,
            )
        if column.categories is not None:
            yield _expectation(
                "ranges",
                "text",
                f"{column.name} is one of {', '.join(column.categories)}",
                "expect_column_values_to_be_in_set",
                column=column.name,
                value_set=list(column.categories),
            )


def periods_allowed(name: str, periods: tuple[int, ...]) -> Json:
    """The table holds no period but these."""
    return _expectation(
        "ranges",
        "values",
        f"{name} is one of {', '.join(map(str, periods))}",
        "expect_column_values_to_be_in_set",
        column=name,
        value_set=list(periods),
    )


def unique_ids(protocol: Protocol) -> Json:
    """No case id stands in two rows."""
    name = protocol.population.id_column
    return _expectation(
        "unique_ids",
        "text",
        f"{name} names one row only",
        "expect_column_values_to_be_unique",
        column=name,
    )


def ages_top_coded(protocol: Protocol) -> Iterator[Json]:
    """No age above the top code is written out."""
    rule = protocol.deidentification
    if rule.age_column is not None:
        top = rule.age_top_code
        yield _expectation(
            "ages_top_coded",
            "values",
            f"{rule.age_column} is at most {top}, which stands for {top} and over",
            "expect_column_values_to_be_between",
            column=rule.age_column,
            max_value=top,
        )


def missing_at_most(column: Column) -> Json:
    """The column is empty in no larger share of the table than the protocol allows."""
    return _missing(column, "of the batch", {})


def missing_at_most_in(column: Column, period: int, time_column: str) -> Json:
    """The column is empty in no larger share of a period than the protocol allows."""
    condition = {
        "type": "comparison",
        "column": {"name": time_column},
        "operator": "==",
        "parameter": period,
    }
    return _missing(column, f"of {period}", {"row_condition": condition})


def _missing(column: Column, where: str, condition: Json) -> Json:
    return _expectation(
        "missingness_by_period",
        "values",
        f"{column.name} is empty in at most {100 * column.missing:g} % of the rows {where}",
        "expect_column_values_to_not_be_null",
        column=column.name,
        mostly=round(1 - column.missing, 12),
        **condition,
    )


def _expectation(
    rule: QualityRule, reads: Reading, description: str, kind: str, **kwargs: Any
) -> Json:
    return {
        "type": kind,
        "kwargs": kwargs,
        "meta": {"rule": rule, "reads": reads},
        "description": description,
    }
