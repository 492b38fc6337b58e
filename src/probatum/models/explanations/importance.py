"""How much worse the model tells patients apart when one column is shuffled among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.inspection import permutation_importance
from sklearn.metrics import roc_auc_score

from probatum.errors import NotEstimable
from probatum.models.explanations.columns import Explained, columns_read
from probatum.models.tuning import Patients
from probatum.study.population import Column
from probatum.study.protocol import Protocol

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """The AUC one column is worth.

    Attributes
    ----------
    column, meaning : str
    auc_lost : float
        Mean over shuffles. About zero: the model does as well without; below: by chance.
    spread : float
        Standard deviation over shuffles; not a confidence interval, the patients are the same.
    """

    column: str
    meaning: str
    auc_lost: float
    spread: float

    def as_dict(self) -> dict[str, Any]:
        """Return the importance for a JSON file."""
        return {
            "column": self.column,
            "meaning": self.meaning,
            "auc_lost": self.auc_lost,
            "spread": self.spread,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Importances:
    """The importance of every column the model reads, the largest first."""

    auc: float
    """With nothing shuffled."""
    columns: tuple[Importance, ...]
    patients: int
    repeats: int

    def as_dict(self) -> dict[str, Any]:
        """Return the importances for a JSON file."""
        return {
            "auc": self.auc,
            "patients": self.patients,
            "repeats": self.repeats,
            "method": "AUC lost when the column is shuffled",
            "columns": [each.as_dict() for each in self.columns],
        }


def importances(
    model: Explained,
    patients: Patients,
    protocol: Protocol,
    *,
    repeats: int,
    rng: np.random.Generator,
) -> Importances:
    """Return the permutation importance of each column of the record.

    Parameters
    ----------
    model : RiskModel or FrozenModel
    patients : Patients
        With outcome and weight. On patients the model was trained on, what it learned by heart
        counts as well.
    protocol : Protocol
    repeats : int, at least 2
        Shuffles a column.
    rng : numpy Generator

    Raises
    ------
    NotEstimable
        When the patients have one outcome only, or there are fewer than two shuffles.

    References
    ----------
    Breiman L. Mach Learn 2001;45:5-32, section 10. Columns that say the same share their
    importance, or hide it.
    """
    _expect_both_outcomes(patients, repeats)
    columns = columns_read(model, protocol)
    frame = patients.frame[[column.name for column in columns]]
    known = _Known(model)
    found = permutation_importance(
        known,
        frame,
        patients.outcome,
        scoring=_weighted_auc,
        n_repeats=repeats,
        random_state=int(rng.integers(2**31)),
        sample_weight=patients.weight,
    )
    rows = map(_importance, columns, found.importances)
    return Importances(
        auc=_weighted_auc(known, frame, patients.outcome, patients.weight),
        columns=tuple(sorted(rows, key=lambda row: -row.auc_lost)),
        patients=len(patients),
        repeats=repeats,
    )


def _importance(column: Column, lost: Array) -> Importance:
    return Importance(
        column=column.name,
        meaning=column.meaning,
        auc_lost=float(lost.mean()),
        spread=float(lost.std(ddof=1)),
    )


def _expect_both_outcomes(patients: Patients, repeats: int) -> None:
    outcomes = len(np.unique(patients.outcome))
    if repeats < 2 or outcomes < 2:
        raise NotEstimable(
            "permutation importance — expected both outcomes and two shuffles or more, got "
            f"{outcomes} outcome(s) and {repeats} — add patients or shuffles"
        )


class _Known(BaseEstimator):  # type: ignore[misc]
    """A model as scikit-learn's inspection asks for it: already trained."""

    def __init__(self, model: Explained) -> None:
        self.model = model

    def fit(self, _X: object, _y: object) -> _Known:
        """Learn nothing."""
        return self


def _weighted_auc(
    known: _Known, frame: pd.DataFrame, outcome: Array, sample_weight: Array
) -> float:
    risk = known.model.risk(frame)
    return float(roc_auc_score(outcome, risk, sample_weight=sample_weight))
