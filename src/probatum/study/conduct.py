"""How the study is run: silence, looks, drift limits, quality rules, gates and signatures."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from probatum.study.promise import Count, Positive, Promise, Risk, Share, Slug, Text
from probatum.study.statistics import ColumnStatistic, Prices, Statistic

QualityRule = Literal[
    "schema",
    "ranges",
    "unique_ids",
    "leak_columns_absent",
    "deidentification",
    "ages_top_coded",
    "k_anonymity",
    "followup_complete",
    "missingness_by_period",
]


class Quality(Promise):
    """Which quality rules stop the study, and which are only reported."""

    blocking: tuple[QualityRule, ...] = Field(min_length=1)
    warning: tuple[QualityRule, ...] = ()


class Analysis(Promise):
    """The choices every analysis shares."""

    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    bootstrap_replicates: int = Field(ge=200)
    minimum_cell: Count
    thresholds: tuple[Risk, ...] = Field(min_length=1)
    learning_curve_shares: tuple[Annotated[float, Field(gt=0, le=1)], ...]
    multiplicity: Text
    statistics: tuple[Statistic, ...] = ()
    """What is reported beside what every stage reports; descriptive, never an endpoint."""
    prices: Prices | None = None
    """What acting and not acting cost, for a statistic of costs or bed-days."""


class Looks(Promise):
    """When the silent stage may be looked at before its end, and what each look costs."""

    measure: Slug
    planned_outcomes: Count
    fractions: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(min_length=1)
    alpha: Annotated[float, Field(gt=0, lt=0.5)]
    spending: Literal["obrien_fleming", "pocock"]

    @model_validator(mode="after")
    def _fractions_rise_to_one(self) -> Self:
        steps = zip(self.fractions, self.fractions[1:], strict=False)
        if any(a >= b for a, b in steps) or self.fractions[-1] != 1.0:
            raise ValueError("fractions of information that rise and end at 1.0")
        return self


class Silent(Promise):
    """How predictions meet patients without anyone seeing them."""

    capture: Literal["live", "replay", "rehearsal"]
    period: Literal["year"]
    grades_note: Text
    looks: Looks
    incidental_findings: Text


class Limit(Promise):
    """Two sizes of an effect: one to notice, one to act on."""

    warning: Positive
    alarm: Positive

    @model_validator(mode="after")
    def _alarm_is_beyond_warning(self) -> Self:
        if self.alarm <= self.warning:
            raise ValueError("an alarm beyond the warning")
        return self


class Range(Promise):
    """Two ranges of a ratio: outside the first is noticed, outside the second acted on."""

    warning: tuple[Positive, Positive]
    alarm: tuple[Positive, Positive]

    @model_validator(mode="after")
    def _alarm_encloses_warning(self) -> Self:
        (low, high), (lowest, highest) = self.warning, self.alarm
        if not lowest < low < high < highest:
            raise ValueError("an alarm range that encloses the warning range")
        return self


class Drift(Promise):
    """The sizes of change that count, fixed before any change is seen."""

    reference: Literal["development"]
    psi: Limit
    standardised_difference: Limit
    missing_share_increase: Limit
    observed_expected: Range
    minimum_cases: Count
    statistics: tuple[ColumnStatistic, ...] = ()
    """What else is computed of every predictor and of the risk, held to no limit."""


class PriorLook(Promise):
    """Something known of the later patients before the protocol was locked, owned up to."""

    date: Text
    partition: Literal["evaluation", "silent"]
    what: Text
    consequence: Text


class Gate(Promise):
    """A decision between two stages: what it needs, and who must sign it."""

    id: Slug
    after: Literal["quality", "retrospective", "silent"]
    requires: tuple[Slug, ...]
    signed_by: tuple[Text, ...]
    decides: Text


Resolution = Annotated[Share, Field(gt=0, le=0.01)]
"""The finest difference between two results that is reported as a difference."""
