"""The groups of people for whom fairness is reported, as the protocol draws them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.study.population import ProtectedAttribute
from probatum.study.protocol import Protocol

NOT_RECORDED = "not recorded"
"""The group of people whose attribute is missing: reported, never dropped."""


def subgroups(frame: pd.DataFrame, protocol: Protocol) -> dict[str, NDArray[np.object_]]:
    """For each protected attribute of the protocol, the group of every row.

    Parameters
    ----------
    frame : DataFrame
        Typed, holding the attributes' columns.

    Returns
    -------
    dict of str to (n,) array of str
        In the protocol's order of attributes.
    """
    return {
        attribute.name: _labels(frame[attribute.column], attribute, protocol)
        for attribute in protocol.protected_attributes
    }


def groups(attribute: ProtectedAttribute, protocol: Protocol) -> tuple[str, ...]:
    """The groups of an attribute in their order, whether or not anybody is in them."""
    column = protocol.column(attribute.column)
    if attribute.edges is None:
        return (*(column.categories or ()), NOT_RECORDED)
    return (*band_labels(attribute.edges, whole=column.type == "integer"), NOT_RECORDED)


def band_labels(edges: Sequence[float], *, whole: bool) -> tuple[str, ...]:
    """Names of the bands between edges, with one below the first and one from the last on.

    Examples
    --------
    >>> band_labels([50, 60], whole=True)
    ('under 50', '50-59', '60 and over')
    >>> band_labels([0.5, 1.5], whole=False)
    ('under 0.5', '0.5 to under 1.5', '1.5 and over')
    """
    between = [
        f"{low:g}-{high - 1:g}" if whole else f"{low:g} to under {high:g}"
        for low, high in pairwise(edges)
    ]
    return (f"under {edges[0]:g}", *between, f"{edges[-1]:g} and over")


def _labels(
    values: "pd.Series[Any]", attribute: ProtectedAttribute, protocol: Protocol
) -> NDArray[np.object_]:
    missing = values.isna().to_numpy(dtype=bool)
    if attribute.edges is None:
        names = values.astype(object).to_numpy(dtype=object)
    else:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        places = np.searchsorted(np.asarray(attribute.edges, float), numbers, side="right")
        known = groups(attribute, protocol)
        names = np.array([known[place] for place in places], dtype=object)
    return np.where(missing, NOT_RECORDED, names)
