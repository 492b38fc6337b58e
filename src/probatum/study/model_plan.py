"""What will be built: the index test, its classical comparators, its fallback, its backends."""

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


class IndexModel(Promise):
    """The quantum-kernel classifier, and the grid it may be tuned over."""

    name: Text
    qubits: int = Field(ge=1, le=20)
    encodings: tuple[Literal["angle", "zz"], ...] = Field(min_length=1)
    repetitions: tuple[Count, ...] = Field(min_length=1)
    bandwidths: tuple[Positive, ...] = Field(min_length=1)
    penalties: tuple[Positive, ...] = Field(min_length=1)
    head: Literal["ridge"]


class Comparator(Promise):
    """A classical rival with the same tuning budget."""

    name: Text
    kind: Literal["logistic", "rbf_svm", "gradient_boosting"]


class Fallback(Promise):
    """What predicts when the index test may not, and the rule that says when."""

    name: Text
    kind: Literal["logistic"]
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


class Backends(Promise):
    """Where circuits run, and the named device that their cost is stated for."""

    primary: Literal["exact"]
    transpile_to: Text
    optimization_level: Literal[0, 1, 2, 3]


class Seeds(Promise):
    """Where randomness comes from; one seed a purpose."""

    partition: Seed
    tuning: Seed
    resampling: Seed
    transpiler: Seed
