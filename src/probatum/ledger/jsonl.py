"""The record as a text file, one entry a line, which travels and needs no database."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.chain import Entry, record_of


def as_bytes(entries: Iterable[Entry]) -> bytes:
    """The record as canonical JSON, one entry a line, each line ended by a line feed."""
    return b"".join(record_of(entry) + b"\n" for entry in entries)


def write_jsonl(path: Path, entries: Iterable[Entry]) -> None:
    """Write the record; a reader sees the whole of it or what was there before."""
    write_records(path, map(record_of, entries))


def write_records(path: Path, records: Iterable[bytes]) -> int:
    """Write entries that are bytes already, one by one; how many there were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial, size = path.with_name(f".{path.name}.part"), 0
    with partial.open("wb") as file:
        for record in records:
            file.write(record + b"\n")
            size += 1
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return size


def records_of(lines: Iterable[bytes], first: int = 0) -> Iterator[bytes]:
    """The entries of an open file, as bytes, one by one; `verify_records` checks them.

    Parameters
    ----------
    lines : iterable of bytes
        Each with the line feed that ends it.
    first : int
        Place of the first of them in the record.

    Raises
    ------
    BrokenChain
        At a line that no line feed ends.
    """
    for seq, line in enumerate(lines, start=first):
        if not line.endswith(b"\n"):
            raise _broken(seq)
        yield line[:-1]


def read_jsonl(path: Path) -> list[Entry]:
    """The entries of a file; `probatum.ledger.chain.verify` says whether they are a chain.

    Raises
    ------
    LedgerError
        If the file cannot be read.
    BrokenChain
        At the first line that is not one entry in the one spelling `write_jsonl` gives it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LedgerError(
            f"{path.name} — expected a readable ledger file, got {type(error).__name__} — "
            "name the file that holds the ledger"
        ) from error
    return [_entry(line, seq) for seq, line in enumerate(content.splitlines(keepends=True))]


def _entry(line: bytes, seq: int) -> Entry:
    try:
        entry = Entry.from_dict(json.loads(line))
        is_exact = as_bytes([entry]) == line
    except (ValueError, LedgerError) as error:
        raise _broken(seq) from error
    if not is_exact:
        raise _broken(seq)
    return entry


def _broken(seq: int) -> BrokenChain:
    return BrokenChain(
        f"entry {seq} — expected one entry in canonical JSON ended by a line feed, got other "
        "bytes — restore the record from a good copy"
    )
