"""What lies in the inbox: whole files, files still being written, and what is no file at all.

Hand-over is write, then rename: whatever begins with a dot or ends in ``.part`` is still being
written and is left alone. A link, a folder, a pipe, a file that may not be read or is too large
is never opened, followed or moved: it is left where it lies, and said once.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from probatum.capture.calendar import is_here
from probatum.capture.judgement import file_name
from probatum.study.protocol import Protocol
from tasks.places import Places

LARGEST = 256 * 2**20
"""Bytes; far more than any batch. What is larger is not read into memory."""

_TAKEN = ".taken-"
"""A file renamed so is ours: the outside system can no longer replace it while it is judged."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")

_ODD = "odd."
"""Stands, with a digest, for a name that is too long or not plain, while the file is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Something in the inbox, and under which name it may be spoken of."""

    file: Path
    name: str
    fault: str = ""
    """What it is, where it is no file that can be read; else empty."""
    mark: str = ""
    """What tells it from another of the same name and fault."""

    @property
    def is_ours(self) -> bool:
        """Whether it was taken, so that nobody can replace it."""
        return self.file.name.startswith(_TAKEN)


def arrivals(places: Places, protocol: Protocol, at: datetime) -> list[Arrival]:
    """What was handed over by now, ours or not yet, in the order of names."""
    found = sorted(places.inbox.iterdir()) if places.inbox.exists() else []
    whole = [file for file in found if _is_whole(file)]
    known = [_arrival(file) for file in whole if is_here(_name(file), at, protocol)]
    return [arrival for arrival in known if arrival is not None]


def take(places: Places, protocol: Protocol, at: datetime) -> Iterator[Arrival]:
    """Make every file that can be read ours, and give what is ours in the order of names."""
    for arrival in arrivals(places, protocol, at):
        taken = arrival.file.with_name(_TAKEN + _kept_name(arrival.file))
        if not (arrival.fault or arrival.is_ours or taken.exists()):
            arrival.file.replace(taken)
    here = arrivals(places, protocol, at)
    yield from (arrival for arrival in here if arrival.is_ours and not arrival.fault)


def content_of(file: Path) -> bytes:
    """The bytes of a regular file, never of what a link points to."""
    with os.fdopen(_opened(file), "rb") as content:
        return content.read()


def _is_whole(file: Path) -> bool:
    is_hidden = file.name.startswith(".") and not file.name.startswith(_TAKEN)
    return not is_hidden and not file.name.endswith(".part")


def _name(file: Path) -> str:
    """Its name as it may be written down."""
    return file_name(file.name.removeprefix(_TAKEN))


def _kept_name(file: Path) -> str:
    """What it is called while it is ours: short, of plain characters, and its own."""
    if _PLAIN.fullmatch(file.name):
        return file.name
    return _ODD + hashlib.sha256(os.fsencode(file.name)).hexdigest()[:32]


def _arrival(file: Path) -> Arrival | None:
    """None where it has gone since it was seen."""
    with suppress(FileNotFoundError):
        status = file.lstat()
        fault = _fault(file, status)
        return Arrival(file=file, name=_name(file), fault=fault, mark=str(status.st_ino))
    return None


def _fault(file: Path, status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):
        kinds = {stat.S_IFLNK: "a symbolic link", stat.S_IFDIR: "a folder"}
        return kinds.get(stat.S_IFMT(status.st_mode), "a pipe or device")
    if status.st_size > LARGEST:
        return f"a file larger than {LARGEST // 2**20} MiB"
    try:
        os.close(_opened(file))
    except FileNotFoundError:
        raise
    except OSError:
        return "a file that may not be read"
    return ""


def _opened(file: Path) -> int:
    return os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
