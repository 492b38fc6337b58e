"""Looking for the smallest plausible difference with which the decision would be another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from probatum.errors import NotEstimable
from probatum.models.explanations.columns import Explained, Value, columns_read, said
from probatum.models.explanations.counterfactual import (
    Change,
    Counterfactual,
    Counterfactuals,
)
from probatum.models.explanations.plausible import PlausibleColumn
from probatum.study.protocol import Protocol

ROUNDING = 1e-9
"""Added to a root before it is cut to a whole number: the cube root of 27 is 3."""


def counterfactuals(
    model: Explained,
    frame: pd.DataFrame,
    protocol: Protocol,
    plausible: Sequence[PlausibleColumn],
    *,
    most_changes: int,
    budget: int,
) -> Counterfactuals:
    """Return the fewest, and then the smallest, changes that flip each patient's decision.

    All combinations of observed values are tried for one column, then two, and so on up to
    ``most_changes``; the search stops at the first number of columns that suffices. Of equals,
    the first in the protocol's order and of the lowest value is taken. Each answer is a record
    the model itself was asked about.

    Parameters
    ----------
    model : RiskModel or FrozenModel
    frame : (n, ...) DataFrame
    protocol : Protocol
        Gives the threshold; a patient is acted on at a risk of it or more.
    plausible : sequence of PlausibleColumn
        What may change, see :func:`plausible_columns`.
    most_changes : int, at least 1
        Columns changed at once.
    budget : int, at least 1
        Records tried for one set of columns: with k columns, each takes at most the k-th root
        of as many values, evenly spread over those observed.

    Raises
    ------
    NotEstimable
        When no change, or no try, is allowed.

    References
    ----------
    Wachter S, Mittelstadt B, Russell C. Harv J Law Technol 2018;31:841-887.

    Departures
    ----------
    Searched, not optimised: the model need have no gradient, and every value is one that some
    patient had. An entry that is missing stays missing: measuring it changes no one. Each
    value is plausible by itself; whether two changed together ever went together is not asked.
    """
    if most_changes < 1 or budget < 1:
        raise NotEstimable(
            "counterfactuals — expected one change and one try or more, got "
            f"{most_changes} and {budget} — allow some"
        )
    records = frame[[column.name for column in columns_read(model, protocol)]]
    search = _Search(
        model=model,
        threshold=protocol.model.threshold,
        plausible=tuple(plausible),
        most_changes=most_changes,
        budget=budget,
    )
    found = tuple(
        search.nearest(records.iloc[[row]], float(risk))
        for row, risk in enumerate(model.risk(records) if len(records) else ())
    )
    return Counterfactuals(
        patients=found,
        ranges=tuple(each.range for each in plausible),
        threshold=search.threshold,
        most_changes=most_changes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    """A record that flips the decision."""

    distance: float
    risk: float
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Search:
    """What is the same for every patient."""

    model: Explained
    threshold: float
    plausible: tuple[PlausibleColumn, ...]
    most_changes: int
    budget: int

    def nearest(self, record: pd.DataFrame, risk: float) -> Counterfactual:
        """Return the counterfactual of one patient."""
        own = {
            each.column.name: said(record[each.column.name].iloc[0]) for each in self.plausible
        }
        known = [each for each in self.plausible if own[each.column.name] is not None]
        tried = 0
        for count in range(1, min(self.most_changes, len(known)) + 1):
            options: list[_Option] = []
            for changed in combinations(known, count):
                trials = self._trials(changed, own)
                tried += len(trials)
                options.extend(self._flipped(record, risk, changed, own, trials))
            if options:
                return _answer(risk, min(options, key=lambda option: option.distance), tried)
        return Counterfactual(risk=risk, changes=(), risk_after=risk, distance=0.0, tried=tried)

    def _trials(
        self, changed: Sequence[PlausibleColumn], own: Mapping[str, Value]
    ) -> list[tuple[Value, ...]]:
        most = max(1, int(self.budget ** (1 / len(changed)) + ROUNDING))
        return list(product(*(each.values(own[each.column.name], most) for each in changed)))

    def _flipped(
        self,
        record: pd.DataFrame,
        risk: float,
        changed: Sequence[PlausibleColumn],
        own: Mapping[str, Value],
        trials: Sequence[tuple[Value, ...]],
    ) -> Iterator[_Option]:
        if not trials:
            return
        others = self.model.risk(_records(record, changed, trials))
        for place in np.flatnonzero((others >= self.threshold) != (risk >= self.threshold)):
            pairs = list(zip(changed, trials[int(place)], strict=True))
            yield _Option(
                distance=sum(each.distance(own[each.column.name], to) for each, to in pairs),
                risk=float(others[place]),
                changes=tuple(_change(each, own[each.column.name], to) for each, to in pairs),
            )


def _records(
    record: pd.DataFrame,
    changed: Sequence[PlausibleColumn],
    trials: Sequence[tuple[Value, ...]],
) -> pd.DataFrame:
    """Return the record once for each trial, with the trial's values in it."""
    repeated = record.iloc[np.zeros(len(trials), dtype=np.intp)].reset_index(drop=True)
    columns = zip(changed, zip(*trials, strict=True), strict=True)
    return repeated.assign(**{each.column.name: list(values) for each, values in columns})


def _change(each: PlausibleColumn, before: Value, after: Value) -> Change:
    column = each.column
    return Change(
        column=column.name,
        meaning=column.meaning,
        unit=column.unit,
        before=before,
        after=after,
    )


def _answer(risk: float, option: _Option, tried: int) -> Counterfactual:
    return Counterfactual(
        risk=risk,
        changes=option.changes,
        risk_after=option.risk,
        distance=option.distance,
        tried=tried,
    )
