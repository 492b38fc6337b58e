"""Simulated annealing: never below the ground state, and the same again from the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from quantum.optimisation.instances import PROBLEMS, a_ward, names, seeds

from probatum.quantum.optimisation.annealing import annealed
from probatum.quantum.optimisation.constraints import penalised


@settings(max_examples=8, deadline=None)
@given(name=names, seed=seeds)
def test_annealing_never_finds_less_than_the_ground_state(name, seed):
    problem = PROBLEMS[name](seed=seed)
    qubo = penalised(problem.objective(), problem.constraints()).qubo
    run = annealed(qubo, replicas=8, sweeps=30, rng=np.random.default_rng(seed))
    assert run.energy >= qubo.extremes().lowest - 1e-9
    assert run.energy == pytest.approx(float(qubo.energy(run.bits)))
    assert run.proposals == 8 * 30 * qubo.variables


def test_annealing_finds_a_small_ground_state_and_repeats_itself():
    problem = a_ward()
    qubo = penalised(problem.objective(), problem.constraints()).qubo
    one, other = (
        annealed(qubo, replicas=64, sweeps=200, rng=np.random.default_rng(1)) for _ in range(2)
    )
    assert one.energy == pytest.approx(qubo.extremes().lowest)
    assert one.samples.bits.tobytes() == other.samples.bits.tobytes()
