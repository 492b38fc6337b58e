"""What became of a quality rule, and the three rules that no expectation library can ask.

A result holds counts, column names of the protocol and pseudonyms, never a value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from probatum.cohort.deidentification import findings, shown_ids
from probatum.cohort.k_anonymity import KAnonymity
from probatum.cohort.suites import Severity, severity_of
from probatum.cohort.validation import Outcome
from probatum.study.conduct import QualityRule
from probatum.study.population import Role
from probatum.study.protocol import Protocol

MOST_CASES = 20
"""Cases named under a rule; of the others only the number is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What became of one expectation under one rule of the protocol."""

    rule: QualityRule
    table: str
    severity: Severity
    passed: bool
    count: int
    """Rows that break it, or parts of the table; 0 if it holds."""
    expectation: str
    description: str
    case_ids: tuple[str, ...] = ()
    more: int = 0
    """Rows that break it beyond those named."""

    def as_dict(self) -> dict[str, Any]:
        """The result as plain JSON values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"case_ids": list(self.case_ids)}


def expectation_result(
    outcome: Outcome, table: str, ids: Sequence[str], protocol: Protocol
) -> RuleResult:
    """The result of an expectation; ``ids`` are what the rows it looked at may be called."""
    expectation = outcome.expectation
    rule = expectation["meta"]["rule"]
    rows = () if outcome.passed else outcome.rows
    return RuleResult(
        rule=rule,
        table=table,
        severity=_severity(rule, protocol),
        passed=outcome.passed,
        count=0 if outcome.passed else outcome.count,
        expectation=expectation["type"],
        description=expectation["description"],
        case_ids=tuple(ids[row] for row in rows[:MOST_CASES]),
        more=max(0, len(rows) - MOST_CASES),
    )


def leaks_absent(frame: pd.DataFrame, table: str, protocol: Protocol) -> Iterator[RuleResult]:
    """No column is one of those known only later, however its name is written."""
    if severity_of("leak_columns_absent", protocol) is None:
        return
    later = {_plain(column.name): column.name for column in protocol.columns_with(Role.LEAK)}
    found = sorted({later[_plain(str(n))] for n in frame.columns if _plain(str(n)) in later})
    yield _own(
        "leak_columns_absent",
        table,
        protocol,
        count=len(found),
        description="no column is known only after the prediction"
        + (f"; found {', '.join(found)}" if found else ""),
    )


def identifiers_absent(
    frame: pd.DataFrame, table: str, protocol: Protocol
) -> Iterator[RuleResult]:
    """None of the eighteen identifiers of HIPAA Safe Harbor shows in the table."""
    if severity_of("deidentification", protocol) is None:
        return
    found = findings(frame, protocol)
    rows = sorted({row for finding in found for row in finding.rows})
    ids = shown_ids(frame, protocol)
    yield _own(
        "deidentification",
        table,
        protocol,
        count=len(rows) or len(found),
        description="none of the eighteen identifiers of HIPAA Safe Harbor shows"
        + (f"; found {'; '.join(map(str, found))}" if found else ""),
        case_ids=tuple(ids[row] for row in rows[:MOST_CASES]),
        more=max(0, len(rows) - MOST_CASES),
    )


def k_anonymous(
    anonymity: KAnonymity | None, table: str, protocol: Protocol
) -> Iterator[RuleResult]:
    """People who share their quasi-identifiers with too few others are few enough.

    No case is named: whoever is rare is not pointed at.
    """
    if severity_of("k_anonymity", protocol) is None:
        return
    rule = protocol.deidentification
    names = ", ".join(anonymity.quasi_identifiers) if anonymity else "quasi-identifiers"
    is_met = anonymity is not None and anonymity.share <= rule.suppressed_share
    below = anonymity.people_below_k if anonymity else 1
    yield _own(
        "k_anonymity",
        table,
        protocol,
        count=0 if is_met else below,
        description=f"each combination of {names} is shared by at least {rule.k} people, but "
        f"for at most {100 * rule.suppressed_share:g} % of the people",
    )


def _own(
    rule: QualityRule,
    table: str,
    protocol: Protocol,
    *,
    count: int,
    description: str,
    case_ids: tuple[str, ...] = (),
    more: int = 0,
) -> RuleResult:
    return RuleResult(
        rule=rule,
        table=table,
        severity=_severity(rule, protocol),
        passed=count == 0,
        count=count,
        expectation=f"probatum: {rule}",
        description=description,
        case_ids=case_ids,
        more=more,
    )


def _severity(rule: QualityRule, protocol: Protocol) -> Severity:
    return "warning" if rule in protocol.quality.warning else "blocking"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
