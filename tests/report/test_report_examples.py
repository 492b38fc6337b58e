"""Every example in a docstring of the reports runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

import probatum.report as report

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(report.__path__, "probatum.report.")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_each_module_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_explained(name):
    module = importlib.import_module(name)
    for word, thing in vars(module).items():
        is_ours = getattr(thing, "__module__", None) == name and callable(thing)
        if is_ours and not word.startswith("_"):
            assert thing.__doc__, f"{name}.{word} has no docstring"
