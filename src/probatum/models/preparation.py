"""From the columns of a patient's record to the numbers a model sees.

Each feature of the protocol becomes one number. Missing ones are filled with the median of the
patients the preparation was fitted on; measured quantities are then centred and divided by
their standard deviation, and yes-or-no features are centred only, so that a rare yes is not
blown up. All of it is fitted inside the fold that trains the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from probatum.errors import DataError
from probatum.study.model_plan import Feature

FeatureTuple = tuple[str, str, tuple[str, ...], str | None]
"""Name, transform, columns, value: a feature in the form a model file can hold."""

YES_OR_NO = frozenset({"equals", "is_missing"})


class FeaturePreparation(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Prepare the features of a protocol.

    Parameters
    ----------
    features : tuple of (name, transform, columns, value)
        Transforms: ``identity``, ``log``, ``log_ratio`` of two columns, ``equals`` a value,
        ``is_missing``.

    Attributes
    ----------
    filling_ : (p,) float
        The median of each feature, used where it is missing.
    mean_, scale_ : (p,) float
        What is subtracted, and what the difference is divided by.
    """

    def __init__(self, features: tuple[FeatureTuple, ...]) -> None:
        self.features = features

    @classmethod
    def of(cls, features: Iterable[Feature]) -> Self:
        """Return the preparation a protocol promises."""
        return cls(tuple((f.name, f.transform, f.columns, f.value) for f in features))

    def fit(self, frame: pd.DataFrame, _outcome: object = None) -> Self:
        """Learn medians, means and scales from these patients.

        Raises
        ------
        DataError
            When a feature is missing in every patient, or a logarithm meets a value that is
            not positive.
        """
        raw = self._raw(frame)
        empty = np.isnan(raw).all(axis=0)
        if empty.any():
            names = ", ".join(np.array(self._names())[empty])
            raise DataError(
                f"feature {names} — expected a value in some patient, got none in "
                f"{len(frame)} — drop the feature or find its data"
            )
        self.filling_ = np.nanmedian(raw, axis=0)
        filled = np.where(np.isnan(raw), self.filling_, raw)
        self.mean_ = filled.mean(axis=0)
        spread = filled.std(axis=0)
        measured = np.array([feature[1] not in YES_OR_NO for feature in self.features])
        self.scale_ = np.where(measured & (spread > 0), spread, 1.0)
        return self

    def transform(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the prepared features, shape (patients, features)."""
        check_is_fitted(self)
        raw = self._raw(frame)
        filled = np.where(np.isnan(raw), self.filling_, raw)
        return np.asarray((filled - self.mean_) / self.scale_, dtype=np.float64)

    def get_feature_names_out(self, _input: object = None) -> NDArray[np.object_]:
        """Return the names of the features, in order."""
        return np.array(self._names(), dtype=object)

    def _names(self) -> list[str]:
        return [feature[0] for feature in self.features]

    def _raw(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        needed = {column for feature in self.features for column in feature[2]}
        absent = sorted(needed - set(frame.columns))
        if absent:
            raise DataError(
                f"columns — expected {', '.join(sorted(needed))}, got none called "
                f"{', '.join(absent)} — supply the columns the protocol names"
            )
        columns = [_feature(frame, *feature) for feature in self.features]
        return np.column_stack(columns) if columns else np.empty((len(frame), 0))


def _feature(
    frame: pd.DataFrame, name: str, transform: str, columns: tuple[str, ...], value: str | None
) -> NDArray[np.float64]:
    source = frame[columns[0]]
    match transform:
        case "is_missing":
            return source.isna().to_numpy().astype(np.float64)
        case "equals":
            return np.where(source.isna(), np.nan, source.isin([value]))
        case "identity":
            return _numbers(source, name)
        case "log":
            return _logarithm(source, name)
        case "log_ratio":
            return _logarithm(source, name) - _logarithm(frame[columns[1]], name)
    raise DataError(
        f"feature {name} — expected a transform this version knows, got {transform!r} — "
        "correct the protocol"
    )


def _logarithm(column: pd.Series[Any], name: str) -> NDArray[np.float64]:
    values = _numbers(column, name)
    if (values <= 0).any():
        raise DataError(
            f"feature {name} — expected positive values of {column.name}, got "
            f"{int((values <= 0).sum())} that are not — correct the data or the transform"
        )
    return np.log(values)


def _numbers(column: pd.Series[Any], name: str) -> NDArray[np.float64]:
    try:
        return column.to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"feature {name} — expected numbers in {column.name}, got text — "
            "correct the data or the protocol's column type"
        ) from error
