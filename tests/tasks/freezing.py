"""A real frozen model of the made-up study: logistic regression in the project's own format."""

from functools import cache
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from probatum.cohort.tables import baseline_columns, text_of, typed
from probatum.models.frozen import frozen_files, load
from probatum.models.preparation import FeaturePreparation
from probatum.models.risk_model import RiskModel
from tests.capture.building import PROTOCOL, as_csv, patients


def freeze(folder: Path) -> str:
    """Write the model's files; give the model's digest."""
    folder.mkdir(parents=True)
    for name, content in _files().items():
        (folder / name).write_bytes(content)
    return load(folder).sha256


@cache
def _files() -> dict[str, bytes]:
    features = PROTOCOL.model.features
    without = PROTOCOL.model.fallback.without_columns
    reduced = tuple(f for f in features if not set(f.columns) & set(without))
    return frozen_files(
        index=_fitted(FeaturePreparation.of(features)),
        fallback=_fitted(FeaturePreparation.of(reduced)),
        comparators={"logistic regression": _fitted(FeaturePreparation.of(features))},
        best_comparator="logistic regression",
        circuit_qasm="OPENQASM 3.0;\n",
    )


def _fitted(preparation: FeaturePreparation) -> RiskModel:
    text = text_of(as_csv(patients(2001, 60)), "t")
    frame = typed(text, baseline_columns(PROTOCOL), PROTOCOL, "t")
    outcome = np.random.default_rng(1).random(60) < frame["age"] / 150
    pipeline = Pipeline([("preparation", preparation), ("model", LogisticRegression())])
    return RiskModel(pipeline.fit(frame, outcome), intercept=0.0, slope=1.0)
