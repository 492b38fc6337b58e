"""Every example in a docstring of the variational estimators runs and prints what it says."""

import doctest
import importlib
import warnings

import pytest
from sklearn.exceptions import ConvergenceWarning


@pytest.mark.parametrize(
    "name", ["variational", "convolutional", "reservoir", "hyper_parameters"]
)
def test_the_examples_of_each_module_run(name):
    module = importlib.import_module(f"probatum.models.{name}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
