"""Every example in a docstring of the backends runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

from probatum.quantum import backends

MODULES = sorted(module.name for module in pkgutil.iter_modules(backends.__path__))
NAMES = [*(f"probatum.quantum.backends.{name}" for name in MODULES), "probatum.quantum.devices"]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_each_module_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_public_function_is_explained(name):
    module = importlib.import_module(name)
    for word, thing in vars(module).items():
        is_ours = getattr(thing, "__module__", None) == module.__name__
        if is_ours and not word.startswith("_"):
            assert thing.__doc__, f"{name}.{word} has no docstring"
