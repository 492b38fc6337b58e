"""The whole promise: one typed value from which every stage takes its orders."""

from typing import Annotated, Literal

from pydantic import Field

from probatum.study.conduct import (
    Analysis,
    Drift,
    Gate,
    PriorLook,
    Quality,
    Resolution,
    Silent,
)
from probatum.study.endpoint import Endpoint
from probatum.study.execution import Backends
from probatum.study.model_plan import ModelPlan, Seeds
from probatum.study.population import (
    Column,
    Deidentification,
    Outcome,
    Population,
    ProtectedAttribute,
    Role,
)
from probatum.study.promise import Promise, Slug, Text
from probatum.study.robustness import Robustness
from probatum.study.statistics import Stage


class Study(Promise):
    """Which study this is."""

    id: Slug
    title: Text
    version: Text
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    sponsor: Text
    rationale: Text


class IntendedUse(Promise):
    """For whom, by whom, where and for which decision the model is meant; and for what not."""

    condition: Text
    population: Text
    users: tuple[Text, ...] = Field(min_length=1)
    setting: Text
    decision: Text
    automation: Text
    not_for: tuple[Text, ...] = Field(min_length=1)


class Protocol(Promise):
    """What a study commits to before it looks."""

    study: Study
    intended_use: IntendedUse
    population: Population
    columns: tuple[Column, ...] = Field(min_length=1)
    protected_attributes: tuple[ProtectedAttribute, ...]
    outcome: Outcome
    deidentification: Deidentification
    model: ModelPlan
    backends: Backends
    seeds: Seeds
    quality: Quality
    analysis: Analysis
    endpoints: tuple[Endpoint, ...] = Field(min_length=1)
    robustness: Robustness | None = None
    """Absent where the model is tried on nothing but the backend it was built on."""
    silent: Silent | None = None
    """Absent where the data have no dates: such a study has no silent stage."""
    drift: Drift
    gates: tuple[Gate, ...]
    prior_looks: tuple[PriorLook, ...] = ()
    """What was known of later patients before the lock; empty when nothing was."""
    resolution: Resolution

    def column(self, name: str) -> Column:
        """The column called ``name``; the protocol's coherence makes sure it exists."""
        return next(column for column in self.columns if column.name == name)

    def columns_known_at(self, moment: Literal["baseline", "follow_up"]) -> tuple[Column, ...]:
        """The columns known at a moment, in the protocol's order."""
        return tuple(column for column in self.columns if column.known_at == moment)

    def columns_with(self, role: Role) -> tuple[Column, ...]:
        """The columns of a role, in the protocol's order."""
        return tuple(column for column in self.columns if column.role is role)

    def endpoints_of(self, stage: Stage) -> tuple[Endpoint, ...]:
        """The endpoints of a stage, in the order in which they are tested."""
        return tuple(endpoint for endpoint in self.endpoints if endpoint.stage == stage)
