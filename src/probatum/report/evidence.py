"""The files that the documents may speak from, and a handle to every value inside them."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, total_ordering
from typing import Any

import yaml

from probatum.errors import ReportError
from probatum.ledger.canonical import Digest, sha256
from probatum.report.pointers import last_key, resolve, step
from probatum.study.grade import lowest


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of the bundle: where it came from, its digest, and what makes it again."""

    file: str
    """Its path inside the bundle."""
    origin: str
    """Its path in the repository."""
    sha256: Digest
    stage: str
    command: str
    grade: str | None
    document: Any
    """Its content as JSON values; None for a file that is not JSON or YAML."""


@total_ordering
class Node:
    """A value in a file, together with the place where it stands.

    Templates walk through evidence by nodes, so whatever they print knows its origin.
    """

    __slots__ = ("_measure", "_pointer", "_source", "_value")

    def __init__(self, source: Source, pointer: str, measure: str = "value") -> None:
        self._source, self._pointer, self._measure = source, pointer, measure
        self._value = taken(source.document, pointer, measure)

    def __getitem__(self, key: "str | int | Node") -> "Node":
        name: str | int = value_of(key)
        if isinstance(name, int) and name < 0:
            name += len(self._value)
        return Node(self._source, step(self._pointer, name))

    def __getattr__(self, name: str) -> "Node":
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator["Node"]:
        keys = range(len(self._value)) if isinstance(self._value, list) else self._value
        return (self[key] for key in keys)

    def __len__(self) -> int:
        return len(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __contains__(self, key: object) -> bool:
        return value_of(key) in self._value

    def __eq__(self, other: object) -> bool:
        return bool(self._value == value_of(other))

    def __lt__(self, other: object) -> bool:
        return bool(self._value < value_of(other))

    def __hash__(self) -> int:
        return hash((self._source.file, self._pointer, self._measure))


def taken(document: Any, pointer: str, measure: str) -> Any:
    """What a claim takes at a pointer: the value, the name it has, or its number of entries."""
    value = resolve(document, pointer)
    if measure == "entries":
        return len(value)
    return last_key(pointer) if measure == "key" else value


def value_of(thing: Any) -> Any:
    """The plain value of a node; anything else as it is."""
    return thing._value if isinstance(thing, Node) else thing


def place_of(node: Node) -> tuple[Source, str, str]:
    """The file, the pointer and what is taken there: the value, its key, or its entries."""
    return node._source, node._pointer, node._measure


def pairs(node: Node) -> list[tuple[Node, Node]]:
    """Each name in a mapping, as a node of its own, with what stands under it."""
    source, pointer, _ = place_of(node)
    return [(Node(source, step(pointer, key), "key"), node[key]) for key in value_of(node)]


def entries(node: Node) -> Node:
    """The number of entries of a list or mapping, as a node that can be printed."""
    source, pointer, _ = place_of(node)
    return Node(source, pointer, "entries")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All files of one study that a bundle holds, by their path inside the bundle."""

    study: str
    files: Mapping[str, bytes]

    def has(self, file: str) -> bool:
        """Whether the bundle holds a file."""
        return file in self.files

    def source(self, file: str) -> Source:
        """What is known of a file.

        Raises
        ------
        ReportError
            If no such file is there, or it cannot be read.
        """
        if file not in self.files:
            raise ReportError(f"{file} — expected a file of evidence, got none — make it first")
        document = _document(file, self.files[file])
        stage = stage_of(file)
        return Source(
            file=file,
            origin=origin_of(file, self.study),
            sha256=sha256(self.files[file]),
            stage=stage,
            command=command_of(stage, self.study),
            grade=document.get("grade") if isinstance(document, dict) else None,
            document=document,
        )

    def node(self, reference: str) -> Node:
        """The value that ``file#pointer`` names; a file of evidence needs no ``evidence/``.

        Raises
        ------
        ReportError
            If no evidence holds it.
        """
        file, _, pointer = reference.partition("#")
        inside = f"evidence/{file}"
        return Node(self.source(inside if self.has(inside) else file), pointer)

    def rows(self, file: str) -> list[dict[str, str]]:
        """The rows of a table, as text, in the order of the file."""
        if file not in self.files:
            raise ReportError(
                f"{file} — expected a table of evidence, got none — make it first"
            )
        return list(csv.DictReader(io.StringIO(self.files[file].decode())))

    def grade(self) -> str:
        """The lowest grade that any file of evidence states: the grade of the whole."""
        documents = (
            _document(file, content)
            for file, content in sorted(self.files.items())
            if file.startswith(("evidence/", "models/")) and file.endswith(".json")
        )
        stated = [d["grade"] for d in documents if isinstance(d, dict) and d.get("grade")]
        return lowest(stated).value


@lru_cache(maxsize=64)
def _document(file: str, content: bytes) -> Any:
    try:
        if file.endswith(".json"):
            return json.loads(content)
        if file.endswith(".yaml"):
            return json.loads(json.dumps(yaml.safe_load(content), default=str))
    except (ValueError, yaml.YAMLError) as error:
        raise ReportError(f"{file} — expected readable content — make it again") from error
    return None


def stage_of(file: str) -> str:
    """The stage that makes a file of the bundle.

    Examples
    --------
    >>> stage_of("evidence/drift/drift.json"), stage_of("evidence/gates.json")
    ('drift', 'gates')
    """
    folder, _, rest = file.partition("/")
    if folder == "evidence":
        return rest.split("/")[0].removesuffix(".json")
    if folder == "models":
        return "develop"
    return "promised" if file.endswith(".yaml") else "captured"


def origin_of(file: str, study: str) -> str:
    """The path in the repository of a file of the bundle."""
    folder, _, rest = file.partition("/")
    if folder in ("evidence", "models"):
        return f"{folder}/{study}/{rest}"
    if file.endswith(".yaml"):
        return f"studies/{study}/{file}"
    return f"data/{study}/{file}" if file == "ingestion.json" else f"data/{study}/cut/{file}"


def command_of(stage: str, study: str) -> str:
    """The command that makes, fetches or shows the file again."""
    if stage == "promised":
        return f"git log -- studies/{study}"
    return "dvc pull data.dvc" if stage == "captured" else f"dvc repro {stage}@{study}"
