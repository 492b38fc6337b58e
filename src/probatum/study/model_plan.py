"""What will be built: the index test, its classical comparators, its fallback, its backends."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from probatum.study.promise import Count, Positive, Promise, Risk, Seed, Text

Transform = Literal["identity", "log", "log_ratio", "equals", "is_missing"]


class Feature(Promise):
    """One number a model sees, and how it follows from the columns."""

    name: Text
    transform: Transform
    columns: tuple[Text, ...] = Field(min_length=1, max_length=2)
    value: str | None = None
    """The category that ``equals`` asks for."""

    @model_validator(mode="after")
    def _takes_what_its_transform_needs(self) -> Self:
        needed = 2 if self.transform == "log_ratio" else 1
        if len(self.columns) != needed:
            raise ValueError(f"{needed} column(s) for {self.transform}")
        if (self.transform == "equals") != (self.value is not None):
            raise ValueError("a value with the transform equals, and with no other")
        return self


Searched = Literal[
    "C",
    "gamma",
    "class_weight",
    "learning_rate",
    "max_leaf_nodes",
    "min_samples_leaf",
    "l2_regularization",
]
SEARCHED: Mapping[str, frozenset[Searched]] = {
    "logistic": frozenset({"C"}),
    "rbf_svm": frozenset({"C", "gamma", "class_weight"}),
    "gradient_boosting": frozenset(
        {"learning_rate", "max_leaf_nodes", "min_samples_leaf", "l2_regularization"}
    ),
}
"""The hyper-parameters of each kind of classical model, in scikit-learn's words."""


class SearchRange(Promise):
    """What a hyper-parameter may be: a range drawn from log-uniformly, or a list."""

    low: Positive | None = None
    high: Positive | None = None
    whole: bool = False
    one_of: tuple[Text, ...] | None = None

    @model_validator(mode="after")
    def _is_a_range_or_a_list(self) -> Self:
        if self.one_of is None:
            if self.low is None or self.high is None or self.low >= self.high:
                raise ValueError("low and high, low below high, or one_of")
        elif self.low is not None or self.high is not None or self.whole:
            raise ValueError("either low and high or one_of, not both")
        return self

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of a range; a list has none."""
        assert self.low is not None  # noqa: S101  (a range has both, see above)
        assert self.high is not None  # noqa: S101
        return self.low, self.high


EncodingName = Literal["amplitude", "angle", "basis", "iqp", "reuploading", "zz"]


class IndexModel(Promise):
    """The quantum-kernel classifier, and the grid it may be tuned over."""

    name: Text
    qubits: int = Field(ge=1, le=20)
    """Of the widest encoding: one a feature, or for amplitudes alone their logarithm."""
    encodings: tuple[EncodingName, ...] = Field(min_length=1)
    repetitions: tuple[Count, ...] = Field(min_length=1)
    entanglement: Literal["linear", "full"]
    """Which qubits an entangling layer joins; an angle encoding of one repetition has none."""
    bandwidths: tuple[Positive, ...] = Field(min_length=1)
    penalties: tuple[Positive, ...] = Field(min_length=1)
    head: Literal["ridge"]


class ClassicalModel(Promise):
    """A classical model, and what it may be tuned over."""

    name: Text
    kind: Literal["logistic", "rbf_svm", "gradient_boosting"]
    search: dict[Searched, SearchRange]
    rounds: Count | None = None
    """Boosting rounds; a gradient boosting states them, nothing else does."""

    @model_validator(mode="after")
    def _searches_what_its_kind_has(self) -> Self:
        if set(self.search) != SEARCHED[self.kind]:
            raise ValueError(f"a search over {sorted(SEARCHED[self.kind])} for {self.kind}")
        if (self.kind == "gradient_boosting") != (self.rounds is not None):
            raise ValueError("rounds with gradient_boosting, and with no other kind")
        return self


class Comparator(ClassicalModel):
    """A classical rival with the same tuning budget."""


class Fallback(ClassicalModel):
    """What predicts when the index test may not, and the rule that says when."""

    without_columns: tuple[Text, ...] = Field(min_length=1)
    rule: Text


class Tuning(Promise):
    """The same budget for every model: candidates tried, in nested cross-validation."""

    candidates: Count
    outer_folds: int = Field(ge=2)
    inner_folds: int = Field(ge=2)
    score: Literal["auc"]


class ModelPlan(Promise):
    """Everything about what is built and how it is tuned."""

    features: tuple[Feature, ...] = Field(min_length=1)
    imputation: Literal["median"]
    index: IndexModel
    comparators: tuple[Comparator, ...] = Field(min_length=1)
    fallback: Fallback
    tuning: Tuning
    calibration: Literal["platt"]
    threshold: Risk
    """The operating point, fixed before the evaluation patients are seen."""


class Seeds(Promise):
    """Where randomness comes from; one seed a purpose."""

    partition: Seed
    tuning: Seed
    resampling: Seed
    transpiler: Seed
    robustness: Seed | None = None
    """Stated exactly where a section ``robustness`` is."""
