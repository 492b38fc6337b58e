"""Kernel models explain themselves by examples that run, and travel as plain files."""

import doctest
import importlib

import numpy as np
import pytest
import skops.io

from probatum.models.projected_kernel import ProjectedFeatures, ProjectedKernelClassifier
from probatum.models.quantum_kernel_regressor import QuantumKernelRegressor
from probatum.models.quantum_nystroem import QuantumNystroem

MODULES = (
    "dual",
    "kernel_ridge",
    "projected_kernel",
    "quantum_kernel",
    "quantum_kernel_regressor",
    "quantum_nystroem",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_each_module_run(name):
    result = doctest.testmod(importlib.import_module(f"probatum.models.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    "model",
    [
        QuantumKernelRegressor(),
        QuantumNystroem(landmarks=5),
        ProjectedFeatures(),
        ProjectedKernelClassifier(),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_fitted_model_travels_as_arrays_numbers_and_its_own_name(model):
    x = np.random.default_rng(0).normal(size=(30, 3))
    model.fit(x, (x[:, 0] > 0).astype(int))
    written = skops.io.dumps(model)
    own = f"{type(model).__module__}.{type(model).__qualname__}"
    assert skops.io.get_untrusted_types(data=written) == [own]
    read = skops.io.loads(written, trusted=[own])
    for method in ("transform", "predict"):
        if hasattr(model, method):
            before, after = (getattr(each, method)(x) for each in (model, read))
            np.testing.assert_array_equal(before, after)
