"""What a study promises to measure, and the result it promises to call success."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from probatum.study.promise import Promise, Risk, Slug, Text
from probatum.study.statistics import TWO_MODELS, Option, Stage, Words, statistic_named

Measure = Annotated[str, Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]
"""A statistic that gives one estimate, by its name in ``probatum stat list``."""


class Criterion(Promise):
    """The bound that an interval must respect; one of three shapes."""

    lower_bound_above: float | None = None
    """The lower confidence bound must exceed this value, on the measure's own scale."""
    upper_bound_below: float | None = None
    """The upper confidence bound must stay below this value, for what is better small."""
    interval_within: tuple[float, float] | None = None
    """The whole interval must lie inside these two values."""

    @model_validator(mode="after")
    def _is_one_shape(self) -> Self:
        shapes = (self.lower_bound_above, self.upper_bound_below, self.interval_within)
        if sum(shape is not None for shape in shapes) != 1:
            raise ValueError(
                "one of lower_bound_above, upper_bound_below and interval_within, and no other"
            )
        if self.interval_within and self.interval_within[0] >= self.interval_within[1]:
            raise ValueError("interval_within as [lowest, highest]")
        return self

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """What the interval must stay above, and what below; ``None`` where it need not."""
        return self.interval_within or (self.lower_bound_above, self.upper_bound_below)

    def is_met(self, lower: float, upper: float) -> bool:
        """Whether an interval from ``lower`` to ``upper`` satisfies the criterion."""
        least, most = self.bounds
        return (least is None or lower > least) and (most is None or upper < most)

    def in_words(self) -> str:
        """The criterion as a phrase a reader can follow.

        Examples
        --------
        >>> Criterion(lower_bound_above=0.75).in_words()
        'lower bound above 0.75'
        """
        least, most = self.bounds
        if least is None:
            return f"upper bound below {most:g}"
        if most is None:
            return f"lower bound above {least:g}"
        return f"whole interval between {least:g} and {most:g}"


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
    by: tuple[Text, ...] = ()
    """Protected attributes whose groups are compared, for a measure that asks for groups."""
    options: Mapping[str, Option] = {}

    @property
    def words(self) -> Words:
        """The statistic that is measured."""
        return _known(self.measure)

    @property
    def choices(self) -> dict[str, Option]:
        """Everything the protocol chooses for this measure, its threshold among them."""
        threshold = {} if self.threshold is None else {"threshold": self.threshold}
        return {**self.options, **threshold}

    @model_validator(mode="after")
    def _names_what_its_measure_needs(self) -> Self:
        words = _known(self.measure)
        if not words.gives_estimate:
            raise ValueError(f"a measure of one number, which {words.name} is not")
        rival = "treat_all" if "versus" in words.columns else None
        rival = "best_comparator" if set(TWO_MODELS) & set(words.columns) else rival
        if self.versus != rival:
            raise ValueError(f"{self.measure} versus {rival or 'nothing'}")
        if ("threshold" in words.required) != (self.threshold is not None):
            raise ValueError("a threshold with a measure that acts at one, and with no other")
        return self


def _known(measure: str) -> Words:
    words = statistic_named(measure)
    if words is None:
        raise ValueError("a measure that `probatum stat list` lists")
    return words
