"""What a model says of its own development patients when it was not trained on them."""

from __future__ import annotations

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from probatum.models.calibration import Platt
from probatum.models.risk_model import RiskModel
from probatum.models.tuning import Patients, Rows, folds

Array = NDArray[np.float64]


def held_out_risk(
    model: RiskModel, development: Patients, *, count: int, seed: int, workers: int = 1
) -> Array:
    """Return the risk of each development patient from a refit without its fold, shape (n,).

    For calibrating conformal sets without spending patients kept for evaluation. The refits
    have the frozen model's hyper-parameters and its calibration curve.

    Parameters
    ----------
    count : int, at least 2
        Folds, each outcome's share equal in all.
    seed : int
        Of the protocol; draws the folds.
    workers : int
        Refits made at the same time; the result does not depend on it.

    Raises
    ------
    NotEstimable
        When an outcome is rarer than the number of folds.

    References
    ----------
    Vovk V. Cross-conformal predictors. Ann Math Artif Intell 2015;74:9-28. With cross-fitted
    calibration the coverage is approximate; with patients no model saw it is guaranteed.
    """
    splits = folds(development.outcome, count, seed=seed)
    curve = Platt(intercept=model.intercept, slope=model.slope)
    with threadpool_limits(limits=1):
        scores = Parallel(n_jobs=workers)(
            delayed(_scored)(clone(model.pipeline), development, train, test)
            for train, test in splits
        )
    risk = np.empty(len(development))
    for (_, test), score in zip(splits, scores, strict=True):
        risk[test] = curve.risk(score)
    return risk


def _scored(pipeline: Pipeline, patients: Patients, train: Rows, test: Rows) -> Array:
    trained = patients.at(train)
    with threadpool_limits(limits=1):
        pipeline.fit(trained.frame, trained.outcome, model__sample_weight=trained.weight)
        return np.asarray(pipeline.decision_function(patients.frame.iloc[test]), np.float64)
