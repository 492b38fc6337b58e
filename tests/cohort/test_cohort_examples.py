"""Every example in a docstring of the cohort modules runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

import probatum.cohort as cohort

MODULES = sorted(module.name for module in pkgutil.iter_modules(cohort.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_each_module_run(name):
    assert doctest.testmod(importlib.import_module(f"probatum.cohort.{name}")).failed == 0
