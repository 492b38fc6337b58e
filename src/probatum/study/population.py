"""Who is in the study, what is known of each person, and when it is known."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from probatum.study.promise import Count, Positive, Promise, Share, Slug, Text


class Role(StrEnum):
    """What a column may be used for."""

    IDENTIFIER = "identifier"
    TIME = "time"
    PREDICTOR = "predictor"
    EXCLUDED = "excluded"
    """Known at baseline, yet kept from every model, for the reason in its meaning."""
    LEAK = "leak"
    """Known only after the moment of prediction; never seen by a model."""


class Column(Promise):
    """One column: its role, unit, what it may hold, and when it is known."""

    name: Text
    role: Role
    type: Literal["integer", "number", "category", "text"]
    known_at: Literal["baseline", "follow_up"]
    meaning: Text
    unit: Text | None = None
    allowed: tuple[float, float] | None = None
    categories: tuple[Text, ...] | None = None
    missing: Share = 0.0
    """Largest share of empty cells that is not an incident."""
    quasi_identifier: bool = False

    @model_validator(mode="after")
    def _has_a_range_that_fits_its_type(self) -> Self:
        if self.type == "category" and not self.categories:
            raise ValueError("the categories of a category column")
        if self.type != "category" and self.categories:
            raise ValueError(f"no categories on a column of type {self.type}")
        if self.type in ("integer", "number") and self.allowed is None:
            raise ValueError("the allowed range [lowest, highest] of a column of numbers")
        if self.allowed and self.allowed[0] >= self.allowed[1]:
            raise ValueError("an allowed range [lowest, highest]")
        if (self.role is Role.LEAK) != (self.known_at == "follow_up"):
            raise ValueError("the role leak on columns known at follow_up, and on no other")
        return self


class EligibilityRule(Promise):
    """One condition a person must meet to be in the study."""

    id: Slug
    column: Text
    reason: Text
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] | None = None
    present: Literal[True] | None = None

    @model_validator(mode="after")
    def _states_a_condition(self) -> Self:
        stated = (self.at_least, self.at_most, self.one_of, self.present)
        if all(condition is None for condition in stated):
            raise ValueError("a condition: at_least, at_most, one_of or present")
        return self


class Partitions(Promise):
    """Which periods build the model, which try it, and which are met silently."""

    development: tuple[int, ...] = Field(min_length=1)
    evaluation: tuple[int, ...] = Field(min_length=1)
    silent: tuple[int, ...] = ()


class Population(Promise):
    """Who is eligible, and how time divides them."""

    id_column: Text
    time_column: Text
    eligibility: tuple[EligibilityRule, ...] = Field(min_length=1)
    partitions: Partitions


class ProtectedAttribute(Promise):
    """A grouping by which fairness is reported."""

    name: Slug | Literal["age_band"]
    column: Text
    edges: tuple[float, ...] | None = None
    """Lower edges of the bands of a number; absent for a category."""
    meaning: Text | None = None

    @model_validator(mode="after")
    def _edges_rise(self) -> Self:
        if self.edges and any(a >= b for a, b in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("rising edges of the bands")
        return self


class Censoring(Promise):
    """What is done about people whose outcome is unknown at the horizon."""

    method: Literal["ipcw"]
    rule: Text


class Outcome(Promise):
    """The event predicted, the standard by which it is known, and by when."""

    name: Text
    definition: Text
    reference_standard: Text
    time_column: Text
    event_column: Text
    horizon_days: Count
    maturity_years: Count
    """Whole periods after which an outcome at the horizon is known for everyone of a period."""
    censoring: Censoring

    @model_validator(mode="after")
    def _matures_after_the_horizon(self) -> Self:
        if self.horizon_days > self.maturity_years * 366:
            raise ValueError("outcomes that mature after the horizon has passed")
        return self


class Deidentification(Promise):
    """How far the table is kept from the people in it."""

    method: Literal["hipaa_safe_harbor"]
    age_column: Text | None = None
    age_top_code: Literal[90] = 90
    """Safe Harbor: all ages over 89 become one category."""
    k: int = Field(ge=2)
    age_width: Positive
    suppressed_share: Share
    rule: Text
