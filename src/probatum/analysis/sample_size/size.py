"""How many patients a study needs, what demands them, and what that many will give."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from probatum.analysis.sample_size.asked import among
from probatum.analysis.sample_size.smallest import smallest, smallest_that_holds
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One demand on the size of a study.

    Attributes
    ----------
    name : str
        What is demanded, in words.
    n : int
        Evaluable patients it needs by itself.
    target, achieved : float
        What is asked, and what is had at the evaluable size of the study.
    """

    name: str
    n: int
    target: float
    achieved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """A number of patients, and everything needed to defend it.

    Attributes
    ----------
    n : int
        Patients to enrol.
    evaluable : int
        Patients that must be analysed, independent of each other; ``n`` adds those lost and
        those that clustering makes less than whole.
    events : int or None
        Expected with the condition among the evaluable, rounded up; ``None`` where it does
        not count.
    ruling : str
        Name of the criterion that needs the most patients.
    criteria : tuple of Criterion
        Each with what it needs by itself.
    alpha : float or None
        One-sided error rate of the test, where there is one.
    confidence : float or None
        Level of the interval, where there is one.
    method : str
        Assumptions and source, in words fit for a protocol.

    Examples
    --------
    >>> sized([Demand("half-width", 0.1, 62.4, lambda n: 0.78 / n**0.5)], method="m").n
    63
    """

    n: int
    evaluable: int
    events: int | None
    ruling: str
    criteria: tuple[Criterion, ...]
    alpha: float | None
    confidence: float | None
    method: str

    def __int__(self) -> int:
        return self.n

    def as_dict(self) -> dict[str, Any]:
        """Return the size as it stands in evidence."""
        return {
            "n": self.n,
            "evaluable": self.evaluable,
            "events": self.events,
            "ruling": self.ruling,
            "criteria": [asdict(criterion) for criterion in self.criteria],
            "alpha": self.alpha,
            "confidence": self.confidence,
            "method": self.method,
        }


@dataclass(frozen=True, slots=True)
class Demand:
    """A criterion before the study's size is known.

    Attributes
    ----------
    name : str
    target : float
    needs : float
        Patients that meet it, before rounding up.
    reached : callable
        What a number of patients gives.
    """

    name: str
    target: float
    needs: float
    reached: Callable[[int], float]


def sized(
    demands: Sequence[Demand],
    *,
    method: str,
    prevalence: float | None = None,
    alpha: float | None = None,
    confidence: float | None = None,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Size of a study that meets all ``demands``.

    .. math:: n = \lceil \lceil \max_j n_j \rceil \cdot \mathrm{deff} / (1 - u) \rceil

    Parameters
    ----------
    demands : sequence of Demand
    method : str
    prevalence : float in (0, 1), optional
        Share with the condition.
    alpha, confidence : float in (0, 1), optional
    design_effect : float, at least 1
        Factor for findings that are not independent; see :func:`design_effect`.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Examples
    --------
    >>> demands = [Demand("half-width", 0.1, 62.4, lambda n: 0.78 / n**0.5)]
    >>> sized(demands, method="m", unusable=0.1).n
    70
    """
    among(design_effect, "design effect", 1, math.inf, closed="[)")
    among(unusable, "unusable", 0, 1, closed="[)")
    least = [whole(demand.needs) for demand in demands]
    evaluable = max(least)
    criteria = tuple(
        Criterion(
            name=demand.name,
            n=n,
            target=float(demand.target),
            achieved=float(demand.reached(evaluable)),
        )
        for demand, n in zip(demands, least, strict=True)
    )
    return SampleSize(
        n=whole(evaluable * design_effect / (1 - unusable)),
        evaluable=evaluable,
        events=None if prevalence is None else whole(evaluable * prevalence),
        ruling=criteria[least.index(evaluable)].name,
        criteria=criteria,
        alpha=alpha,
        confidence=confidence,
        method=method + _inflated(design_effect, unusable),
    )


def powered(
    reached: Callable[[int], float],
    power: float,
    *,
    least: int = 1,
    in_teeth: bool = False,
    of: str = "power",
    **told: Any,
) -> SampleSize:
    """Size of a study that has the power asked for.

    Parameters
    ----------
    reached : callable
        Power that a number of patients has.
    power : float in (0, 1)
        Asked for.
    least : int
        Patients with whom the search starts.
    in_teeth : bool
        Whether more patients may have less power, as in an exact test: then no larger study
        than the one given falls short.
    of : str
        What the power is called.
    told
        To :func:`sized`.

    Examples
    --------
    >>> powered(lambda n: 1 - 9 / n, 0.9, method="m").n
    90
    """
    among(power, "power", 0, 1)
    if in_teeth:
        needs = smallest_that_holds(reached, power, least=least)
    else:
        needs = smallest(lambda n: reached(n) >= power, least=least)
    return sized([Demand(f"{of} at least", power, needs, reached)], **told)


def _inflated(design_effect: float, unusable: float) -> str:
    told = "" if design_effect == 1 else f"; times the design effect {design_effect:g}"
    return told if unusable == 0 else f"{told}; {unusable:g} expected unusable"


def whole(patients: float) -> int:
    """Round up to whole patients; what floating point adds to a whole number is no patient.

    Examples
    --------
    >>> whole(100 * 1.1), whole(100.01)
    (110, 101)
    """
    if not patients < 1e15:
        raise NotEstimable("sample size — no number of patients meets the demand")
    return max(math.ceil(patients * (1 - 1e-12)), 1)
