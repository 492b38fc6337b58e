"""How far a predicted quantity may be off, with a stated share of patients covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from mapie.regression import CrossConformalRegressor, SplitConformalRegressor
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import KFold

from probatum.models.intervals.coverage import expect_enough

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegressionIntervals:
    """A prediction and its conformal interval for each patient.

    Attributes
    ----------
    prediction, lower, upper : (n,) of float
        In the unit of what is predicted.
    confidence : float in (0, 1)
    calibration_patients : int
    method : str
    """

    prediction: Array
    lower: Array
    upper: Array
    confidence: float
    calibration_patients: int
    method: str

    def covers(self, actual: ArrayLike) -> NDArray[np.bool_]:
        """Return whether each interval holds what was found."""
        found = np.asarray(actual)
        return np.asarray((self.lower <= found) & (found <= self.upper))

    def as_dict(self) -> dict[str, Any]:
        """Return the cohort in a few numbers, for a JSON file."""
        return {
            "confidence": self.confidence,
            "calibration_patients": self.calibration_patients,
            "patients": len(self.prediction),
            "method": self.method,
            "median_width": float(np.median(self.upper - self.lower)),
        }


def split_conformal_regression(
    fitted: Any, features: ArrayLike, actual: ArrayLike, asked: ArrayLike, *, confidence: float
) -> RegressionIntervals:
    r"""Interval of equal width for all: the error that few calibration patients exceed.

    .. math:: \hat y \pm r_{(\lceil (m+1)\gamma \rceil)}, \qquad r_i = |y_i - \hat y_i|

    New patients are covered at least at the confidence if exchangeable with the calibration
    patients, whatever the regressor.

    Parameters
    ----------
    fitted : scikit-learn regressor
        Trained on other patients than those below.
    features : (m, p) of float
    actual : (m,) of float
        Calibration patients.
    asked : (n, p) of float
    confidence : float in (0, 1)
        :math:`\gamma`.

    Raises
    ------
    NotEstimable
        When there are too few calibration patients for the confidence.

    References
    ----------
    Lei J et al. J Am Stat Assoc 2018;113:1094-1111, algorithm 2.

    Examples
    --------
    >>> from sklearn.dummy import DummyRegressor
    >>> zero = DummyRegressor(strategy="constant", constant=0.0).fit([[0.0]], [0.0])
    >>> found = split_conformal_regression(
    ...     zero, np.zeros((9, 1)), np.arange(9.0), np.zeros((1, 1)), confidence=0.8)
    >>> found.lower.tolist(), found.upper.tolist()
    ([-7.0], [7.0])
    """
    count = len(np.asarray(actual))
    expect_enough(count, confidence)
    model = SplitConformalRegressor(fitted, confidence_level=confidence, prefit=True)
    model.conformalize(np.asarray(features), np.asarray(actual))
    return _intervals(model, asked, confidence, count, "split conformal")


def cross_conformal_regression(
    regressor: Any,
    features: ArrayLike,
    actual: ArrayLike,
    asked: ArrayLike,
    *,
    confidence: float,
    count: int,
    seed: int,
) -> RegressionIntervals:
    r"""The same from refits in folds, so that no patient is set aside (CV+).

    Parameters
    ----------
    regressor : scikit-learn regressor
        Not fitted; one is trained for each fold, and one on all patients.
    count : int, at least 2
        Folds, drawn with the seed.

    Raises
    ------
    NotEstimable
        When there are too few patients for the confidence.

    References
    ----------
    Barber RF et al. Ann Stat 2021;49:486-507, section 3: coverage is at least
    :math:`2\gamma - 1` less a term of the folds, and :math:`\gamma` in practice.
    """
    expect_enough(len(np.asarray(actual)), confidence)
    splitter = KFold(count, shuffle=True, random_state=seed)
    model = CrossConformalRegressor(
        regressor, confidence_level=confidence, method="plus", cv=splitter
    )
    model.fit_conformalize(np.asarray(features), np.asarray(actual))
    patients = len(np.asarray(actual))
    return _intervals(model, asked, confidence, patients, f"CV+ over {count} folds")


def _intervals(
    model: Any, asked: ArrayLike, confidence: float, count: int, method: str
) -> RegressionIntervals:
    prediction, limits = model.predict_interval(np.asarray(asked))
    return RegressionIntervals(
        prediction=np.asarray(prediction, dtype=np.float64),
        lower=np.asarray(limits[:, 0, 0], dtype=np.float64),
        upper=np.asarray(limits[:, 1, 0], dtype=np.float64),
        confidence=confidence,
        calibration_patients=count,
        method=method,
    )
