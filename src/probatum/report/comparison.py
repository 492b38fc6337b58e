"""Whether an output made again says the same as the original, and where it first does not."""

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Any

_ABSENT = object()


class Verdict(StrEnum):
    """How an output made again compares with the original."""

    SAME_BYTES = "bit-identical"
    SAME_NUMBERS = "numerically identical within the resolution"
    DIFFERENT = "different"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One output file and how it fared.

    Attributes
    ----------
    path : str
        The file, below what was compared.
    verdict : Verdict
        ``MISSING`` was not made again; ``EXTRA`` has no original.
    place : str
        The first JSON pointer or CSV cell that differs; empty where none does, or where the
        file has no places. A value is never shown: it may be a patient's.
    """

    path: str
    verdict: Verdict
    place: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the file reproduces the original."""
        return self.verdict in (Verdict.SAME_BYTES, Verdict.SAME_NUMBERS)

    def __str__(self) -> str:
        where = f", first at {self.place}" if self.place else ""
        return f"{self.path}: {self.verdict.value}{where}"


def compare(original: Path, reproduced: Path, *, resolution: float) -> tuple[Comparison, ...]:
    """Compare two files, or two folders file by file, in the order of their names.

    JSON is compared leaf by leaf and CSV cell by cell: numbers agree when they differ by at
    most ``resolution``, anything else when it is equal. Of other files every byte must agree.

    Parameters
    ----------
    original, reproduced : Path
        Two files or two folders; one that does not exist is empty.
    resolution : float
        The finest difference that counts as one, on each number's own scale; from the protocol.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one, other = Path(folder, "one"), Path(folder, "other")
    ...     for place, auc in ((one, 0.81), (other, 0.82)):
    ...         place.mkdir()
    ...         _ = (place / "performance.json").write_text(json.dumps({"auc": auc}))
    ...     print(*compare(one, other, resolution=1e-6))
    performance.json: different, first at /auc
    """
    here, there = _files(original), _files(reproduced)
    return tuple(
        _compared(name, here.get(name), there.get(name), resolution)
        for name in sorted(here.keys() | there.keys())
    )


def _files(place: Path) -> dict[str, Path]:
    """Every file below a folder by its path in it; a file alone has no name of its own."""
    if place.is_file():
        return {"": place}
    return {p.relative_to(place).as_posix(): p for p in place.rglob("*") if p.is_file()}


def _compared(
    name: str, original: Path | None, reproduced: Path | None, resolution: float
) -> Comparison:
    if original is None:
        return Comparison(path=name, verdict=Verdict.EXTRA)
    if reproduced is None:
        return Comparison(path=name, verdict=Verdict.MISSING)
    if original.read_bytes() == reproduced.read_bytes():
        return Comparison(path=name, verdict=Verdict.SAME_BYTES)
    places = _PLACES.get(original.suffix)
    if places is None:
        return Comparison(path=name, verdict=Verdict.DIFFERENT)
    try:
        place = next(places(original, reproduced, resolution), None)
    except ValueError:
        return Comparison(path=name, verdict=Verdict.DIFFERENT)
    verdict = Verdict.SAME_NUMBERS if place is None else Verdict.DIFFERENT
    return Comparison(path=name, verdict=verdict, place=place or "")


def _in_json(original: Path, reproduced: Path, resolution: float) -> Iterator[str]:
    one, other = (json.loads(p.read_text(encoding="utf-8")) for p in (original, reproduced))
    return _leaves(one, other, "", resolution)


def _leaves(one: Any, other: Any, pointer: str, resolution: float) -> Iterator[str]:
    """JSON pointers (RFC 6901) of the places that differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        yield from _members(one, other, pointer, resolution)
    elif isinstance(one, list) and isinstance(other, list):
        yield from _members(dict(enumerate(one)), dict(enumerate(other)), pointer, resolution)
    elif not _agree(one, other, resolution):
        yield pointer or "/"


def _members(
    one: Mapping[Any, Any], other: Mapping[Any, Any], pointer: str, resolution: float
) -> Iterator[str]:
    for key in (*one, *(key for key in other if key not in one)):
        token = str(key).replace("~", "~0").replace("/", "~1")
        pair = one.get(key, _ABSENT), other.get(key, _ABSENT)
        yield from _leaves(*pair, f"{pointer}/{token}", resolution)


def _in_csv(original: Path, reproduced: Path, resolution: float) -> Iterator[str]:
    one, other = _rows(original), _rows(reproduced)
    head = one[0] if one else []
    for line, (row, again) in enumerate(zip_longest(one, other), start=1):
        if row is None or again is None or len(row) != len(again):
            yield f"line {line}"
            continue
        for column, (cell, made) in enumerate(zip(row, again, strict=True)):
            if not _agree(_number(cell), _number(made), resolution):
                name = head[column] if column < len(head) else str(column + 1)
                yield f"line {line}, column {name}"


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _number(cell: str) -> float | str:
    try:
        number = float(cell)
    except ValueError:
        return cell
    return number if math.isfinite(number) else cell


def _agree(one: Any, other: Any, resolution: float) -> bool:
    numbers = [v for v in (one, other) if type(v) in (int, float)]
    if len(numbers) == 2:
        return one == other or bool(abs(one - other) <= resolution)
    return type(one) is type(other) and bool(one == other)


_PLACES = {".json": _in_json, ".csv": _in_csv}
