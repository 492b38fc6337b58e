"""Is there an advantage? All that one needs to judge, and the verdict by a rule set before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sklearn.base import clone

from probatum.analysis.advantage import Rule, Verdict, at_confidence, verdict
from probatum.analysis.discrimination import auc, auc_difference
from probatum.analysis.estimate import Estimate
from probatum.errors import NotEstimable
from probatum.models.frozen import FrozenModel
from probatum.models.tuning import Patients
from probatum.quantum.encodings import encoding
from probatum.stages.performance import found
from probatum.stages.trial import Trial
from probatum.study.protocol import Protocol
from probatum.study.robustness import Advantage

FAMILIES = ("shots", "landmarks", "device", "mitigation", "seed", "missing")
"""Families of scenarios in the order in which the page names them."""


def judged(differences: Sequence[Mapping[str, Any]], plan: Advantage) -> dict[str, Any]:
    """The verdict on the best comparator, and the same rule applied to each other one.

    Parameters
    ----------
    differences : sequence of rows
        As the retrospective stage found them: ``versus``, ``is_best``, ``auc_difference``.
    plan : Advantage
        The protocol's rule.

    Returns
    -------
    dict
        ``verdict`` is *not shown* where the difference could not be estimated.
    """
    rows = [_judged(row, plan) for row in differences]
    best = next((row for row in rows if row["is_best"]), None)
    return {
        "verdict": best["verdict"] if best else Verdict.NOT_SHOWN.value,
        "versus": best["versus"] if best else None,
        "rule": {
            "confidence": plan.confidence,
            "equivalence_within": plan.equivalence_within,
            "advantage_above": plan.advantage_above,
            "disadvantage_below": plan.disadvantage_below,
        },
        "rivals": rows,
    }


def _judged(row: Mapping[str, Any], plan: Advantage) -> dict[str, Any]:
    rule = Rule(
        equivalence_within=plan.equivalence_within,
        advantage_above=plan.advantage_above,
        disadvantage_below=plan.disadvantage_below,
    )
    said, interval = Verdict.NOT_SHOWN, None
    try:
        difference = at_confidence(_estimate(row["auc_difference"]), plan.confidence)
        said, interval = verdict(difference, rule), difference.as_dict()
    except NotEstimable:
        pass  # a difference that does not exist shows nothing
    return {
        "versus": row["versus"],
        "is_best": row["is_best"],
        "auc_difference": interval,
        "verdict": said.value,
    }


def _estimate(value: Mapping[str, Any] | None) -> Estimate:
    if value is None:
        raise NotEstimable("difference — expected an estimate, got none")
    return Estimate(**{name: part for name, part in value.items() if name != "estimator"})


def ablation(trial: Trial, model: FrozenModel, development: Patients) -> dict[str, Any]:
    """The same model, fitted to the same people, with nothing that joins its qubits.

    Hyper-parameters stay those of the index test. Where its circuit joins no qubits, the
    control is the model itself, and the page says so.
    """
    kernel = model.index.pipeline["model"]
    if kernel.circuit().num_nonlocal_gates() == 0:
        return {"identical": True, "auc": None, "auc_difference": None}
    preparation = model.index.pipeline["preparation"]
    control = clone(kernel).set_params(entanglement="none")
    control.fit(
        preparation.transform(development.frame),
        development.outcome,
        sample_weight=development.weight,
    )
    known = trial.outcomes.known
    outcome, people = trial.outcomes.outcome[known], trial.people[known]
    joined = model.index.score(people)
    alone = control.decision_function(preparation.transform(people))
    options = {
        "weight": trial.outcomes.weight[known],
        "confidence": trial.protocol.analysis.confidence,
    }
    return {
        "identical": False,
        "auc": found(auc, outcome, alone, **options),
        "auc_difference": found(auc_difference, outcome, joined, alone, **options),
    }


def joined_and_not(
    search: Iterable[Mapping[str, Any]], model: FrozenModel, protocol: Protocol
) -> dict[str, Any]:
    """Of the candidates that development tried: the best that joins qubits, and the best other.

    Parameters
    ----------
    search : iterable of rows
        As development recorded them: ``model``, ``outer_fold``, ``candidate``, ``inner_auc``.

    Returns
    -------
    dict
        For ``joined`` and ``alone``, how many there were, and the cross-validated AUC of the
        best; None where there was none.
    """
    index, width = protocol.model.index, model.index.pipeline["model"].n_features_in_
    aucs: dict[str, list[float]] = {"joined": [], "alone": []}
    for row in search:
        if row["model"] == index.name and row["outer_fold"] is None:
            circuit = encoding(
                row["candidate"]["encoding"],
                width,
                repetitions=row["candidate"]["repetitions"],
                entanglement=index.entanglement,
            )
            aucs["joined" if circuit.num_nonlocal_gates() else "alone"].append(row["inner_auc"])
    return {
        kind: {"tried": len(reached), "best_auc": max(reached, default=None)}
        for kind, reached in aucs.items()
    }


def sensitivity(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each family of scenarios, the one in which most decisions flip."""
    found_rows = list(rows)
    worst = []
    for family in FAMILIES:
        own = [row for row in found_rows if row["family"] == family]
        if own:
            most = max(own, key=lambda row: row["flips"]["value"])
            kept = ("family", "id", "name", "device", "shots", "mitigation", "flips", "verdict")
            worst.append({name: most[name] for name in kept})
    return worst
