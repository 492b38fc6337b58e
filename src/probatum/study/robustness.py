"""What the model must survive, and the rule by which an advantage over classical is judged."""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from probatum.study.promise import Count, Positive, Promise, Share, Text

Mitigation = Literal["readout", "zero_noise_extrapolation", "both"]


class Sample(Promise):
    """How many people the circuits are run for, and against how many they are compared."""

    patients: int = Field(ge=10)
    """Evaluation people at most; drawn by ``seeds.robustness`` where there are more."""
    landmarks: int = Field(ge=4)
    """Development people at most to whose states a new one is compared on a device."""


class Energy(Promise):
    """What is taken for granted where electricity is estimated; nothing of it was measured."""

    source: Literal["assumption"]
    simulator_watts: Positive
    """Of one processor core under load."""
    simulator_operations_per_second: Positive
    """Floating-point operations that core sustains."""
    device_watts: Positive
    """Of the cryostat and control electronics of one quantum processor."""
    repetition_seconds: Positive
    """Reset and readout around each shot, beside the circuit itself."""


class Advantage(Promise):
    """The verdict's rule, on the difference in AUC from the best classical comparator.

    In this order: *equivalence* if the whole interval lies within ``equivalence_within`` of
    zero; *advantage* if its lower bound exceeds ``advantage_above``; *disadvantage* if its
    upper bound is below ``disadvantage_below``; otherwise *not shown*.
    """

    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    equivalence_within: Positive
    advantage_above: Annotated[float, Field(ge=0)]
    disadvantage_below: Annotated[float, Field(le=0)]
    reason: Text


class Benchmark(Promise):
    """The standard tasks that each device is put to, apart from any patient."""

    widths: tuple[Annotated[int, Field(ge=3, le=12)], ...] = Field(min_length=1)
    """Qubits of the tasks."""
    shots: Count
    repeats: int = Field(ge=2)


class Intervals(Promise):
    """How far a risk may be off, and what part of the doubt a quantum processor adds."""

    refits: int = Field(ge=3)
    """Times the model is trained again on other draws of the development people."""
    shots: Count
    """Repetitions of each circuit, of those that the intervals are stated for."""


class Explanations(Promise):
    """What is told of the model to a clinician, and how much work goes into it."""

    patients: Count
    """Evaluation people who are explained."""
    background: int = Field(ge=2)
    """Development people that an entry of a record is replaced from."""
    shuffles: int = Field(ge=2)
    surrogate_depth: int = Field(ge=1, le=6)
    """Questions a rule of the readable model may ask."""
    changeable: tuple[Text, ...] = Field(min_length=1)
    """Columns that a counterfactual may change."""
    plausible: tuple[Share, Share]
    """Quantiles of development between which a changed value must lie."""
    most_changes: int = Field(ge=1, le=3)
    tries: Count

    @field_validator("plausible")
    @classmethod
    def _quantiles_rise(cls, quantiles: tuple[float, float]) -> tuple[float, float]:
        if quantiles[0] >= quantiles[1]:
            raise ValueError("two quantiles, the lower first")
        return quantiles


class Robustness(Promise):
    """Everything about the stage that asks whether the model still works elsewhere."""

    sample: Sample
    shots: tuple[Count, ...] = Field(min_length=1)
    """A circuit's repetitions, from few to many."""
    repeats: int = Field(ge=2)
    """Draws of each random scenario, each with its own seed."""
    devices: tuple[Text, ...] = Field(min_length=2)
    """Calibration snapshots of real devices; how far they disagree is part of the doubt."""
    mitigation: tuple[Mitigation, ...] = ()
    """Tried on the first device; every result is given with it and without."""
    missing: tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...] = ()
    """Columns that a scenario takes away together."""
    flip_limit: Share
    """The share of decisions that may flip before a scenario counts as not withstood."""
    intervals: Intervals
    explanations: Explanations
    energy: Energy
    advantage: Advantage
    benchmark: Benchmark
    reason: Text

    @field_validator("shots")
    @classmethod
    def _shots_rise(cls, shots: tuple[int, ...]) -> tuple[int, ...]:
        if any(a >= b for a, b in pairwise(shots)):
            raise ValueError("shots that rise")
        return shots

    @field_validator("devices", "mitigation", "missing")
    @classmethod
    def _each_is_named_once(cls, entries: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(set(entries)) != len(entries):
            raise ValueError("each named once")
        return entries
