"""From the identifier a hospital knows a person by to the pseudonym a study knows them by.

The way is a keyed digest: whoever has the key finds a person's pseudonym again, and nobody else
can tell one from the other, not even by trying every identifier there is.
"""

import csv
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from probatum.errors import DataError, LedgerError
from probatum.ledger.key_files import read_secret, write_new

_DOMAIN = "probatum/pseudonym/v1"
_KEY = re.compile(rb"probatum-pseudonym-key ([0-9a-f]{64})\n")
_SHOWN = 12
"""Hexadecimal characters of a pseudonym: for a hundred thousand people two share one with a
probability of 0.00002. Where two do, the file is refused; across files the door refuses the
second as admitted before."""


class PseudonymKey:
    """A key for pseudonyms; it is never shown, not even by ``repr``.

    Examples
    --------
    >>> key = PseudonymKey(bytes(32))
    >>> key.pseudonym("0012345", study="demo") == key.pseudonym(" 0012345 ", study="demo")
    True
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """Take over 32 bytes; `generate` and `read` make them."""
        self._secret = secret

    @classmethod
    def generate(cls) -> "PseudonymKey":
        """A new key, from the system's randomness."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def read(cls, path: Path) -> "PseudonymKey":
        """The key in a file.

        Raises
        ------
        LedgerError
            When others may read the file, or it holds no such key.
        """
        found = _KEY.fullmatch(read_secret(path))
        if found is None:
            raise LedgerError(
                f"key {path.name} — expected a key for pseudonyms, got something else — make "
                "one: probatum keys new pseudonyms FILE"
            )
        return cls(bytes.fromhex(found[1].decode()))

    def write(self, path: Path) -> None:
        """Write the key to a new file that only its owner may read.

        Raises
        ------
        LedgerError
            When there is a file already, or it lies in a repository.
        """
        write_new(path, f"probatum-pseudonym-key {self._secret.hex()}\n".encode(), 0o600)

    def pseudonym(self, identifier: str, *, study: str) -> str:
        r"""The study's name and twelve characters of a keyed digest of an identifier.

        .. math:: \mathrm{HMAC\text{-}SHA256}_k(\text{domain} \,\Vert\, 0 \,\Vert\,
            \text{study} \,\Vert\, 0 \,\Vert\, \text{identifier})

        Another study gives another pseudonym, so that two studies cannot be joined. White space
        around the identifier does not count, nor how its letters are composed (NFC).

        References
        ----------
        Krawczyk H, Bellare M, Canetti R. RFC 2104, HMAC, 1997.
        """
        plain = unicodedata.normalize("NFC", identifier).strip()
        content = "\x00".join((_DOMAIN, study, plain)).encode()
        digest = hmac.new(self._secret, content, "sha256").hexdigest()
        return f"{study}-{digest[:_SHOWN]}"


def pseudonymise(
    source: Path, into: Path, *, column: str, into_column: str, study: str, key: PseudonymKey
) -> int:
    """Write a CSV file again with pseudonyms for identifiers; how many rows there were.

    The result appears whole or not at all; rows are read one by one.

    Parameters
    ----------
    column : str
        Where the identifiers are; it is not written.
    into_column : str
        What the column of pseudonyms is called.

    Raises
    ------
    DataError
        When a file cannot be read or is there already, a column is absent or twice, a row is of
        another length, an identifier is absent, or two people would share a pseudonym. No
        message holds what a cell does.
    """
    if into.exists():
        raise DataError(
            f"{into.name} — expected no such file yet, got one — name another, so that nothing "
            "is lost"
        )
    partial, rows = into.with_name(f".{into.name}.part"), 0
    try:
        with (
            source.open(encoding="utf-8-sig", newline="") as lines,
            partial.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, lineterminator="\n")
            for row in _replaced(lines, source.name, column, into_column, study, key):
                writer.writerow(row)
                rows += 1
            file.flush()
            os.fsync(file.fileno())
        partial.replace(into)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{source.name} — expected a CSV file in UTF-8, and a folder to write in, got "
            f"{type(error).__name__} — name a readable file"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return rows - 1


def _replaced(
    lines: Iterator[str],
    name: str,
    column: str,
    into_column: str,
    study: str,
    key: PseudonymKey,
) -> Iterator[list[str]]:
    """The header, then every row, the pseudonym first."""
    reader = csv.reader(lines, strict=True)
    header = next(reader, [])
    if header.count(column) != 1 or into_column in header:
        raise DataError(
            f"{name} — expected one column {column!r} and none {into_column!r}, got "
            f"{header.count(column)} and {header.count(into_column)} among {len(header)} — "
            "name the column of identifiers with --column"
        )
    place, people = header.index(column), dict[str, str]()
    yield [into_column, *_without(header, place)]
    for row in reader:
        if len(row) != len(header) or not row[place].strip():
            raise DataError(
                f"{name}, line {reader.line_num} — expected {len(header)} cells and an "
                f"identifier, got {len(row)} cells or no identifier — repair the line"
            )
        pseudonym = key.pseudonym(row[place], study=study)
        identifier = unicodedata.normalize("NFC", row[place]).strip()
        if people.setdefault(pseudonym, identifier) != identifier:
            raise DataError(
                f"{name}, line {reader.line_num} — expected a pseudonym for each person, got "
                "one for two — make the file in two parts"
            )
        yield [pseudonym, *_without(row, place)]


def _without(row: list[str], place: int) -> list[str]:
    return row[:place] + row[place + 1 :]
