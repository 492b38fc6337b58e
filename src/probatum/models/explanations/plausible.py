"""Which values another patient like this one could have had."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.errors import NotEstimable, ProtocolError
from probatum.models.explanations.columns import Explained, Value, columns_read
from probatum.models.explanations.counterfactual import Range
from probatum.study.population import Column
from probatum.study.protocol import Protocol

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlausibleColumn:
    """One column that may change, the values it may take, and how far apart they are.

    Attributes
    ----------
    column : Column
    observed : (k,) of float, rising
        Distinct values of development patients between the quantiles and inside the protocol's
        range; empty for a category.
    spread : float > 0
        Distance between the quantiles, the unit of distance; 1 for a category.
    """

    column: Column
    observed: Array
    spread: float

    @property
    def range(self) -> Range:
        """What may be proposed, told to people."""
        bounded = self.observed.size > 0
        return Range(
            column=self.column.name,
            meaning=self.column.meaning,
            unit=self.column.unit,
            lowest=float(self.observed[0]) if bounded else None,
            highest=float(self.observed[-1]) if bounded else None,
            values=len(self.column.categories or self.observed),
        )

    def values(self, own: Value, most: int) -> list[Value]:
        """Return at most that many values other than the patient's own, spread evenly."""
        if self.column.categories is not None:
            return [value for value in self.column.categories if value != own]
        others = self.observed[self.observed != own]
        places = np.linspace(0, len(others) - 1, min(most, len(others))).round().astype(int)
        whole = self.column.type == "integer"
        return [int(value) if whole else float(value) for value in others[places]]

    def distance(self, own: Value, other: Value) -> float:
        """Return how far apart two values are; two categories are 1 apart."""
        if isinstance(own, str) or isinstance(other, str) or own is None or other is None:
            return float(own != other)
        return abs(other - own) / self.spread


def plausible_columns(
    model: Explained,
    protocol: Protocol,
    development: pd.DataFrame,
    *,
    changeable: Collection[str],
    quantiles: tuple[float, float],
) -> tuple[PlausibleColumn, ...]:
    """Return what may change and within which range, in the protocol's order.

    Parameters
    ----------
    model : RiskModel or FrozenModel
    protocol : Protocol
    development : DataFrame
        Patients whose values are plausible.
    changeable : collection of str
        Columns that may change. Age, sex and anything else no one can change stay out.
    quantiles : (low, high), 0 <= low < high <= 1
        Of the development patients; rarer values are not proposed.

    Raises
    ------
    ProtocolError
        When a column that may change is not one the model reads, or the quantiles do not rise.
    NotEstimable
        When no development patient has a value of such a column.
    """
    read = columns_read(model, protocol)
    strangers = sorted(set(changeable) - {column.name for column in read})
    if strangers or not 0 <= quantiles[0] < quantiles[1] <= 1:
        raise ProtocolError(
            "counterfactuals — expected columns the model reads and rising quantiles, got "
            f"{', '.join(strangers) or quantiles} — correct what may change"
        )
    return tuple(
        _plausible(column, development[column.name], quantiles)
        for column in read
        if column.name in changeable
    )


def _plausible(
    column: Column, cells: pd.Series[float], quantiles: tuple[float, float]
) -> PlausibleColumn:
    if column.categories is not None:
        return PlausibleColumn(column=column, observed=np.empty(0), spread=1.0)
    found = pd.to_numeric(cells.dropna()).to_numpy(np.float64)
    if not found.size:
        raise NotEstimable(
            f"plausible values of {column.name} — expected some among development patients, "
            "got none — leave the column out of what may change"
        )
    low, high = np.quantile(found, quantiles)
    lowest, highest = column.allowed or (-np.inf, np.inf)
    within = (found >= max(low, lowest)) & (found <= min(high, highest))
    if column.type == "integer":
        within &= found == np.round(found)
    spread = float(high - low)
    return PlausibleColumn(
        column=column, observed=np.unique(found[within]), spread=spread if spread > 0 else 1.0
    )
