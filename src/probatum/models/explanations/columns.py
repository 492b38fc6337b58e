"""The columns of a patient's record that a model reads, and how a value is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.errors import DataError, NotEstimable
from probatum.models.frozen import FrozenModel
from probatum.models.risk_model import RiskModel
from probatum.study.population import Column
from probatum.study.protocol import Protocol

Array = NDArray[np.float64]
Explained = RiskModel | FrozenModel
"""What can be explained; of a frozen model, its index test."""

Value = float | int | str | None
"""A cell of a record in JSON's types; None where it is empty."""


def columns_read(model: Explained, protocol: Protocol) -> tuple[Column, ...]:
    """Return the columns a model takes its features from, in the protocol's order.

    All other columns contribute nothing, exactly.
    """
    risk_model = model.index if isinstance(model, FrozenModel) else model
    features = risk_model.pipeline["preparation"].features
    read = {name for _, _, columns, _ in features for name in columns}
    return tuple(column for column in protocol.columns if column.name in read)


def said(cell: Any) -> Value:
    """Return a cell in JSON's types.

    Examples
    --------
    >>> said(np.int64(3)), said(float("nan")), said("F")
    (3, None, 'F')
    """
    if pd.isna(cell):
        return None
    if isinstance(cell, (bool, np.bool_, int, np.integer)):
        return int(cell)
    return float(cell) if isinstance(cell, (float, np.floating)) else str(cell)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coding:
    """Cells as places in a list of the values each column takes, missing among them.

    Libraries that want numbers get places; the model gets back the very cells, whatever their
    type. Nothing is converted, filled or rounded on the way.
    """

    values: Mapping[str, pd.Index[Any]]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Coding:
        """Return the coding of every value a frame holds."""
        places = {
            str(name): pd.factorize(frame[name], use_na_sentinel=False)[1] for name in frame
        }
        return cls(values={name: pd.Index(found) for name, found in places.items()})

    def codes(self, frame: pd.DataFrame) -> Array:
        """Return the place of each cell, shape (patients, columns).

        Raises
        ------
        DataError
            When a cell holds a value the coding does not know.
        """
        found = [
            values.get_indexer(pd.Index(frame[name])) for name, values in self.values.items()
        ]
        codes = np.column_stack(found)
        if (codes < 0).any():
            raise DataError(
                "coding of a record — expected values seen when it was made, got others — "
                "make it from all patients concerned"
            )
        return np.asarray(codes, dtype=np.float64)

    def frame(self, codes: Array) -> pd.DataFrame:
        """Return the cells at these places."""
        places = np.asarray(codes).astype(np.intp)
        return pd.DataFrame(
            {name: values.take(places[:, j]) for j, (name, values) in enumerate(self._items())}
        )

    def _items(self) -> tuple[tuple[str, pd.Index[Any]], ...]:
        return tuple(self.values.items())


def some_of(frame: pd.DataFrame, size: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return that many patients, drawn without replacement, in the order of the frame.

    Raises
    ------
    NotEstimable
        When there are fewer.
    """
    if not 1 <= size <= len(frame):
        raise NotEstimable(
            f"sample — expected 1 to {len(frame)} patients, got {size} — ask for fewer"
        )
    return frame.iloc[np.sort(rng.choice(len(frame), size=size, replace=False))]
