"""What a stage can give to a statistic, by the names that statistics have for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.catalogue import Estimator
from probatum.stages.followed import Followed, Numbers
from probatum.study.protocol import Protocol
from probatum.study.statistics import GROUPS, PRICES

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """People, the risks they were given, and the choices of their protocol.

    Attributes
    ----------
    known : mapping of name to (m,) array
        Columns of those whose outcome is known.
    everyone : mapping of name to (n,) array
        The same of everyone, the unknown outcome NaN; for statistics of censored outcomes and
        of missing ones.
    groups : mapping of protected attribute to (n,) array
        Everyone's groups.
    choices : mapping of name to value
        What the protocol chose for every statistic.
    is_known : (n,) of bool
    """

    known: Columns
    everyone: Columns
    groups: Columns
    choices: Mapping[str, Any]
    is_known: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        people: Followed,
        risk: Numbers,
        protocol: Protocol,
        *,
        rival: Numbers | None = None,
        groups: Columns | None = None,
        period: NDArray[Any] | None = None,
    ) -> Self:
        """The material of some people.

        Parameters
        ----------
        people : Followed
            Everyone, those of unknown outcome among them.
        risk : (n,) of float in [0, 1]
            The index test's.
        protocol : Protocol
        rival : (n,) of float in [0, 1], optional
            The best comparator's, where comparators were run.
        groups : mapping of protected attribute to (n,) array, optional
        period : (n,) array, optional
            When each arrived.
        """
        columns = {
            "outcome": np.where(people.known, people.outcome, np.nan),
            "time": people.time,
            "event": people.event,
            "weight": people.weight,
            **_risks(risk, rival, protocol.model.threshold),
        }
        if period is not None:
            columns["period"] = np.asarray(period)
        known = {name: values[people.known] for name, values in columns.items()}
        known["outcome"] = known["happened"] = people.outcome[people.known]
        return cls(
            known=known,
            everyone=columns,
            groups=groups or {},
            choices=_choices(protocol),
            is_known=people.known,
        )

    def at(self, confidence: float) -> Self:
        """The same, for intervals of another confidence."""
        return replace(self, choices={**self.choices, "confidence": confidence})

    def arguments(
        self, asked: Estimator, options: Mapping[str, Any], by: Sequence[str] = ()
    ) -> dict[str, Any]:
        """What a statistic is called with: options first, then columns, then the protocol's."""
        taken = {one.name: one for one in asked.parameters}
        columns = self.everyone if _is_of_everyone(asked) else self.known
        given = {**self.choices, **columns, **self._groups(asked, by)}
        if "limit" in taken and taken["limit"].is_required:
            del given["limit"]
        return {name: value for name, value in {**given, **options}.items() if name in taken}

    def basis(self, asked: Estimator) -> str:
        """Whom a statistic is of, and how they are weighted, in words."""
        if _is_of_everyone(asked):
            return "everyone, followed or lost"
        weighted = any(one.name == "weight" for one in asked.parameters)
        return f"known outcome, {'weighted for censoring' if weighted else 'unweighted'}"

    def _groups(self, asked: Estimator, by: Sequence[str]) -> Columns:
        names = GROUPS[:1] if len(by) == 1 else GROUPS[1:]
        mask = slice(None) if _is_of_everyone(asked) else self.is_known
        pairs = zip(names, by, strict=False)
        return {name: self.groups[attribute][mask] for name, attribute in pairs}


def _risks(risk: Numbers, rival: Numbers | None, threshold: float) -> dict[str, NDArray[Any]]:
    of_one = {"risk": risk, "risk_a": risk, "risk_new": risk}
    positive = {"positive": risk >= threshold, "positive_a": risk >= threshold}
    if rival is None:
        return {**of_one, **positive}
    of_two = {"risk_b": rival, "risk_old": rival, "positive_b": rival >= threshold}
    return {**of_one, **positive, **of_two}


def _choices(protocol: Protocol) -> dict[str, Any]:
    analysis = protocol.analysis
    prices = {} if analysis.prices is None else analysis.prices.model_dump(include={*PRICES})
    return {
        "confidence": analysis.confidence,
        "threshold": protocol.model.threshold,
        "thresholds": list(analysis.thresholds),
        "horizon": protocol.outcome.horizon_days,
        "minimum_cell": analysis.minimum_cell,
        "seed": protocol.seeds.resampling,
        "replicates": analysis.bootstrap_replicates,
        "limit": protocol.resolution,
        **prices,
    }


def _is_of_everyone(asked: Estimator) -> bool:
    return asked.subject == "missing" or any(one.name == "time" for one in asked.parameters)
