"""Whether the data are what the protocol said they would be, rule by rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from probatum.cohort.deidentification import shown_ids
from probatum.cohort.eligibility import eligibility
from probatum.cohort.expectations import BASELINE_IDS
from probatum.cohort.k_anonymity import KAnonymity, k_anonymity
from probatum.cohort.rules import (
    RuleResult,
    expectation_result,
    identifiers_absent,
    k_anonymous,
    leaks_absent,
)
from probatum.cohort.suites import Suite
from probatum.cohort.tables import (
    as_text,
    baseline_columns,
    followup_columns,
    lenient,
    model_columns,
)
from probatum.cohort.validation import Outcome, outcomes
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Missingness:
    """How much of a column is empty in a period, and how much may be."""

    period: int
    column: str
    n: int
    missing: int
    limit: float
    over_limit: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, with the share that is missing; 0 in a period of nobody."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"share": self.missing / self.n if self.n else 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything asked of a cohort's tables, and the answers."""

    rules: tuple[RuleResult, ...]
    missingness: tuple[Missingness, ...]
    k_anonymity: KAnonymity | None
    """None where the table holds no quasi-identifier to count by."""

    @property
    def blocking_passed(self) -> bool:
        """Whether every rule that may stop the study holds."""
        return all(rule.passed for rule in self.rules if rule.severity == "blocking")


def assess(
    baseline: pd.DataFrame,
    followup: pd.DataFrame,
    protocol: Protocol,
    suites: Mapping[str, Suite],
) -> Assessment:
    """Ask every rule of the protocol of the tables of development and evaluation.

    Parameters
    ----------
    baseline, followup : DataFrame of text
        As `probatum.cohort.tables.read_text` gives them.
    suites : mapping
        The suites ``baseline``, ``followup`` and ``model_input``.
    """
    found = _baseline_outcomes(baseline, protocol, suites["baseline"])
    ids = shown_ids(baseline, protocol)
    anonymity = _anonymity(baseline, protocol)
    rules = (
        *(expectation_result(outcome, "baseline", ids, protocol) for outcome in found),
        *leaks_absent(baseline, "baseline", protocol),
        *identifiers_absent(baseline, "baseline", protocol),
        *k_anonymous(anonymity, "baseline", protocol),
        *_followup_results(baseline, followup, protocol, suites["followup"]),
        *identifiers_absent(followup, "followup", protocol),
        *_model_input_results(baseline, protocol, suites["model_input"]),
    )
    missingness = tuple(_missingness(found, protocol))
    return Assessment(rules=rules, missingness=missingness, k_anonymity=anonymity)


def batch_failures(
    frame: pd.DataFrame, protocol: Protocol, suite: Suite
) -> tuple[RuleResult, ...]:
    """What is wrong with an arriving batch: every expectation and rule that does not hold.

    Parameters
    ----------
    frame : DataFrame
        The batch, as text or typed.
    suite : mapping
        The suite ``batch``.
    """
    text = as_text(frame)
    ids = shown_ids(text, protocol)
    found = _baseline_outcomes(text, protocol, suite)
    results = (
        *(expectation_result(outcome, "batch", ids, protocol) for outcome in found),
        *leaks_absent(text, "batch", protocol),
        *identifiers_absent(text, "batch", protocol),
    )
    return tuple(result for result in results if not result.passed)


def followup_failures(
    frame: pd.DataFrame, protocol: Protocol, suite: Suite
) -> tuple[RuleResult, ...]:
    """What is wrong with arriving outcomes, whichever cases they are of.

    Each case of the file is asked for its outcome; whether the case is one that an outcome is
    expected of is for the record to say, not for the table.

    Parameters
    ----------
    frame : DataFrame
        The follow-up, as text or typed.
    suite : mapping
        The suite ``followup``.
    """
    text = as_text(frame)
    results = (
        *_followup_results(text, text, protocol, suite),
        *identifiers_absent(text, "followup", protocol),
    )
    return tuple(result for result in results if not result.passed)


def _baseline_outcomes(
    text: pd.DataFrame, protocol: Protocol, suite: Suite
) -> tuple[Outcome, ...]:
    values = lenient(text, baseline_columns(protocol))
    return outcomes(suite, {"text": _without_empty(text), "values": values}, {})


def _followup_results(
    baseline: pd.DataFrame, followup: pd.DataFrame, protocol: Protocol, suite: Suite
) -> Iterator[RuleResult]:
    name = protocol.population.id_column
    values = lenient(followup, followup_columns(protocol))
    known = list(baseline[name]) if name in baseline else []
    readings = {
        "text": _without_empty(followup),
        "values": values,
        "linked": _linked(known, values, name),
    }
    own, linked = shown_ids(followup, protocol), shown_ids(readings["linked"], protocol)
    for outcome in outcomes(suite, readings, {BASELINE_IDS: known}):
        ids = linked if outcome.expectation["meta"]["reads"] == "linked" else own
        yield expectation_result(outcome, "followup", ids, protocol)


def _model_input_results(
    baseline: pd.DataFrame, protocol: Protocol, suite: Suite
) -> Iterator[RuleResult]:
    columns = baseline_columns(protocol)
    values = lenient(baseline, columns)
    if len(values.columns) == len(columns):
        baseline = baseline[eligibility(values, protocol).is_eligible]
    names = [column.name for column in model_columns(protocol) if column.name in baseline]
    text = baseline[names].reset_index(drop=True)
    readings = {
        "text": _without_empty(text),
        "values": lenient(text, model_columns(protocol)),
    }
    ids = shown_ids(text, protocol)
    for outcome in outcomes(suite, readings, {}):
        yield expectation_result(outcome, "model_input", ids, protocol)


def _linked(known: list[str], followup: pd.DataFrame, name: str) -> pd.DataFrame:
    """The follow-up of each baseline case, in the baseline order; empty where there is none."""
    cases = pd.DataFrame({name: pd.Series(known, dtype=object)})
    if name not in followup:
        return cases
    return cases.merge(followup.drop_duplicates(name), on=name, how="left")


def _without_empty(text: pd.DataFrame) -> pd.DataFrame:
    return text.where(text != "", None)


def _anonymity(baseline: pd.DataFrame, protocol: Protocol) -> KAnonymity | None:
    values = lenient(baseline, baseline_columns(protocol))
    wanted = [column.name for column in protocol.columns if column.quasi_identifier]
    is_countable = bool(wanted) and set(wanted) <= set(values.columns)
    return k_anonymity(values, protocol) if is_countable else None


def _missingness(found: tuple[Outcome, ...], protocol: Protocol) -> Iterator[Missingness]:
    for outcome in found:
        asked = outcome.expectation
        if asked["meta"]["rule"] == "missingness_by_period":
            column = protocol.column(asked["kwargs"]["column"])
            yield Missingness(
                period=asked["kwargs"]["row_condition"]["parameter"],
                column=column.name,
                n=outcome.seen,
                missing=outcome.count,
                limit=column.missing,
                over_limit=not outcome.passed,
            )
