"""Every example in a docstring of the variational circuits runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

import probatum.quantum.variational as variational

MODULES = sorted(module.name for module in pkgutil.iter_modules(variational.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_each_module_run(name):
    module = importlib.import_module(f"probatum.quantum.variational.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_is_explained(name):
    module = importlib.import_module(f"probatum.quantum.variational.{name}")
    for word, thing in vars(module).items():
        is_ours = getattr(thing, "__module__", None) == module.__name__
        if is_ours and not word.startswith("_") and callable(thing):
            assert thing.__doc__, f"{name}.{word} has no docstring"
