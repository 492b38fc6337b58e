"""How the models came to be, in the form in which it is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from platform import python_version
from typing import Any

from probatum.models.frozen import FALLBACK, INDEX, comparator_file
from probatum.models.training import Built, Development

PACKAGES = (
    *("joblib", "mapie", "numpy", "pandas", "probatum", "qiskit", "qiskit-aer"),
    *("qiskit-ibm-runtime", "scikit-learn", "scipy", "shap", "skops", "threadpoolctl"),
)
"""Whose versions may change a number."""


def packages() -> dict[str, str]:
    """Return the versions of what the models were built with."""
    return {"python": python_version()} | {name: version(name) for name in PACKAGES}


def models(development: Development, digests: Mapping[str, str]) -> dict[str, Any]:
    """Return one record a model, by the name the protocol gives it.

    Parameters
    ----------
    digests : mapping
        SHA-256 of each model file, by the file's name.
    """
    return {
        built.recipe.name: _model(built, role, digests[file])
        for built, role, file in _all(development)
    }


def _all(development: Development) -> Iterator[tuple[Built, str, str]]:
    yield development.index, "index", INDEX
    for rival in development.comparators:
        yield rival, "comparator", comparator_file(rival.recipe.name)
    yield development.fallback, "fallback", FALLBACK


def _model(built: Built, role: str, sha256: str) -> dict[str, Any]:
    return {
        "role": role,
        "kind": built.recipe.kind,
        "features": [feature.name for feature in built.recipe.features],
        "chosen": dict(built.search.chosen),
        "nested_auc": {"mean": built.nested_auc, "folds": [fold.auc for fold in built.outer]},
        "candidates": len(built.recipe.candidates),
        "calibration": {
            "method": "Platt scaling on out-of-fold scores",
            "intercept": built.model.intercept,
            "slope": built.model.slope,
        },
        "holds_patient_rows": built.recipe.kind == "rbf_svm",
        "sha256": sha256,
    }


def searches(development: Development) -> list[dict[str, Any]]:
    """Return every candidate tried, with the mean AUC of its inner folds.

    The outer fold is counted from 1; it is null in the search on all patients, whose winner
    was built.
    """
    return [
        {
            "model": built.recipe.name,
            "outer_fold": fold,
            "candidate": dict(trial.candidate),
            "inner_auc": trial.mean,
        }
        for built, _, _ in _all(development)
        for fold, trials in _folds(built)
        for trial in trials
    ]


def _folds(built: Built) -> Iterator[tuple[int | None, Any]]:
    for number, fold in enumerate(built.outer, start=1):
        yield number, fold.trials
    yield None, built.search.trials
