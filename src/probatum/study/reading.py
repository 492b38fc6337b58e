"""Reading a protocol from its file, and saying of every mistake where it stands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from probatum.errors import ProtocolError
from probatum.study.coherence import contradictions
from probatum.study.contradiction import Place
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a protocol: file, line, place, what was expected and what was found."""

    file: str
    line: int
    place: str
    expected: str
    found: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.place} — expected {self.expected}, found {self.found}"


class _Loader(yaml.SafeLoader):
    """Plain YAML, except that a date stays the text that was written."""


_Loader.yaml_implicit_resolvers = {
    letter: [entry for entry in entries if entry[0] != "tag:yaml.org,2002:timestamp"]
    for letter, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    file: str
    data: Any
    lines: dict[Place, int]

    def problem(self, place: Place, expected: str, found: str) -> Problem:
        at = place
        while at not in self.lines:
            at = at[:-1]
        return Problem(
            file=self.file,
            line=self.lines[at],
            place=_in_words(place),
            expected=expected,
            found=found,
        )


def load_protocol(path: Path) -> Protocol:
    """The protocol in a file.

    Raises
    ------
    ProtocolError
        Naming every mistake at once, each with file, line, expected and found.
    """
    problems = check_protocol(path)
    if problems:
        raise ProtocolError("\n".join(map(str, problems)))
    return Protocol.model_validate_json(json.dumps(_read(path).data))


def check_protocol(path: Path) -> tuple[Problem, ...]:
    """Every mistake in the protocol at ``path``, in the order of its lines; empty if none.

    Raises
    ------
    ProtocolError
        If the file is absent or is no YAML at all.
    """
    source = _read(path)
    if not isinstance(source.data, dict):
        return (source.problem((), "a mapping of sections", type(source.data).__name__),)
    found = [*_repeated_keys(path, source), *_unsound(source)]
    return tuple(sorted(found, key=lambda problem: problem.line))


def _read(path: Path) -> _Source:
    if not path.is_file():
        raise ProtocolError(f"protocol {path} — expected a file, found none — create it")
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  (a SafeLoader without dates)
    except UnicodeDecodeError as error:
        raise ProtocolError(
            f"protocol {path} — expected UTF-8 text — save it as UTF-8"
        ) from error
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = place.line + 1 if place else 1
        what = getattr(error, "problem", None) or "text that is no YAML"
        raise ProtocolError(f"{path}:{line}: expected YAML, found {what}") from error
    return _Source(file=str(path), data=data, lines={(): 1, **dict(_lines(node, ()))})


def _lines(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    if node is None:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*place, key.value), key.start_mark.line + 1
            yield from _lines(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*place, index), value.start_mark.line + 1
            yield from _lines(value, (*place, index))


def _repeated_keys(path: Path, source: _Source) -> Iterator[Problem]:
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    for place, key, line in _repeats(node, ()):
        yield Problem(
            file=source.file,
            line=line,
            place=_in_words((*place, key)),
            expected="each key once",
            found=f"{key!r} again",
        )


def _repeats(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield place, key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _repeats(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _repeats(value, (*place, index))


def _unsound(source: _Source) -> Iterator[Problem]:
    sections: dict[str, Any] = {}
    for name, field in Protocol.model_fields.items():
        if name not in source.data:
            if field.is_required():
                yield source.problem((name,), f"the section {name!r}", "nothing")
            else:
                sections[name] = field.default
            continue
        adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
        try:
            sections[name] = adapter.validate_json(json.dumps(source.data[name]))
        except ValidationError as error:
            for detail in error.errors():
                yield _field_problem(source, name, detail)
    for name in source.data:
        if name not in Protocol.model_fields:
            yield source.problem((str(name),), "a section the protocol knows", repr(name))
    for contradiction in contradictions(sections):
        yield source.problem(contradiction.place, contradiction.expected, contradiction.found)


def _field_problem(source: _Source, section: str, detail: ErrorDetails) -> Problem:
    place = (section, *detail["loc"])
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    found = _shown(detail["input"])
    if detail["type"] == "missing":
        message, found = f"the key {place[-1]!r}", "nothing"
    if detail["type"] == "extra_forbidden":
        message, found = "a key the protocol knows", repr(place[-1])
    if isinstance(detail["input"], bool) and "string" in message.lower():
        found += " (YAML reads yes and no as true and false: put it in quotes)"
    return source.problem(place, message[0].lower() + message[1:], found)


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _in_words(place: Place) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".") or "the protocol"
