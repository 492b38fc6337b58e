"""Two parts of a protocol that cannot both hold, and the rules that find them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two parts of a protocol that cannot both hold."""

    place: Place
    expected: str
    found: str


Rule = Callable[..., Iterator[Contradiction]]


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules on one subject, each with the sections it reads."""

    enrolled: list[tuple[tuple[str, ...], Rule]] = field(default_factory=list)

    def reads(self, *sections: str) -> Callable[[Rule], Rule]:
        """Enrol a rule, which is asked only when the sections it reads are sound."""

        def enrol(rule: Rule) -> Rule:
            self.enrolled.append((sections, rule))
            return rule

        return enrol

    def contradictions(self, sections: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Every contradiction between the sections given."""
        for needed, rule in self.enrolled:
            if all(name in sections for name in needed):
                yield from rule(*(sections[name] for name in needed))


def unknown(place: Place, names: Any, known: set[str], noun: str) -> Iterator[Contradiction]:
    """A contradiction for each name that is not known."""
    for index, name in enumerate(names):
        if name not in known:
            yield Contradiction(place=(*place, index), expected=f"{noun}", found=repr(name))
