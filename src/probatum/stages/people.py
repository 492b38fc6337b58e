"""The people of a partition: who is eligible, what was known of them, what came of them."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.cohort.eligibility import eligibility
from probatum.cohort.partitions import Partition, partition
from probatum.cohort.tables import read_baseline, read_followup
from probatum.errors import DataError
from probatum.stages.followed import Followed
from probatum.stages.layout import Layout
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the flow of people through a study."""

    step: str
    n: int
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The step as it stands in evidence."""
        return {"step": self.step, "n": self.n, "note": self.note}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """The eligible people of a table, and those each rule left out, in the rules' order."""

    people: pd.DataFrame
    excluded: tuple[Step, ...]


def registered(layout: Layout, protocol: Protocol) -> pd.DataFrame:
    """Everyone of development and evaluation, with what was known at baseline."""
    return read_baseline(layout.data / "retrospective" / "baseline.csv", protocol)


def eligible(people: pd.DataFrame, protocol: Protocol) -> Enrolled:
    """The eligible of some people; each other one is counted under the first rule unmet."""
    chosen = eligibility(people, protocol)
    return Enrolled(
        people=people[chosen.is_eligible].reset_index(drop=True),
        excluded=tuple(
            Step(step=f"excluded: {rule.rule}", n=rule.count, note=rule.reason)
            for rule in chosen.exclusions
        ),
    )


def enrolled(layout: Layout, protocol: Protocol, name: Partition) -> Enrolled:
    """The eligible of a partition of the registered, in the order of their table."""
    own = partition(registered(layout, protocol), protocol, name)
    return eligible(own, protocol)


def flow(layout: Layout, protocol: Protocol, chosen: Enrolled) -> tuple[Step, ...]:
    """How many were registered, belong to each partition, were left out, and remain."""
    everyone, parts = registered(layout, protocol), protocol.population.partitions
    names: tuple[Partition, ...] = ("development", "evaluation")
    partitions = [
        Step(
            step=name,
            n=len(partition(everyone, protocol, name)),
            note=", ".join(map(str, getattr(parts, name))),
        )
        for name in names
    ]
    return (
        Step(step="registered", n=len(everyone), note="development and evaluation"),
        *partitions,
        *chosen.excluded,
        Step(step="eligible", n=len(chosen.people)),
    )


def followed(layout: Layout, protocol: Protocol, people: pd.DataFrame) -> Followed:
    """The outcome of people of development or evaluation, weighted within them.

    Raises
    ------
    DataError
        If someone's follow-up is absent.
    """
    key, outcome = protocol.population.id_column, protocol.outcome
    path = layout.data / "retrospective" / "followup.csv"
    rows = read_followup(path, protocol).set_index(key)
    absent = int((~people[key].isin(rows.index)).sum())
    if absent:
        raise DataError(
            f"{path} — expected the follow-up of each person, got {absent} people without — "
            "check the data's quality first"
        )
    own = rows.loc[people[key]]
    return Followed.until(
        outcome.horizon_days, own[outcome.time_column], own[outcome.event_column]
    )
