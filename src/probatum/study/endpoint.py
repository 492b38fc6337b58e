"""What a study promises to measure, and the result it promises to call success."""

from typing import Literal, Self

from pydantic import model_validator

from probatum.study.promise import Promise, Risk, Slug, Text

Stage = Literal["retrospective", "silent"]
Measure = Literal[
    "auc", "auc_difference", "calibration_slope", "observed_expected", "net_benefit_difference"
]


class Criterion(Promise):
    """The bound that an interval must respect; one of two shapes."""

    lower_bound_above: float | None = None
    """The lower confidence bound must exceed this value, on the measure's own scale."""
    interval_within: tuple[float, float] | None = None
    """The whole interval must lie inside these two values."""

    @model_validator(mode="after")
    def _is_one_shape(self) -> Self:
        if (self.lower_bound_above is None) == (self.interval_within is None):
            raise ValueError("either lower_bound_above or interval_within, one of the two")
        if self.interval_within and self.interval_within[0] >= self.interval_within[1]:
            raise ValueError("interval_within as [lowest, highest]")
        return self

    def is_met(self, lower: float, upper: float) -> bool:
        """Whether an interval from ``lower`` to ``upper`` satisfies the criterion."""
        if self.lower_bound_above is not None:
            return lower > self.lower_bound_above
        assert self.interval_within is not None  # noqa: S101  (one of two shapes)
        return self.interval_within[0] < lower and upper < self.interval_within[1]

    def in_words(self) -> str:
        """The criterion as a phrase a reader can follow.

        Examples
        --------
        >>> Criterion(lower_bound_above=0.75).in_words()
        'lower bound above 0.75'
        """
        if self.lower_bound_above is not None:
            return f"lower bound above {self.lower_bound_above:g}"
        assert self.interval_within is not None  # noqa: S101
        lowest, highest = self.interval_within
        return f"whole interval between {lowest:g} and {highest:g}"


class Endpoint(Promise):
    """One pre-specified comparison of an estimate with what was promised."""

    id: Slug
    stage: Stage
    role: Literal["primary", "secondary"]
    measure: Measure
    model: Literal["index"]
    criterion: Criterion
    reason: Text
    versus: Literal["best_comparator", "treat_all"] | None = None
    threshold: Risk | None = None

    @model_validator(mode="after")
    def _names_what_its_measure_needs(self) -> Self:
        rival = {"auc_difference": "best_comparator", "net_benefit_difference": "treat_all"}
        if self.versus != rival.get(self.measure):
            raise ValueError(f"{self.measure} versus {rival.get(self.measure, 'nothing')}")
        if (self.measure == "net_benefit_difference") != (self.threshold is not None):
            raise ValueError(
                "a threshold with net_benefit_difference, and with no other measure"
            )
        return self
