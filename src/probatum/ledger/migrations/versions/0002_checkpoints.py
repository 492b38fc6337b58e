"""Signed checkpoints, and the subtrees that make a proof short and quick; append-only."""

import sqlalchemy as sa
from alembic import op

from probatum.ledger.subtrees import complete

revision = "0002"
down_revision = "0001"

_WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_SQLITE = (
    """
    CREATE TRIGGER subtree_no_change BEFORE UPDATE ON subtree
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER subtree_no_removal BEFORE DELETE ON subtree
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER subtree_only_new BEFORE INSERT ON subtree
    WHEN EXISTS (SELECT 1 FROM subtree WHERE level = NEW.level AND place = NEW.place)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER checkpoint_no_change BEFORE UPDATE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER checkpoint_no_removal BEFORE DELETE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER checkpoint_only_new BEFORE INSERT ON checkpoint
    WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
)

_POSTGRESQL = tuple(
    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
    f"FOR EACH {unit} EXECUTE FUNCTION refuse_change()"
    for table in ("subtree", "checkpoint")
    for name, verb, unit in (
        ("no_change", "UPDATE OR DELETE", "ROW"),
        ("no_removal", "TRUNCATE", "STATEMENT"),
    )
)


def upgrade() -> None:
    """Make both tables, and fill in the subtrees of the entries that are there."""
    op.create_table(
        "subtree",
        sa.Column("level", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("place", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("record", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    is_file = op.get_context().dialect.name == "sqlite"
    for statement in _SQLITE if is_file else _POSTGRESQL:
        op.execute(statement)
    connection = op.get_bind()
    size = connection.execute(sa.text("SELECT COALESCE(MAX(seq) + 1, 0) FROM entry")).scalar()
    complete(connection, 0, int(size or 0))
