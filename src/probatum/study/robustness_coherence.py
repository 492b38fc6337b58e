"""Whether what a protocol tries elsewhere agrees with what it promises."""

from collections.abc import Iterator
from typing import Any

from probatum.study.contradiction import Contradiction, Place, Rules, unknown

RULES = Rules()


@RULES.reads("seeds", "robustness")
def _robustness_has_a_seed(seeds: Any, robustness: Any) -> Iterator[Contradiction]:
    if (robustness is None) != (seeds.robustness is None):
        expected = "a seed exactly where a section robustness is"
        found = "nothing" if seeds.robustness is None else str(seeds.robustness)
        yield Contradiction(place=("seeds", "robustness"), expected=expected, found=found)


@RULES.reads("model", "robustness")
def _what_is_changed_was_there(model: Any, robustness: Any) -> Iterator[Contradiction]:
    used = {name for feature in model.features for name in feature.columns}
    for index, columns in enumerate(robustness.missing if robustness else ()):
        place: Place = ("robustness", "missing", index)
        yield from unknown(place, columns, used, "a column that a feature is made from")
    changed = robustness.explanations.changeable if robustness else ()
    place = ("robustness", "explanations", "changeable")
    yield from unknown(place, changed, used, "a column that a feature is made from")


@RULES.reads("backends", "robustness")
def _the_mitigation_used_is_tried(backends: Any, robustness: Any) -> Iterator[Contradiction]:
    if robustness and backends.mitigation not in ("none", *robustness.mitigation):
        expected = f"{backends.mitigation!r}, which backends.mitigation uses, among them"
        found, place = str(list(robustness.mitigation)), ("robustness", "mitigation")
        yield Contradiction(place=place, expected=expected, found=found)


@RULES.reads("endpoints", "robustness")
def _equivalence_is_no_wider_than_non_inferiority(
    endpoints: Any, robustness: Any
) -> Iterator[Contradiction]:
    differences = [e.criterion for e in endpoints if e.words.name == "auc-difference"]
    margins = [-bound for c in differences if (bound := c.lower_bound_above or 0) < 0]
    stated = robustness.advantage.equivalence_within if robustness else 0
    if margins and stated > min(margins):
        place: Place = ("robustness", "advantage", "equivalence_within")
        expected = f"at most {min(margins):g}, the margin of non-inferiority"
        yield Contradiction(place=place, expected=expected, found=f"{stated:g}")
