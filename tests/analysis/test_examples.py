"""Every example in a docstring of the statistics runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

import probatum.analysis as analysis

MODULES = sorted(
    module.name.removeprefix("probatum.analysis.")
    for module in pkgutil.walk_packages(analysis.__path__, "probatum.analysis.")
    if not module.ispkg
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_each_module_run(name):
    module = importlib.import_module(f"probatum.analysis.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0, f"{name} has no example"
    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_is_explained(name):
    module = importlib.import_module(f"probatum.analysis.{name}")
    for word, thing in vars(module).items():
        is_ours = getattr(thing, "__module__", None) == module.__name__
        if is_ours and not word.startswith("_"):
            assert thing.__doc__, f"{name}.{word} has no docstring"
