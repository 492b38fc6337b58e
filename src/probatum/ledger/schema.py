"""The tables the record is kept in, the same in SQLite and in PostgreSQL.

They are made, and brought from one version to the next, by the scripts in ``migrations``; what
stands here is what the newest of them leaves.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

_WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")

ENTRY = sa.Table(
    "entry",
    metadata,
    sa.Column("seq", _WHOLE, primary_key=True, autoincrement=False),
    sa.Column("previous", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("event_id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
    sqlite_strict=True,
)
"""One row an entry: ``record`` holds it in canonical JSON, the other columns find it."""

SUBTREE = sa.Table(
    "subtree",
    metadata,
    sa.Column("level", _WHOLE, primary_key=True, autoincrement=False),
    sa.Column("place", _WHOLE, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.Text, nullable=False),
    sqlite_strict=True,
)
"""Hashes of full subtrees of the Merkle tree over the entries' digests, each eighth level."""

CHECKPOINT = sa.Table(
    "checkpoint",
    metadata,
    sa.Column("size", _WHOLE, primary_key=True, autoincrement=False),
    sa.Column("record", sa.Text, nullable=False),
    sqlite_strict=True,
)
"""One row a signed checkpoint, in canonical JSON."""
