"""Small valid objects for the tests of models; change the one thing that matters."""

from typing import Any

import numpy as np
import pandas as pd

from probatum.models.tuning import Patients
from probatum.study.model_plan import ModelPlan, Seeds

SEEDS = Seeds(partition=1, tuning=2, resampling=3, transpiler=4)

SEARCH: dict[str, dict[str, Any]] = {
    "logistic": {"search": {"C": {"low": 1e-4, "high": 1e2}}},
    "rbf_svm": {
        "search": {
            "C": {"low": 1e-2, "high": 1e2},
            "gamma": {"low": 1e-3, "high": 1.0},
            "class_weight": {"one_of": ("none", "balanced")},
        }
    },
    "gradient_boosting": {
        "rounds": 20,
        "search": {
            "learning_rate": {"low": 0.02, "high": 0.3},
            "max_leaf_nodes": {"low": 3, "high": 31, "whole": True},
            "min_samples_leaf": {"low": 5, "high": 100, "whole": True},
            "l2_regularization": {"low": 1e-3, "high": 10.0},
        },
    },
}
"""What each kind of classical model may be tuned over."""


def a_plan(**changes: Any) -> ModelPlan:
    """A plan with three features and two candidates a model."""
    plan: dict[str, Any] = {
        "features": [
            {"name": "age", "transform": "identity", "columns": ("age",)},
            {"name": "log_marker", "transform": "log", "columns": ("marker",)},
            {"name": "marker_missing", "transform": "is_missing", "columns": ("marker",)},
        ],
        "imputation": "median",
        "index": {
            "name": "quantum kernel",
            "qubits": 3,
            "encodings": ("angle", "zz"),
            "repetitions": (1,),
            "entanglement": "linear",
            "bandwidths": (0.1, 0.3),
            "penalties": (0.1, 1.0),
            "head": "ridge",
        },
        "comparators": (
            {"name": "Logistic regression", "kind": "logistic", **SEARCH["logistic"]},
            {"name": "Radial machine", "kind": "rbf_svm", **SEARCH["rbf_svm"]},
        ),
        "fallback": {
            "name": "Without marker",
            "kind": "logistic",
            **SEARCH["logistic"],
            "without_columns": ("marker",),
            "rule": "When too many markers are missing",
        },
        "tuning": {"candidates": 2, "outer_folds": 3, "inner_folds": 2, "score": "auc"},
        "calibration": "platt",
        "threshold": 0.15,
    }
    plan = plan | changes
    plan["features"] = tuple(plan["features"])
    return ModelPlan.model_validate(plan)


def some_patients(count: int = 120, *, seed: int = 0) -> Patients:
    """People whose risk rises with age and marker; one in ten has no marker."""
    rng = np.random.default_rng(seed)
    age, marker = rng.normal(65, 8, count), rng.lognormal(0, 0.5, count)
    risk = 1 / (1 + np.exp(-(0.12 * (age - 65) + 1.5 * np.log(marker))))
    outcome = (rng.random(count) < risk).astype(float)
    marker[rng.random(count) < 0.1] = np.nan
    frame = pd.DataFrame({"age": age, "marker": marker})
    return Patients(frame=frame, outcome=outcome, weight=rng.uniform(1, 1.2, count))
