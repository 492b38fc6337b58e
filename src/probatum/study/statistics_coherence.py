"""Whether every statistic that a protocol names can be computed where it names it."""

from collections.abc import Iterator, Mapping
from typing import Any

from probatum.study.contradiction import Contradiction, Place, Rules
from probatum.study.statistics import (
    DRAWN,
    GROUPS,
    ONE_MODEL,
    PRICES,
    SETTINGS,
    TWO_MODELS,
    TWO_SAMPLES,
    Words,
    faults,
    statistic_named,
)

RULES = Rules()


@RULES.reads("analysis", "protected_attributes")
def _stages_can_compute_what_is_named(
    analysis: Any, attributes: Any
) -> Iterator[Contradiction]:
    prices = PRICES if analysis.prices is not None else ()
    for index, one in enumerate(analysis.statistics):
        place: Place = ("analysis", "statistics", index)
        words = statistic_named(one.statistic)
        if words is None or words.name in DRAWN:
            yield _not_listed(place, one.statistic, words)
            continue
        yield from _groups_are_those(place, words, one.by, attributes)
        for stage in one.stages:
            yield from _faults(place, words, one.options, _given(stage, one.by, prices))


@RULES.reads("endpoints", "analysis", "protected_attributes")
def _endpoints_can_be_measured(
    endpoints: Any, analysis: Any, attributes: Any
) -> Iterator[Contradiction]:
    prices = PRICES if analysis.prices is not None else ()
    for index, endpoint in enumerate(endpoints):
        place: Place = ("endpoints", index)
        yield from _groups_are_those(place, endpoint.words, endpoint.by, attributes)
        given = _given(endpoint.stage, endpoint.by, prices)
        yield from _faults(place, endpoint.words, endpoint.options, given, name="measure")


@RULES.reads("drift")
def _columns_can_be_compared_by_what_is_named(drift: Any) -> Iterator[Contradiction]:
    given = frozenset({*TWO_SAMPLES, *SETTINGS})
    for index, one in enumerate(drift.statistics):
        place: Place = ("drift", "statistics", index)
        words = statistic_named(one.statistic)
        if words is None or not set(TWO_SAMPLES) <= set(words.columns):
            yield Contradiction(
                place=(*place, "statistic"),
                expected="a statistic of a reference and what is current",
                found=repr(one.statistic),
            )
        else:
            yield from _faults(place, words, one.options, given)


def _given(stage: str, by: Any, prices: tuple[str, ...]) -> frozenset[str]:
    """What a stage can give a statistic, by the names statistics have for it."""
    stages = {"retrospective": TWO_MODELS, "silent": ("period",)}
    groups = GROUPS[:1] if len(by) == 1 else GROUPS[1 : 1 + len(by)]
    return frozenset({*ONE_MODEL, *SETTINGS, *stages[stage], *groups, *prices})


def _groups_are_those(
    place: Place, words: Words, by: Any, attributes: Any
) -> Iterator[Contradiction]:
    known = [attribute.name for attribute in attributes]
    for position, name in enumerate(by):
        if name not in known:
            yield Contradiction(
                place=(*place, "by", position),
                expected=f"a protected attribute ({', '.join(known) or 'there is none'})",
                found=repr(name),
            )
    if by and not set(GROUPS) & set(words.columns):
        yield Contradiction(
            place=(*place, "by"),
            expected=f"no groups, for which {words.name} does not ask",
            found=f"{len(by)} attributes",
        )


def _faults(
    place: Place,
    words: Words,
    options: Mapping[str, Any],
    given: frozenset[str],
    name: str = "statistic",
) -> Iterator[Contradiction]:
    for where, expected, found in faults(words, options, given):
        inner = tuple(name if part == "statistic" else part for part in where)
        yield Contradiction(place=(*place, *inner), expected=expected, found=found)


def _not_listed(place: Place, name: str, words: Words | None) -> Contradiction:
    expected = "a statistic that `probatum stat list` lists"
    if words is not None:
        expected = "no curve: it is drawn in any case, from a table of its own"
    return Contradiction(place=(*place, "statistic"), expected=expected, found=repr(name))
