"""How far the patients of a period lie from those of development, against limits set before."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.analysis.catalogue import name_of
from probatum.analysis.drift import missing_share, psi, psi_categorical, standardised_difference
from probatum.analysis.estimate import Estimate
from probatum.errors import NotEstimable
from probatum.study.conduct import Drift, Limit, Range
from probatum.study.population import Column

OK, WARNING, ALARM, TOO_FEW = "ok", "warning", "alarm", "too few"
_WORSE = (TOO_FEW, OK, WARNING, ALARM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One effect size beside the limit it is held to.

    Attributes
    ----------
    column, measure : str
        What was measured of what.
    observed : float
        The effect size; for a missing share its increase over the reference.
    limit : float or None
        The limit passed; None if none was.
    level : str
        ``ok``, ``warning`` or ``alarm``.
    """

    column: str
    measure: str
    observed: float
    limit: float | None
    level: str

    def in_words(self) -> str:
        """The finding as a reader meets it; empty if no limit was passed."""
        if self.limit is None:
            return ""
        return f"{self.measure} {self.observed:.3g} beyond {self.level} limit {self.limit:g}"

    def as_alarm(self, period: int) -> dict[str, Any]:
        """The finding as it stands among the alarms of a period."""
        names = ("column", "measure", "observed", "limit", "level")
        return {"period": period, **{name: getattr(self, name) for name in names}}


def held_to(limit: Limit, observed: float, *, column: str, measure: str) -> Finding:
    """An effect size against its two limits; its sign does not matter.

    Examples
    --------
    >>> held_to(Limit(warning=0.1, alarm=0.25), 0.3, column="age", measure="psi").level
    'alarm'
    """
    size = abs(observed)
    passed: float | None = None
    level = OK
    if size > limit.warning:
        level, passed = WARNING, limit.warning
    if size > limit.alarm:
        level, passed = ALARM, limit.alarm
    return Finding(column=column, measure=measure, observed=observed, limit=passed, level=level)


def held_within(bounds: Range, observed: float, *, column: str, measure: str) -> Finding:
    """A ratio against its two ranges; the limit named is the bound it lies beyond.

    Examples
    --------
    >>> bounds = Range(warning=(0.75, 1.33), alarm=(0.6, 1.67))
    >>> found = held_within(bounds, 0.7, column="predicted risk", measure="observed_expected")
    >>> found.level, found.limit
    ('warning', 0.75)
    """
    level, passed = OK, None
    for name, (low, high) in ((WARNING, bounds.warning), (ALARM, bounds.alarm)):
        if not low <= observed <= high:
            level, passed = name, low if observed < low else high
    return Finding(column=column, measure=measure, observed=observed, limit=passed, level=level)


def worst(levels: Iterable[str]) -> str:
    """The most serious of some levels; ``too few`` when nothing could be measured."""
    return max([TOO_FEW, *levels], key=_WORSE.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One column of one period beside the same column of development.

    Attributes
    ----------
    column : Column
    psi, difference : Estimate or None
        None where too few values were recorded, or, for a category, there is no mean.
    missing, reference_missing : float
        Shares of people without a value.
    recorded_before : int
        People of development with a value.
    findings : tuple of Finding
        What was held to a limit.
    """

    column: Column
    psi: Estimate | None
    difference: Estimate | None
    missing: float
    reference_missing: float
    recorded_before: int
    findings: tuple[Finding, ...]

    def ran(self) -> list[dict[str, Any]]:
        """The statistics computed, each with its method."""
        index = psi_categorical if _kind(self.column) == "category" else psi
        made = ((index, self.psi), (standardised_difference, self.difference))
        return [
            ran(missing_share, None),
            *(ran(function, one) for function, one in made if one is not None),
        ]

    def as_dict(self, n: int, limits: Drift) -> dict[str, Any]:
        """The row as it stands in evidence, for ``n`` people of the period."""
        why = [finding.in_words() for finding in self.findings]
        level = worst(finding.level for finding in self.findings)
        if self.psi is None:
            why.append(f"fewer than {limits.minimum_cases} values recorded")
        if n < limits.minimum_cases or (self.psi is None and level == OK):
            level = TOO_FEW
        return {
            "column": self.column.name,
            "kind": _kind(self.column),
            **index_with_noise(self.psi, self.recorded_before),
            "standardised_difference": self.difference and self.difference.value,
            "missing_share": self.missing,
            "ran": self.ran(),
            "reference_missing_share": self.reference_missing,
            "status": level,
            "why": "; ".join(filter(None, why)),
        }


def ran(function: Callable[..., Estimate], estimate: Estimate | None) -> dict[str, Any]:
    """A statistic that was computed, and how."""
    return {"estimator": name_of(function), "method": estimate and estimate.method}


def index_with_noise(index: Estimate | None, before: int) -> dict[str, float | None]:
    r"""A stability index, its interval, and what it would be by chance had nothing changed.

    .. math:: E[\mathrm{PSI}] = \mathrm{df} \, (1/n + 1/m)

    for n people now and m ``before``. The limits are held to the index as it is: they are the
    protocol's, and to warn too often is the safer mistake.

    References
    ----------
    Yurdakul B, Naranjo J. J Risk Model Validation 2020;14(4):89-100.
    """
    if index is None or index.df is None:
        return dict.fromkeys(("psi", "psi_lower", "psi_upper", "psi_by_chance"))
    return {
        "psi": index.value,
        "psi_lower": index.lower,
        "psi_upper": index.upper,
        "psi_by_chance": index.df * (1 / index.n + 1 / before),
    }


def shift(
    column: Column, reference: pd.DataFrame, current: pd.DataFrame, limits: Drift
) -> Shift:
    """Compare a column of a period with the reference, on recorded values only.

    Missing values are measured by themselves: a value that is no longer recorded shows as a
    missing share, and not also as another distribution.
    """
    then, now = reference[column.name], current[column.name]
    missing, before = missing_share(now).value, missing_share(then).value
    of = {"column": column.name}
    increase = max(missing - before, 0.0)
    findings = [held_to(limits.missing_share_increase, increase, measure="missing_share", **of)]
    index, difference = _distances(column, then.dropna(), now.dropna(), limits)
    if index is not None:
        findings.append(held_to(limits.psi, index.value, measure="psi", **of))
    if difference is not None:
        size, limit = difference.value, limits.standardised_difference
        findings.append(held_to(limit, size, measure="standardised_difference", **of))
    return Shift(
        column=column,
        psi=index,
        difference=difference,
        missing=missing,
        reference_missing=before,
        recorded_before=int(then.count()),
        findings=tuple(findings),
    )


def _distances(
    column: Column, then: "pd.Series[Any]", now: "pd.Series[Any]", limits: Drift
) -> tuple[Estimate | None, Estimate | None]:
    if min(len(then), len(now)) < limits.minimum_cases:
        return None, None
    if _kind(column) == "category":
        return psi_categorical(then, now), None
    return psi(then, now), _difference(then, now)


def _difference(then: "pd.Series[Any]", now: "pd.Series[Any]") -> Estimate | None:
    try:
        return standardised_difference(then, now)
    except NotEstimable:
        return None


def _kind(column: Column) -> str:
    return "number" if column.type in ("integer", "number") else "category"
