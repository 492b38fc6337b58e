"""The people a model is tried on again, and what changes for them when it runs elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.analysis.calibration import in_the_large, observed_expected
from probatum.analysis.discrimination import auc, auc_difference
from probatum.analysis.flips import change, ever_flipped, spread
from probatum.errors import NotEstimable
from probatum.models.calibration import Platt
from probatum.models.frozen import FrozenModel
from probatum.models.tuning import Patients
from probatum.stages.followed import Followed, Numbers
from probatum.stages.layout import Layout
from probatum.stages.people import enrolled, followed
from probatum.stages.performance import found
from probatum.study.protocol import Protocol

Runs = NDArray[np.float64]
"""(runs, people): the risks of the same people in repeated runs of a scenario."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One way in which the model might run other than it was evaluated."""

    id: str
    family: str
    """Such as ``shots`` or ``missing``."""
    name: str
    """In words fit for a report."""
    device: str | None = None
    shots: int | None = None
    mitigation: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """What the scenario is, as it stands in evidence."""
        return {part: getattr(self, part) for part in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """Evaluation people, what became of them, and the risks the frozen model gave them.

    Attributes
    ----------
    people : (n, columns) table
        What was known of them at baseline.
    outcomes : Followed
        Of the same people.
    reference : (n,) of float
        Risks by exact simulation.
    """

    people: pd.DataFrame
    outcomes: Followed
    reference: Numbers
    protocol: Protocol

    def of(self, rows: NDArray[np.intp]) -> Trial:
        """Some of the people, places in rising order; weights stay those of everyone."""
        chosen = np.isin(np.arange(len(self.people)), rows)
        return Trial(
            people=self.people.iloc[rows].reset_index(drop=True),
            outcomes=self.outcomes.among(chosen),
            reference=self.reference[rows],
            protocol=self.protocol,
        )

    def standing(self) -> dict[str, Any]:
        """How the frozen model does on these people: what every scenario is held against."""
        return {
            "people": len(self.people),
            "known": self.outcomes.n_known,
            "events": self.outcomes.events,
            "flagged": int(np.count_nonzero(self.reference >= self.protocol.model.threshold)),
            **self._performance(self.reference),
        }

    def row(self, scenario: Scenario, runs: Runs) -> dict[str, Any]:
        """What changes in a scenario; of repeated runs, the one in which most decisions flip.

        Parameters
        ----------
        scenario : Scenario
            What is changed.
        runs : (runs, n) of float in [0, 1]
            Risks; one run where nothing is random.
        """
        options = {"threshold": self.protocol.model.threshold, "confidence": self._level}
        changes = [change(self.reference, run, **options) for run in runs]
        worst = max(range(len(runs)), key=lambda run: changes[run].flips.value)
        flips = changes[worst].flips
        return {
            **scenario.as_dict(),
            "people": len(self.people),
            "runs": len(runs),
            **changes[worst].as_dict(),
            **self._performance(runs[worst]),
            "auc_difference": found(self._difference, runs[worst]),
            "verdict": self._withstood(flips.interval),
            "over_runs": self._over_runs(runs, [c.flips.value for c in changes]),
        }

    def _over_runs(self, runs: Runs, flips: list[float]) -> dict[str, Any] | None:
        if len(runs) < 2:
            return None
        ever = ever_flipped(
            self.reference,
            runs,
            threshold=self.protocol.model.threshold,
            confidence=self._level,
        )
        areas = [found(self._auc, run) for run in runs]
        return {
            "ever_flipped": ever.as_dict(),
            "flips": spread(flips),
            "auc": spread([a["value"] for a in areas]) if all(areas) else None,
        }

    def _withstood(self, interval: tuple[float, float]) -> str:
        lower, upper = interval
        limit = self.protocol.robustness.flip_limit  # type: ignore[union-attr]
        if upper <= limit:
            return "withstood"
        return "not withstood" if lower > limit else "not shown"

    @property
    def _level(self) -> float:
        return self.protocol.analysis.confidence

    def _known(self, risk: Numbers) -> tuple[Any, Numbers]:
        return self.outcomes.outcome[self.outcomes.known], risk[self.outcomes.known]

    def _weighted(self) -> dict[str, Any]:
        weight = self.outcomes.weight[self.outcomes.known]
        return {"weight": weight, "confidence": self._level}

    def _performance(self, risk: Numbers) -> dict[str, Any]:
        outcome, known = self._known(risk)
        return {
            "auc": found(self._auc, risk),
            "observed_expected": found(observed_expected, outcome, known, **self._weighted()),
            "calibration_in_the_large": found(in_the_large, outcome, known, **self._weighted()),
        }

    def _auc(self, risk: Numbers) -> Any:
        return auc(*self._known(risk), **self._weighted())

    def _difference(self, risk: Numbers) -> Any:
        outcome, known = self._known(risk)
        _, reference = self._known(self.reference)
        return auc_difference(outcome, known, reference, **self._weighted())


def read_trial(layout: Layout, protocol: Protocol, model: FrozenModel) -> Trial:
    """The eligible evaluation people, as the frozen model sees them."""
    people = enrolled(layout, protocol, "evaluation").people
    return Trial(
        people=people,
        outcomes=followed(layout, protocol, people),
        reference=model.risk(people),
        protocol=protocol,
    )


def development_patients(layout: Layout, protocol: Protocol) -> Patients:
    """The development people of known outcome: those the frozen model was fitted on."""
    people = enrolled(layout, protocol, "development").people
    outcomes = followed(layout, protocol, people)
    known = outcomes.known
    return Patients(
        frame=people[known],
        outcome=outcomes.outcome[known].astype(np.float64),
        weight=outcomes.weight[known],
    )


def drawn(size: int, most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """At most ``most`` of ``size`` places, drawn without repetition, in their order.

    Examples
    --------
    >>> drawn(3, 5, np.random.default_rng(1)).tolist()
    [0, 1, 2]
    """
    if size < 1:
        raise NotEstimable("sample — expected at least one person to draw from, got none")
    return np.sort(rng.permutation(size)[:most])


def calibrated(model: FrozenModel, score: Numbers) -> Numbers:
    """The index test's risk for a score that came about in another way."""
    curve = Platt(intercept=model.index.intercept, slope=model.index.slope)
    return curve.risk(score)
