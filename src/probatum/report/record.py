"""The ledger as a bundle carries it: read from its bytes, and held to its chain."""

import json

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry, verify
from probatum.ledger.jsonl import as_bytes


def entries_of(content: bytes) -> list[Entry]:
    """The entries of a record, in their order; an empty record has none.

    Raises
    ------
    LedgerError
        If it is not one chain in the one spelling a record has.
    """
    try:
        entries = [Entry.from_dict(json.loads(line)) for line in content.splitlines()]
    except ValueError as error:
        raise LedgerError(
            "ledger — expected one entry a line, got other text — restore it from a good copy"
        ) from error
    verify(entries)
    if as_bytes(entries) != content:
        raise BrokenChain(
            "ledger — expected the one spelling a record has, got another — restore it from a "
            "good copy"
        )
    return entries


def head_of(content: bytes) -> Digest:
    """The digest of the last entry of a sound record.

    Raises
    ------
    LedgerError
        If it is not sound.
    """
    return verify(entries_of(content))
