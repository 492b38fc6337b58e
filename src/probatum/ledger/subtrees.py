"""Hashes of the Merkle tree that are kept, so that a proof need not read the whole record.

Kept are the full subtrees of each eighth level: of 256 entries, of 65,536, and so on. They are
written with the entries that complete them, and never change.
"""

from functools import lru_cache

import sqlalchemy as sa

from probatum.errors import BrokenChain
from probatum.ledger.merkle import Node, combined, leaf_hash
from probatum.ledger.schema import ENTRY, SUBTREE

_STEP = 8
_WIDTH = 1 << _STEP


def leaf_of(digest: str) -> bytes:
    """Hash of the leaf that stands for an entry: its digest is what the tree is over.

    Examples
    --------
    >>> leaf_of("00" * 32) == leaf_hash(bytes(32))
    True
    """
    return leaf_hash(bytes.fromhex(digest))


def complete(connection: sa.Connection, earlier: int, size: int) -> None:
    """Write the subtrees that were not full at ``earlier`` entries and are at ``size``."""
    level = _STEP
    while size >> level:
        rows = [
            {
                "level": level,
                "place": place,
                "hash": combined(
                    _children(connection, level - _STEP, place * _WIDTH, _WIDTH)
                ).hex(),
            }
            for place in range(earlier >> level, size >> level)
        ]
        if rows:
            connection.execute(SUBTREE.insert(), rows)
        level += _STEP


def nodes(connection: sa.Connection) -> Node:
    """The hash of any full subtree, from the nearest that are kept below it."""

    @lru_cache(maxsize=64)
    def node(level: int, place: int) -> bytes:
        lower = level - level % _STEP
        count = 1 << (level - lower)
        return combined(_children(connection, lower, place * count, count))

    return node


def _children(connection: sa.Connection, level: int, first: int, count: int) -> list[bytes]:
    """Hashes of neighbours on a level that is kept, or of leaves."""
    column, place = (
        (ENTRY.c.digest, ENTRY.c.seq) if level == 0 else (SUBTREE.c.hash, SUBTREE.c.place)
    )
    wanted = sa.select(column).where(place >= first, place < first + count).order_by(place)
    if level:
        wanted = wanted.where(SUBTREE.c.level == level)
    found = connection.execute(wanted).scalars().all()
    if len(found) != count:
        raise BrokenChain(
            f"Merkle tree, level {level} from {first} — expected {count} hashes, got "
            f"{len(found)} — restore the ledger from a good copy"
        )
    return [bytes.fromhex(text) if level else leaf_of(text) for text in found]
