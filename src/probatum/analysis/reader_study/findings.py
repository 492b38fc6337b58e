"""What a multireader multicase analysis found: areas, differences, and where they vary from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from probatum.analysis.estimate import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentArea:
    """Area of one treatment, the mean over readers."""

    treatment: str
    area: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentDifference:
    """Area under treatment ``a`` less that under ``b``."""

    a: str
    b: str
    difference: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderArea:
    """Area of one reader under one treatment."""

    treatment: str
    reader: str
    area: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OverallTest:
    """Test that all treatments have the same area.

    Attributes
    ----------
    statistic : float
        F; chi-square where ``df2`` is ``None``.
    df1 : float
    df2 : float or None
        Of the denominator; ``None`` where they are infinite.
    p_value : float
    method : str
    """

    statistic: float
    df1: float
    df2: float | None
    p_value: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceComponents:
    """Where the areas vary from, in the model of Obuchowski and Rockette.

    Attributes
    ----------
    var_reader, var_treatment_reader : float
        Of readers, and of what a treatment does to a reader. Estimates from mean squares,
        which may be negative.
    cov1, cov2, cov3 : float
        Covariances of errors: same reader and other treatment; same treatment and other
        reader; both other.
    var_error : float
        Variance of an area over samples of cases.
    pilot_cases : int
        Cases they rest on; errors shrink as one over that number.
    """

    var_reader: float
    var_treatment_reader: float
    cov1: float
    cov2: float
    cov3: float
    var_error: float
    pilot_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudovalueComponents:
    """Where the pseudovalues vary from, in the model of Dorfman, Berbaum and Metz.

    Attributes
    ----------
    var_reader, var_case, var_treatment_reader, var_treatment_case, var_reader_case : float
    var_error : float
        Of the three-way interaction and error together. Any of them may be negative.
    """

    var_reader: float
    var_case: float
    var_treatment_reader: float
    var_treatment_case: float
    var_reader_case: float
    var_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderStudy:
    """What a multireader multicase study found.

    Attributes
    ----------
    overall : OverallTest
    differences : tuple of TreatmentDifference
        Each pair of treatments, or each against the reference.
    treatments : tuple of TreatmentArea
    readers : tuple of ReaderArea
    components : VarianceComponents or PseudovalueComponents
    n_readers, n_cases : int
    method : str
    """

    overall: OverallTest
    differences: tuple[TreatmentDifference, ...]
    treatments: tuple[TreatmentArea, ...]
    readers: tuple[ReaderArea, ...]
    components: VarianceComponents | PseudovalueComponents
    n_readers: int
    n_cases: int
    method: str

    def as_dict(self) -> dict[str, Any]:
        """Return what was found as it stands in evidence, in plain JSON values.

        Examples
        --------
        >>> test = OverallTest(statistic=4.0, df1=1.0, df2=None, p_value=0.05, method="m")
        >>> parts = PseudovalueComponents(var_reader=0.1, var_case=0.1, var_error=0.1,
        ...     var_treatment_reader=0.1, var_treatment_case=0.1, var_reader_case=0.1)
        >>> study = ReaderStudy(overall=test, differences=(), treatments=(), readers=(),
        ...     components=parts, n_readers=2, n_cases=9, method="m")
        >>> study.as_dict()["overall"]["statistic"]
        4.0
        """
        return {
            "method": self.method,
            "n_readers": self.n_readers,
            "n_cases": self.n_cases,
            "overall": asdict(self.overall),
            "differences": [
                {"a": one.a, "b": one.b, **one.difference.as_dict()} for one in self.differences
            ],
            "treatments": [
                {"treatment": one.treatment, **one.area.as_dict()} for one in self.treatments
            ],
            "readers": [asdict(one) for one in self.readers],
            "components": asdict(self.components),
        }
