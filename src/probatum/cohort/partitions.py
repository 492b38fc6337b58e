"""Which people build the model, which try it, and which are met silently: divided by time."""

from typing import Literal

import pandas as pd

from probatum.errors import DataError
from probatum.study.protocol import Protocol

Partition = Literal["development", "evaluation", "silent"]
PARTITIONS: tuple[Partition, ...] = ("development", "evaluation", "silent")


def periods_of(protocol: Protocol, *names: Partition) -> tuple[int, ...]:
    """The periods of the partitions named, in the protocol's order."""
    parts = protocol.population.partitions
    return tuple(period for name in names for period in getattr(parts, name))


def partition_of(protocol: Protocol, period: int) -> Partition:
    """The partition to which a period belongs.

    Raises
    ------
    DataError
        If the protocol gives the period to none.
    """
    for name in PARTITIONS:
        if period in periods_of(protocol, name):
            return name
    raise DataError(
        f"period {period} — expected one of {list(periods_of(protocol, *PARTITIONS))} — "
        "name it in population.partitions, or leave its rows out"
    )


def partition(frame: pd.DataFrame, protocol: Protocol, *names: Partition) -> pd.DataFrame:
    """The rows of the partitions named, in the order of the table, with a new index.

    Raises
    ------
    DataError
        If the table holds a period that belongs to no partition.
    """
    periods = frame[protocol.population.time_column]
    for period in periods.unique():
        partition_of(protocol, int(period))
    return frame[periods.isin(periods_of(protocol, *names))].reset_index(drop=True)
