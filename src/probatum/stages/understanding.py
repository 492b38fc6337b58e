"""What a clinician may be told of a risk: what moves it, what stands for it, what flips it."""

from __future__ import annotations

from typing import Any

import numpy as np

from probatum.models.explanations.counterfactual_search import counterfactuals
from probatum.models.explanations.directions import directions
from probatum.models.explanations.importance import importances
from probatum.models.explanations.plausible import plausible_columns
from probatum.models.explanations.shapley import explanations
from probatum.models.explanations.surrogate import surrogate
from probatum.models.frozen import FrozenModel
from probatum.models.tuning import Patients
from probatum.stages.trial import Trial, drawn
from probatum.study.protocol import Protocol
from probatum.study.robustness import Robustness


def explained(
    trial: Trial, model: FrozenModel, development: Patients, *, plan: Robustness
) -> dict[str, Any]:
    """What moves the risk, a readable stand-in with its fidelity, and what would flip it."""
    protocol, asked = trial.protocol, plan.explanations
    seed = protocol.seeds.robustness or 0
    few = trial.of(drawn(len(trial.people), asked.patients, np.random.default_rng([seed, 1])))
    people = few.people
    may_change = plausible_columns(
        model,
        protocol,
        development.frame,
        changeable=asked.changeable,
        quantiles=asked.plausible,
    )
    shapley = explanations(
        model,
        people,
        protocol,
        background=development.frame,
        size=asked.background,
        rng=np.random.default_rng([seed, 2]),
    )
    ways = directions(shapley.patients, least=protocol.analysis.minimum_cell)
    return {
        "shap": shapley.as_dict() | {"directions": [way.as_dict() for way in ways]},
        "importance": importances(
            model,
            _known(trial),
            protocol,
            repeats=asked.shuffles,
            rng=np.random.default_rng([seed, 3]),
        ).as_dict(),
        "surrogates": _surrogates(trial, model, development, protocol, asked.surrogate_depth),
        "counterfactuals": counterfactuals(
            model,
            people,
            protocol,
            may_change,
            most_changes=asked.most_changes,
            budget=asked.tries,
        ).as_dict(),
    }


def _surrogates(
    trial: Trial, model: FrozenModel, development: Patients, protocol: Protocol, depth: int
) -> list[dict[str, Any]]:
    return [
        surrogate(
            model,
            protocol,
            development=development.frame,
            held_out=trial.people,
            kind=kind,
            depth=depth,
            level=protocol.analysis.confidence,
        ).as_dict()
        for kind in ("tree", "logistic")
    ]


def _known(trial: Trial) -> Patients:
    known = trial.outcomes.known
    return Patients(
        frame=trial.people[known],
        outcome=trial.outcomes.outcome[known].astype(np.float64),
        weight=trial.outcomes.weight[known],
    )
