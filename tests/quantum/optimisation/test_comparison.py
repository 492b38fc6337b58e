"""Every way of solving a problem stands beside its proven optimum."""

import json

import numpy as np
import pytest
from quantum.optimisation.instances import PROBLEMS, a_feature_selection, best_by_hand

from probatum.quantum.optimisation.comparison import compared


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_all_ways_stand_beside_the_proven_optimum(name):
    problem = PROBLEMS[name](seed=1)
    found = compared(
        problem, depth=1, shots=256, rng=np.random.default_rng(0), warm_margin=0.25
    )
    by_method = {standing.method: standing for standing in found.standings}
    assert found.optimum == pytest.approx(best_by_hand(problem))
    for method in ("HiGHS, rules as rules", "HiGHS, rules priced in", "enumeration"):
        assert by_method[method].gap == pytest.approx(0, abs=1e-9)
        assert by_method[method].is_proven
    for start in ("QAOA", "QAOA, warm start"):
        assert by_method["simulated annealing"].candidates >= by_method[start].candidates
        assert not by_method[start].is_proven
    assert all(s.gap is None or s.gap >= -1e-9 for s in found.standings)
    assert all(s.seconds is None for s in found.standings)
    assert 0 < found.qaoa.probability_of_optimum <= 1
    json.dumps(found.as_dict())


def test_times_are_recorded_where_a_clock_is_given():
    ticks = iter(range(1000))
    found = compared(
        a_feature_selection(),
        depth=1,
        shots=16,
        rng=np.random.default_rng(0),
        clock=lambda: float(next(ticks)),
    )
    assert all(standing.seconds == 1.0 for standing in found.standings)
