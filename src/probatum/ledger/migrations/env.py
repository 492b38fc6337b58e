"""What Alembic runs: the scripts, on the connection it was handed, in its transaction."""

from alembic import context

from probatum.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # whoever handed the connection over commits
)
context.run_migrations()
