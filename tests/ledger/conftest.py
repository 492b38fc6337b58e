"""Every test of the ledger runs on both databases."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from probatum.ledger.database import Database
from probatum.ledger.store import Ledger

_NUMBER = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without a record."""
    if request.param == "sqlite":
        return Database.in_file(tmp_path / "ledger.sqlite")
    address = request.getfixturevalue("postgresql")
    return Database.on_server(address, f"study-{tmp_path.parent.name}-{next(_NUMBER)}")


@pytest.fixture
def ledger(place: Database) -> Iterator[Ledger]:
    """An empty record."""
    with Ledger(place) as ledger:
        yield ledger
