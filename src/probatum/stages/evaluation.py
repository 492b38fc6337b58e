"""The evaluation patients, what each model told them, and what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from probatum.analysis.discrimination import auc_difference, non_inferiority
from probatum.analysis.estimate import Estimate
from probatum.analysis.proportion import weighted_proportion
from probatum.capture.sealing import rounded
from probatum.cohort.subgroups import subgroups as groups_of
from probatum.models.frozen import FrozenModel
from probatum.stages.endpoints import judged, measured
from probatum.stages.followed import Followed, Numbers
from probatum.stages.layout import Layout
from probatum.stages.material import Material
from probatum.stages.methods import methods
from probatum.stages.named import named
from probatum.stages.people import Step, enrolled, flow, followed
from probatum.stages.performance import Predicted, found, performance, predicted
from probatum.stages.subgroups import subgroups
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The evaluation patients, their outcomes, and the risks each model gave them.

    Attributes
    ----------
    people : (n, columns) table
        The eligible, with what was known at baseline.
    outcomes : Followed
        Of the same people, in the same order.
    risks : mapping of name to (n,) of float in [0, 1]
        The index test's first, then the comparators', then the fallback's.
    roles : mapping of name to role
        ``index``, ``comparator`` or ``fallback``.
    best_comparator : str
        Named in development, before these patients were looked at.
    flow : tuple of Step
        From everyone registered to the events counted.
    """

    people: pd.DataFrame
    outcomes: Followed
    risks: Mapping[str, Numbers]
    roles: Mapping[str, str]
    best_comparator: str
    flow: tuple[Step, ...]

    @property
    def index(self) -> str:
        """Name of the index test."""
        return next(name for name, role in self.roles.items() if role == "index")

    def predicted(self, protocol: Protocol) -> dict[str, Predicted]:
        """People of known outcome with the risks of each model, by its name."""
        risks = self.risks.items()
        return {name: predicted(self.outcomes, risk, protocol) for name, risk in risks}

    def material(self, protocol: Protocol) -> Material:
        """What these people can give to a statistic."""
        return Material.of(
            self.outcomes,
            self.risks[self.index],
            protocol,
            rival=self.risks[self.best_comparator],
            groups=groups_of(self.people, protocol),
        )

    def table(self, key: str) -> pd.DataFrame:
        """One row a person: pseudonym, outcome, weight and a column of risks for each model."""
        columns = {"case_id": self.people[key], **self.outcomes.columns(), **self.risks}
        return pd.DataFrame(columns)


def read_evaluation(
    layout: Layout, protocol: Protocol, model: FrozenModel, best_comparator: str
) -> Evaluation:
    """Read the evaluation patients and let every model predict them."""
    chosen = enrolled(layout, protocol, "evaluation")
    outcomes = followed(layout, protocol, chosen.people)
    risks, roles = _all_risks(model, chosen.people, protocol)
    return Evaluation(
        people=chosen.people,
        outcomes=outcomes,
        risks=risks,
        roles=roles,
        best_comparator=best_comparator,
        flow=(*flow(layout, protocol, chosen), *_outcome_steps(outcomes)),
    )


def _outcome_steps(outcomes: Followed) -> tuple[Step, ...]:
    return (
        Step(step="outcome known", n=outcomes.n_known, note="event, or seen at the horizon"),
        Step(step="outcome unknown", n=outcomes.n_unknown, note="lost before the horizon"),
        Step(step="events", n=outcomes.events, note="by the horizon"),
    )


def findings(evaluation: Evaluation, protocol: Protocol) -> dict[str, Any]:
    """Everything the stage reports of the evaluation patients."""
    cases = evaluation.predicted(protocol)
    index, material = cases[evaluation.index], evaluation.material(protocol)
    known = evaluation.people[evaluation.outcomes.known]
    results = {
        "flow": [step.as_dict() for step in evaluation.flow],
        "n": int(evaluation.outcomes.known.size),
        "events": evaluation.outcomes.events,
        "unknown": evaluation.outcomes.n_unknown,
        "prevalence": found(weighted_proportion, index.outcome, **index.weighted()),
        "models": {
            name: performance(evaluation.roles[name], cases[name], protocol) for name in cases
        },
        "best_comparator": evaluation.best_comparator,
        "differences": _differences(evaluation, cases, protocol),
        "subgroups": subgroups(index, known, protocol),
        "endpoints": _endpoints(material, protocol),
        "statistics": named("retrospective", material, protocol),
    }
    return {**results, "methods": methods(results)}


def _endpoints(material: Material, protocol: Protocol) -> list[dict[str, Any]]:
    promised = protocol.endpoints_of("retrospective")
    return judged(promised, {e.id: measured(e, material) for e in promised})


def _differences(
    evaluation: Evaluation, cases: Mapping[str, Predicted], protocol: Protocol
) -> list[dict[str, Any]]:
    margin, index = _margin(protocol), cases[evaluation.index]
    rivals = [name for name, role in evaluation.roles.items() if role == "comparator"]
    return [
        {
            "versus": name,
            "is_best": name == evaluation.best_comparator,
            **_difference(index, cases[name], margin),
        }
        for name in rivals
    ]


def _difference(index: Predicted, rival: Predicted, margin: float | None) -> dict[str, Any]:
    pair = (index.outcome, index.risk, rival.risk)

    def not_worse(margin: float) -> Estimate:
        return non_inferiority(auc_difference(*pair, **index.weighted()), margin=margin)

    not_worse_by = None if margin is None else found(not_worse, margin)
    return {
        "auc_difference": found(auc_difference, *pair, **index.weighted()),
        "non_inferiority": not_worse_by and {**not_worse_by, "estimator": "auc-difference"},
    }


def _margin(protocol: Protocol) -> float | None:
    """The loss of area that the protocol still accepts; None where it asks for a gain."""
    for endpoint in protocol.endpoints_of("retrospective"):
        bound = endpoint.criterion.lower_bound_above
        if endpoint.words.name == "auc-difference" and bound is not None and bound < 0:
            return -bound
    return None


def _all_risks(
    model: FrozenModel, people: pd.DataFrame, protocol: Protocol
) -> tuple[dict[str, Numbers], dict[str, str]]:
    plan = protocol.model
    comparators = model.comparator_risks(people)
    risks = {
        plan.index.name: model.risk(people),
        **{comparator.name: comparators[comparator.name] for comparator in plan.comparators},
        plan.fallback.name: model.fallback_risk(people),
    }
    roles = dict.fromkeys(risks, "comparator")
    roles |= {plan.index.name: "index", plan.fallback.name: "fallback"}
    return {name: settled(risk, protocol) for name, risk in risks.items()}, roles


def settled(risk: Numbers, protocol: Protocol) -> Numbers:
    """Risks at the protocol's resolution, as they are sealed in the silent stage."""
    return np.array([rounded(value, protocol.resolution) for value in risk.tolist()])
