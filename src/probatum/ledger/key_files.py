"""Files that hold keys: their owner alone reads them, no repository holds them."""

import os
import stat
from pathlib import Path

from probatum.errors import LedgerError


def read_content(path: Path) -> bytes:
    """What a file holds that everybody may read.

    Raises
    ------
    LedgerError
        When it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise LedgerError(
            f"key {path.name} — expected a readable file, got {type(error).__name__} — name "
            "the key's file, or make one: probatum keys new"
        ) from error


def read_secret(path: Path) -> bytes:
    """What a file holds that only its owner may read.

    Raises
    ------
    LedgerError
        When it cannot be read, or others may read it too.
    """
    content = read_content(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise LedgerError(
            f"key {path.name} — expected a file only its owner may read, got one that others "
            f"may — chmod 600 {path.name}"
        )
    return content


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a new file, on disk when this returns.

    Raises
    ------
    LedgerError
        When there is a file already, no such folder, or it lies in a repository.
    """
    if any((folder / ".git").exists() for folder in path.absolute().parents):
        raise LedgerError(
            f"key {path.name} — expected a place outside every repository, got one within — a "
            "key that is committed is nobody's: name a file elsewhere"
        )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise LedgerError(
            f"key {path.name} — expected no such file yet, got one — name another; a key is "
            "never written over"
        ) from error
    except OSError as error:
        raise LedgerError(
            f"key {path.name} — expected a folder to write in, got {type(error).__name__} — "
            "name a file in a folder that is there"
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
