"""What a data manager is told about a file that was set aside: what failed, and what to do."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from probatum.ledger.chain import Entry
from probatum.ledger.events import written

_ADVICE = {
    "readable": "Export the table again as CSV: plain UTF-8, commas, one header.",
    "schema": "Export the columns of the protocol and no others, each cell in its form.",
    "cells": "Correct the cell in the source system.",
    "ranges": "Check units and codes in the source system.",
    "unique_ids": "Hand over one row a person.",
    "leak_columns_absent": "Leave out what becomes known only after the prediction.",
    "deidentification": "Remove what identifies a person where the table is made.",
    "case-id-form": "Give each person a pseudonym: the study's prefix, a hyphen and 12 "
    "hexadecimal characters; keep the key where the patients are.",
    "ages_top_coded": "Write every age above the top code as the top code.",
    "missingness_by_period": "Find out why so much is missing; no handling is stated.",
    "case-id-admitted-before": "Leave out whoever was handed over before.",
    "not-one-period": "Hand over one period a file.",
    "not-a-silent-period": "Hand over periods of the silent stage only.",
    "period-not-begun": "Check the period; it has not begun.",
    "outcome-before-prediction": "Hand over outcomes of people with a sealed prediction only.",
    "outcome-not-mature": "Hand the same file over again when the outcomes have matured.",
    "outcome-differs-from-linked": "Have a correction of the outcome recorded in the ledger.",
    "followup_complete": "Give time and event for each case of the file.",
}


def report(entry: Entry) -> str:
    """The report, in Markdown, of a ``batch_quarantined`` entry; the same for the same entry.

    It names rules, counts, pseudonyms and lines, never a value nor the file's own name.
    """
    event, payload = entry.event, entry.event.payload
    lines = [
        f"# A file of {event.study} was set aside",
        "",
        "Nothing of it was used: nobody in it was predicted, no outcome of it was linked.",
        "",
        f"- File: `{payload['batch_sha256'][:16]}.csv`, beside this report",
        f"- SHA-256: `{payload['batch_sha256']}`",
        f"- Handed over as: {payload['name']}",
        f"- Period: {payload['period'] or 'not known'}",
        f"- Rows: {payload['rows']}",
        f"- Recorded: {written(event.at)}, ledger entry {entry.seq}",
        "",
        "## What failed",
        "",
        *_broken(payload["reasons"]),
        "",
        "## What to do",
        "",
        *_advice(payload["reasons"]),
        "- Correct the table where it was made, not here, and hand it over again: written",
        "  under a hidden name, then renamed. Patients of the same content stay set aside.",
    ]
    return "\n".join(lines) + "\n"


def _broken(reasons: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for reason in reasons:
        yield f"- **{reason['rule']}** ({reason['count']})"
        if named := list(reason["case_ids"]):
            more = reason["count"] - len(named)
            yield f"  in {', '.join(named)}" + (f" and {more} more" if more > 0 else "")


def _advice(reasons: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    rules = dict.fromkeys(reason["rule"].split(":")[0] for reason in reasons)
    yield from (f"- {_ADVICE[rule]}" for rule in rules if rule in _ADVICE)
