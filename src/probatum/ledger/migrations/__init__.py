"""How a ledger's tables came to be what they are, one script a version (Alembic)."""
