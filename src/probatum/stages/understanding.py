"""What a clinician may be told of a risk: how sure it is, what moves it, what would flip it."""

from __future__ import annotations

from typing import Any

import numpy as np

from probatum.models.calibration import Platt
from probatum.models.dual import Dual
from probatum.models.explanations.counterfactual_search import counterfactuals
from probatum.models.explanations.importance import importances
from probatum.models.explanations.plausible import plausible_columns
from probatum.models.explanations.shapley import explanations
from probatum.models.explanations.surrogate import surrogate
from probatum.models.frozen import FrozenModel
from probatum.models.intervals.conformal import conformal_sets
from probatum.models.intervals.cross_fitting import held_out_risk
from probatum.models.intervals.kernel_measurement import entries_measurement
from probatum.models.intervals.predictive import predictive_intervals
from probatum.models.intervals.refits import model_uncertainty
from probatum.models.intervals.shot_noise import shot_noise
from probatum.models.intervals.venn_abers import venn_abers
from probatum.models.tuning import Patients
from probatum.stages.followed import Numbers
from probatum.stages.landmarks import overlaps
from probatum.stages.on_devices import Measured
from probatum.stages.trial import Trial, drawn
from probatum.study.protocol import Protocol
from probatum.study.robustness import Robustness


def intervals(
    sample: Measured,
    development: Patients,
    *,
    dual: Dual,
    device_variance: Numbers,
    workers: int = 1,
) -> dict[str, Any]:
    """The predictive intervals of a sample, its sources kept apart, for both ways to measure.

    Parameters
    ----------
    sample : Measured
        The people asked about.
    dual : Dual
        The frozen model by the development people it knows.
    device_variance : (n,) of float
        Of each person's log odds over the devices tried, with very many shots.

    Returns
    -------
    dict
        ``landmarks``: overlaps with landmark people are measured. ``every_person``: those with
        every development person are, which is what the frozen model's own sum asks for.
    """
    trial, model, plan = sample.trial, sample.model.index, sample.plan
    protocol, shots = sample.protocol, sample.plan.intervals.shots
    level, risk = protocol.analysis.confidence, trial.reference
    seen = held_out_risk(
        model,
        development,
        count=protocol.model.tuning.inner_folds,
        seed=protocol.seeds.partition,
        workers=workers,
    )
    refits = model_uncertainty(
        model,
        development,
        trial.people,
        replicates=plan.intervals.refits,
        seed=protocol.seeds.robustness or 0,
        level=level,
        workers=workers,
    )
    curve = Platt(intercept=model.intercept, slope=model.slope)
    laws = {
        "landmarks": sample.law(
            overlaps(sample.kernel, sample.angles, sample.landmarks), shots
        ),
        "every_person": entries_measurement(model, dual, trial.people),
    }
    found = {
        name: predictive_intervals(
            shot=shot_noise(law, curve, shots=shots, level=level),
            model=refits,
            sets=conformal_sets(
                seen, development.outcome, risk, confidence=level, by_outcome=True
            ),
            calibration=venn_abers(seen, development.outcome, risk),
            device_variance=device_variance,
        )
        for name, law in laws.items()
    }
    return {
        name: interval.as_dict(threshold=protocol.model.threshold)
        for name, interval in found.items()
    }


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
    return {
        "shap": explanations(
            model,
            people,
            protocol,
            background=development.frame,
            size=asked.background,
            rng=np.random.default_rng([seed, 2]),
        ).as_dict(),
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
