"""What the documentation of the ledger shows is what the code does."""

import doctest
import importlib
import pkgutil

import pytest

import probatum.ledger

MODULES = [
    module.name
    for module in pkgutil.iter_modules(probatum.ledger.__path__)
    if module.name != "migrations"
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_gives_what_it_shows(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"probatum.ledger.{name}")).failed == 0
