"""Every example in a docstring of the exact simulator runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

import probatum.quantum.exact as exact

MODULES = sorted(module.name for module in pkgutil.iter_modules(exact.__path__))
WITH_EXAMPLES = {"arrays", "cluster", "compilation", "phases", "relabelling", "simulation"}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_each_module_run(name):
    module = importlib.import_module(f"probatum.quantum.exact.{name}")
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted > 0 or name not in WITH_EXAMPLES
