"""The frozen model on the same computer, but with fewer digits, other folds, missing input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.models.calibration import platt
from probatum.models.frozen import FrozenModel
from probatum.models.recipe import index_recipe
from probatum.models.tuning import Patients, fitted, search
from probatum.quantum.exact.simulation import states
from probatum.stages.followed import Numbers
from probatum.stages.trial import Scenario, Trial, calibrated
from probatum.study.protocol import Protocol

Row = dict[str, Any]


def single_precision(trial: Trial, model: FrozenModel) -> Row:
    """The whole computation with about seven digits instead of sixteen."""
    kernel, preparation = model.index.pipeline["model"], model.index.pipeline["preparation"]
    angles = kernel.circuit_parameters(preparation.transform(trial.people))
    with threadpool_limits(limits=1, user_api="blas"):
        psi = states(kernel.circuit(), angles, dtype=np.complex64)
        measured = psi @ kernel.observable_.T.astype(np.complex64)
        expectation = np.einsum("nd,nd->n", psi.conj(), measured).real.astype(np.float64)
    scenario = Scenario(
        id="single-precision", family="precision", name="single precision (complex64)"
    )
    return trial.row(scenario, calibrated(model, kernel.offset_ + expectation)[np.newaxis])


def missing_input(trial: Trial, model: FrozenModel, protocol: Protocol) -> Iterator[Row]:
    """Columns taken away from everyone; the index test fills them in as it was taught to."""
    robustness = protocol.robustness
    for columns in robustness.missing if robustness else ():
        scenario = Scenario(
            id=f"missing-{'-'.join(columns).replace('_', '-')}",
            family="missing",
            name=f"{' and '.join(columns)} missing for everyone",
        )
        yield trial.row(scenario, model.risk(without(trial.people, columns))[np.newaxis])


def fallback(trial: Trial, model: FrozenModel, protocol: Protocol) -> Row:
    """The fallback for everyone, as where the index test may not be applied."""
    scenario = Scenario(
        id="fallback", family="fallback", name=f"fallback: {protocol.model.fallback.name}"
    )
    return trial.row(scenario, model.fallback_risk(trial.people)[np.newaxis])


def without(people: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The same people with some columns empty.

    Examples
    --------
    >>> without(pd.DataFrame({"age": [70], "sex": ["F"]}), ("age",))["age"].isna().all()
    np.True_
    """
    return people.assign(**dict.fromkeys(columns, np.nan))


def other_folds(
    trial: Trial,
    model: FrozenModel,
    development: Patients,
    chosen: dict[str, Any],
    *,
    workers: int = 1,
) -> Row:
    """The same model calibrated on other folds: what the seed of development alone decides.

    Hyper-parameters stay those that were chosen; the score is deterministic, so what the seed
    can move is the calibration curve, which is fitted to held-out scores.
    """
    protocol = trial.protocol
    score = model.index.score(trial.people)
    runs = [
        _recalibrated(protocol, development, chosen, score, seed, workers)
        for seed in _seeds(protocol)
    ]
    scenario = Scenario(
        id="other-folds", family="seed", name="calibrated on folds of another seed"
    )
    return trial.row(scenario, np.array(runs))


def _recalibrated(
    protocol: Protocol,
    development: Patients,
    chosen: dict[str, Any],
    score: Numbers,
    seed: int,
    workers: int,
) -> Numbers:
    recipe = replace(
        index_recipe(protocol.model, seed=protocol.seeds.tuning), candidates=(chosen,)
    )
    count = protocol.model.tuning.inner_folds
    found = search(recipe, development, count=count, seed=seed, workers=workers)
    return platt(development.outcome, found.out_of_fold, development.weight).risk(score)


def developed_again(trial: Trial, development: Patients, *, workers: int = 1) -> Row:
    """The index test developed anew from the same people: what another seed would have built.

    The seed draws the candidates and the folds, hence which hyper-parameters win and where the
    calibration curve lies. Of each run a model comes out that is not the frozen one.
    """
    runs = [_developed(trial, development, seed, workers) for seed in _seeds(trial.protocol)]
    scenario = Scenario(
        id="developed-again", family="seed", name="developed again with another seed"
    )
    return trial.row(scenario, np.array(runs))


def _developed(trial: Trial, development: Patients, seed: int, workers: int) -> Numbers:
    plan = trial.protocol.model
    recipe = index_recipe(plan, seed=seed)
    found = search(
        recipe, development, count=plan.tuning.inner_folds, seed=seed, workers=workers
    )
    score = fitted(recipe, found.chosen, development).decision_function(trial.people)
    curve = platt(development.outcome, found.out_of_fold, development.weight)
    return curve.risk(np.asarray(score, dtype=np.float64))


def _seeds(protocol: Protocol) -> list[int]:
    """Seeds that development did not use, one a repeat."""
    first = protocol.seeds.robustness or 0
    return [
        int(np.random.default_rng([first, again]).integers(2**31))
        for again in range(_robustness(protocol).repeats)
    ]


def _robustness(protocol: Protocol) -> Any:
    if protocol.robustness is None:
        raise NotEstimable("robustness — expected a plan, got none — add it to the protocol")
    return protocol.robustness
