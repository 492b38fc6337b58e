"""Every example in a docstring of the encodings and kernels runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

import probatum.quantum.kernels as kernels

ENCODINGS = (
    "amplitude_encoding",
    "basis_encoding",
    "encoding_copies",
    "encodings",
    "entanglement",
)
MODULES = (
    *(f"probatum.quantum.{name}" for name in ENCODINGS),
    *(
        f"probatum.quantum.kernels.{module.name}"
        for module in pkgutil.iter_modules(kernels.__path__)
    ),
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_each_module_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_is_explained(name):
    module = importlib.import_module(name)
    for word, thing in vars(module).items():
        is_ours = getattr(thing, "__module__", None) == module.__name__
        if is_ours and not word.startswith("_"):
            assert thing.__doc__, f"{name}.{word} has no docstring"
