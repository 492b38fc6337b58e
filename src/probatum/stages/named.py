"""The statistics that a protocol names, computed of the people of a stage."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from probatum.analysis.catalogue import Estimator, estimator, plain
from probatum.errors import NotEstimable
from probatum.stages.followed import Numbers
from probatum.stages.material import Material
from probatum.study.population import Column
from probatum.study.protocol import Protocol
from probatum.study.statistics import WHOLE_TABLES, Stage

ALL = "all predictors"
"""What a statistic of whole tables compares."""
Sides = tuple[Any, Any]


def named(stage: Stage, material: Material, protocol: Protocol) -> list[dict[str, Any]]:
    """One row a statistic that the protocol names for a stage, in its order.

    What these people cannot give has no result, and the reason beside it.
    """
    rows = []
    for one in protocol.analysis.statistics:
        if stage in one.stages:
            asked = estimator(one.statistic)
            arguments = material.arguments(asked, one.options, one.by)
            row = {"by": list(one.by), "options": dict(one.options), "reason": one.reason}
            row |= {"basis": material.basis(asked), **answered(asked, arguments)}
            rows.append({"statistic": one.statistic, **row})
    return rows


def beside_reference(sides: Mapping[str, Sides], protocol: Protocol) -> list[dict[str, Any]]:
    """One row a statistic that the protocol's drift names, and what it compares.

    Parameters
    ----------
    sides : mapping of name to (reference, current)
        Numbers side by side for statistics of whole tables under ``ALL``; else one column.
    protocol : Protocol
    """
    rows = []
    for one in protocol.drift.statistics:
        asked = estimator(one.statistic)
        names = [name for name in sides if (name == ALL) == (asked.name in WHOLE_TABLES)]
        for name in names:
            arguments = _compared(asked, sides[name], protocol)
            told = answered(asked, {**arguments, **one.options})
            rows.append({"statistic": one.statistic, "column": name, **told})
    return rows


def as_numbers(
    people: pd.DataFrame, reference: pd.DataFrame, columns: Sequence[Column]
) -> Numbers:
    """Every column as numbers side by side, for a statistic of whole tables.

    A category becomes a column of 0 and 1 each; a number that is missing takes the median of
    the ``reference``, with a column of its own that says so.
    """
    parts = []
    for column in columns:
        values = people[column.name]
        if column.type == "category":
            parts += [values == category for category in column.categories or ()]
        else:
            parts += [values.fillna(reference[column.name].median()), values.isna()]
    return np.column_stack([np.asarray(part, dtype=float) for part in parts])


def _compared(asked: Estimator, sides: Sides, protocol: Protocol) -> dict[str, Any]:
    choices = {"confidence": protocol.analysis.confidence, "seed": protocol.seeds.resampling}
    given = {**choices, "reference": sides[0], "current": sides[1]}
    taken = {one.name for one in asked.parameters}
    return {name: value for name, value in given.items() if name in taken}


def answered(asked: Estimator, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A statistic's answer as it stands in evidence, or why there is none."""
    try:
        result, why = plain(asked.call(**arguments)), ""
    except NotEstimable as refusal:
        result, why = None, str(refusal)
    return {"estimator": asked.name, "about": asked.about, "result": result, "why": why}
