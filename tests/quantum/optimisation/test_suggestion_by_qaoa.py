"""QAOA's draws are checked alike: of the exact state, of a circuit, and of one-hot groups."""

import json

import numpy as np
import pytest
from quantum.optimisation.instances import a_feature_selection, a_large_ward, a_ward

from probatum.errors import DataError
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.simulators import Simulated
from probatum.quantum.optimisation.circuit import qaoa_circuit, sampled
from probatum.quantum.optimisation.constraints import penalised
from probatum.quantum.optimisation.one_hot import OneHot
from probatum.quantum.optimisation.problems.beds import ONE_BED
from probatum.quantum.optimisation.suggestion import suggest, suggest_by_qaoa
from probatum.quantum.optimisation.training import trained


def test_qaoa_suggests_beds_that_keep_every_rule():
    problem = a_ward(patients=2, beds=4)
    found = suggest_by_qaoa(problem, depth=2, shots=512, rng=np.random.default_rng(0))
    assert not problem.broken(found.bits)
    assert json.loads(json.dumps(found.as_dict()))["shots"] == 512


def test_a_warm_start_draws_more_choices_that_keep_every_rule():
    problem = a_ward(patients=2, beds=4)
    cold, warm = (
        suggest_by_qaoa(
            problem, depth=1, shots=500, rng=np.random.default_rng(0), warm_margin=margin
        )
        for margin in (None, 0.1)
    )
    assert warm.feasible_shots > cold.feasible_shots
    assert warm.gap == pytest.approx(0, abs=1e-9)


def test_draws_that_keep_one_bed_a_patient_by_themselves_are_checked_for_the_other_rules():
    problem = a_ward(patients=3, beds=4)
    others = [rule for rule in problem.constraints() if rule.name != ONE_BED]
    groups = OneHot(options=(4, 4, 4))
    algorithm = groups.algorithm(penalised(problem.objective(), others).qubo)
    chances = algorithm.probabilities(trained(algorithm, depth=1).angles[np.newaxis])[0]
    rng = np.random.default_rng(0)
    found = suggest(problem, groups.drawn(chances, shots=256, rng=rng))
    plain = suggest_by_qaoa(problem, depth=1, shots=256, rng=rng)
    assert found.origin == "quantum sample"
    assert not problem.broken(found.bits)
    assert ONE_BED not in dict(found.broken)
    assert found.feasible_shots > plain.feasible_shots


def test_a_circuits_draws_on_a_backend_end_in_a_checked_suggestion():
    problem = a_ward(patients=2, beds=4)
    ising = penalised(problem.objective(), problem.constraints()).qubo.ising()
    samples, execution = sampled(
        Simulated(engine=Exact()),
        qaoa_circuit(ising, 1),
        np.array([-0.3, 0.1]),
        shots=256,
        seed=0,
    )
    found = suggest(problem, samples)
    assert not problem.broken(found.bits)
    assert found.shots == execution.record.shots == 256


def test_the_same_seed_gives_the_same_suggestion():
    runs = [
        suggest_by_qaoa(
            a_feature_selection(), depth=1, shots=100, rng=np.random.default_rng(3)
        ).as_dict()
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_a_problem_too_large_to_simulate_is_not_called_infeasible():
    with pytest.raises(DataError, match="at most 24 variables"):
        suggest_by_qaoa(a_large_ward(), depth=1, shots=10, rng=np.random.default_rng(0))
