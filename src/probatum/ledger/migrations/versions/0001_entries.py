"""The entries, append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_SQLITE = (
    """
    CREATE TRIGGER no_change BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER no_removal BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    # INSERT OR REPLACE removes rows without firing the trigger above; only this one stops it
    """
    CREATE TRIGGER only_next BEFORE INSERT ON entry
    WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq) + 1, 0) FROM entry)
      OR NEW.previous IS NOT COALESCE(
             (SELECT digest FROM entry ORDER BY seq DESC LIMIT 1), NEW.previous)
      OR EXISTS (SELECT 1 FROM entry
                 WHERE event_id = NEW.event_id OR digest = NEW.digest)
    BEGIN SELECT RAISE(ABORT, 'the ledger takes only the next entry'); END
    """,
)

_POSTGRESQL = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
    """,
    """
    CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER no_removal BEFORE TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE FUNCTION refuse_all_but_next() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last RECORD;
    BEGIN
      SELECT seq, digest INTO last FROM entry ORDER BY seq DESC LIMIT 1;
      IF NEW.seq IS DISTINCT FROM COALESCE(last.seq + 1, 0)
         OR NEW.previous IS DISTINCT FROM COALESCE(last.digest, NEW.previous) THEN
        RAISE EXCEPTION 'the ledger takes only the next entry';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER only_next BEFORE INSERT ON entry
    FOR EACH ROW EXECUTE FUNCTION refuse_all_but_next()
    """,
)


def upgrade() -> None:
    """Make the table of entries, and the triggers by which it defends its own past."""
    op.create_table(
        "entry",
        sa.Column("seq", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("previous", sa.Text, nullable=False, unique=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False, index=True),
        sa.Column("record", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    is_file = op.get_context().dialect.name == "sqlite"
    for statement in _SQLITE if is_file else _POSTGRESQL:
        op.execute(statement)
