"""Whether the index test works as well for each group of people whom the protocol protects."""

from typing import Any

import pandas as pd

from probatum.analysis.equity import by_subgroup
from probatum.cohort.subgroups import groups
from probatum.cohort.subgroups import subgroups as labels_of
from probatum.stages.performance import Predicted
from probatum.study.population import ProtectedAttribute
from probatum.study.protocol import Protocol


def subgroups(
    cases: Predicted, people: pd.DataFrame, protocol: Protocol
) -> list[dict[str, Any]]:
    """Discrimination, error rates and calibration, one row a group of each attribute.

    Groups stand in the protocol's order; one in which nobody is has no row.

    Parameters
    ----------
    cases : Predicted
        People of known outcome and their risks.
    people : (n, columns) table
        What is known of the same people at baseline, in the same order.
    protocol : Protocol
        States the attributes, the operating threshold and the smallest cell reported.
    """
    labels = labels_of(people, protocol)
    return [
        row
        for attribute in protocol.protected_attributes
        for row in _rows(attribute, labels[attribute.name], cases, protocol)
    ]


def _rows(
    attribute: ProtectedAttribute, labels: Any, cases: Predicted, protocol: Protocol
) -> list[dict[str, Any]]:
    rows = by_subgroup(
        cases.outcome,
        cases.risk,
        labels,
        threshold=protocol.model.threshold,
        minimum_cell=protocol.analysis.minimum_cell,
        **cases.weighted(),
    )
    told = {row.label: row.as_dict() for row in rows}
    return [
        {
            "estimator": "by-subgroup",
            "attribute": attribute.name,
            "group": name,
            **_without_label(told[name]),
        }
        for name in groups(attribute, protocol)
        if name in told
    ]


def _without_label(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "label"}
