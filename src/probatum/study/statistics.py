"""A statistic by its name, as a protocol asks for it, and what a stage can give to it.

The names and what each takes stand in ``statistics.json``, written from the statistics
themselves by ``probatum study schema --write``, so that a protocol is checked before anything
is computed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from probatum.study.promise import Promise, Slug, Text

Stage = Literal["retrospective", "silent"]
Option = float | int | bool | str | tuple[float, ...]

ONE_MODEL: Final = ("outcome", "risk", "positive", "happened", "weight", "time", "event")
TWO_MODELS: Final = ("risk_a", "risk_b", "risk_old", "risk_new", "positive_a", "positive_b")
"""The index test is ``a`` and ``new``, the best comparator ``b`` and ``old``."""
GROUPS: Final = ("group", "group_a", "group_b", "group_c")
TWO_SAMPLES: Final = ("reference", "current")
SETTINGS: Final = (
    "confidence",
    "threshold",
    "thresholds",
    "horizon",
    "minimum_cell",
    "seed",
    "replicates",
)
"""Choices that the protocol makes elsewhere; an option may still make them otherwise."""
PRICES: Final = (
    "cost_test",
    "cost_action",
    "cost_missed",
    "cost_found",
    "days_action",
    "days_missed",
    "days_found",
)
WHOLE_TABLES: Final = ("drift-table", "classifier-test")
"""Statistics of two tables as they are; the others take a column of each."""
_KINDS: Final = {
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "str": "text",
    "numbers": "a list of numbers",
}
"""What a choice is, in words."""
DRAWN: Final = ("roc-curve", "calibration-curve", "precision-recall-curve")
"""Curves of hundreds of points; they are figures, and never asked for by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is known of a statistic without computing anything.

    Attributes
    ----------
    name, subject : str
    gives_estimate : bool
        One estimate, and not several, a curve or a table.
    columns : tuple of str
        What it wants of each patient.
    choices : mapping of name to type, or to the words allowed
    required : frozenset of str
        The columns and choices it cannot do without.
    """

    name: str
    subject: str
    gives_estimate: bool
    columns: tuple[str, ...]
    choices: Mapping[str, str | list[str]]
    required: frozenset[str]


@cache
def statistics() -> Mapping[str, Words]:
    """Every statistic by its name."""
    text = files("probatum.study").joinpath("statistics.json").read_text(encoding="utf-8")
    return {
        name: Words(
            name=name,
            subject=one["subject"],
            gives_estimate=one["gives_estimate"],
            columns=tuple(one["columns"]),
            choices=one["choices"],
            required=frozenset(one["required"]),
        )
        for name, one in json.loads(text).items()
    }


def statistic_named(name: str) -> Words | None:
    """The statistic of a name, before which its subject may stand; ``None`` if there is none.

    Examples
    --------
    >>> statistic_named("calibration_slope").name
    'slope'
    """
    asked = name.replace("_", "-")
    for one in statistics().values():
        if asked in (one.name, f"{one.subject.replace('_', '-')}-{one.name}"):
            return one
    return None


class Statistic(Promise):
    """One statistic that a stage reports, beside what every stage reports."""

    statistic: Slug
    stages: tuple[Stage, ...]
    by: tuple[Text, ...] = ()
    """Protected attributes whose groups are compared, for a statistic that asks for groups."""
    options: Mapping[str, Option] = {}
    """Choices of the statistic, by the names that ``probatum stat NAME --help`` lists."""
    reason: Text


class ColumnStatistic(Promise):
    """A statistic that sets each column of a period beside the reference."""

    statistic: Slug
    options: Mapping[str, Option] = {}
    reason: Text


class Prices(Promise):
    """What acting, testing, missing and finding cost: money of one currency, and bed-days."""

    source: Text
    currency: Text
    as_of: Text
    cost_test: float
    cost_action: float
    cost_missed: float
    cost_found: float
    days_action: float
    days_missed: float
    days_found: float


def faults(
    words: Words, options: Mapping[str, Any], given: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What keeps a statistic from being computed: its place, what was expected, what found."""
    missing = sorted(words.required - given - set(options))
    if set(missing) & {*GROUPS}:
        yield ("by",), "one attribute, or two or three that are crossed", f"no {missing[0]}"
    elif missing:
        yield (
            ("statistic",),
            "a statistic of what this stage has",
            f"{words.name!r}, which needs {', '.join(missing)}",
        )
    for name, value in options.items():
        kind = words.choices.get(name)
        if kind is None:
            known = ", ".join(words.choices) or "none"
            yield ("options", name), f"an option of {words.name} ({known})", repr(name)
        elif not _is_a(value, kind):
            told = f"one of {', '.join(kind)}" if isinstance(kind, list) else _KINDS[kind]
            yield ("options", name), told, repr(value)


def _is_a(value: Any, kind: str | list[str]) -> bool:
    if isinstance(kind, list):
        return value in kind
    if isinstance(value, bool):
        return kind == "bool"
    wanted: dict[str, tuple[type, ...]] = {
        "float": (float, int),
        "int": (int,),
        "str": (str,),
        "numbers": (tuple,),
    }
    return isinstance(value, wanted.get(kind, ()))
