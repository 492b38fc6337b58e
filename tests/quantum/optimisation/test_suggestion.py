"""No suggestion leaves unchecked: feasible, its origin said, and beside the proven best."""

import numpy as np
import pytest
from hypothesis import given, settings
from quantum.optimisation.instances import (
    PROBLEMS,
    a_clinic,
    a_feature_selection,
    a_large_ward,
    a_regimen,
    a_ward,
    best_by_hand,
    names,
    one_sample,
    random_samples,
    seeds,
)
from scipy.optimize import linear_sum_assignment

from probatum.errors import Infeasible, NotEstimable
from probatum.quantum.optimisation.problems.beds import (
    ISOLATION,
    ONE_BED,
    ONE_SEX,
    Bed,
    BedAssignment,
    Patient,
)
from probatum.quantum.optimisation.samples import Samples
from probatum.quantum.optimisation.suggestion import suggest


@settings(max_examples=40, deadline=None)
@given(name=names, seed=seeds, draw=seeds)
def test_whatever_is_drawn_only_a_choice_that_keeps_every_rule_comes_back(name, seed, draw):
    problem = PROBLEMS[name](seed=seed)
    best = best_by_hand(problem)
    if best is None:
        with pytest.raises(Infeasible):
            suggest(problem, random_samples(problem, draw))
        return
    found = suggest(problem, random_samples(problem, draw))
    assert not problem.broken(found.bits)
    assert found.cost == pytest.approx(problem.cost(found.bits))
    assert found.optimum.energy == pytest.approx(best, abs=1e-9)
    assert found.gap >= -1e-9


def test_a_feasible_sample_is_used_and_called_a_quantum_sample():
    problem = a_feature_selection()
    found = suggest(problem, one_sample([1, 1, 1, 0, 0, 0]))
    assert found.origin == "quantum sample"
    assert found.chosen == ("feature 0", "feature 1", "feature 2")
    assert (found.feasible_shots, found.broken) == (1, ())


def test_an_annealed_sample_is_called_annealing():
    found = suggest(a_feature_selection(), one_sample([0, 0, 0, 1, 1, 1], "annealing"))
    assert found.origin == "annealing"


def test_an_infeasible_sample_is_repaired_and_says_so():
    found = suggest(a_feature_selection(), one_sample([1, 0, 0, 0, 0, 0]))
    assert found.origin == "repaired"
    assert found.bits[0] == 1
    assert found.feasible_shots == 0


def test_what_cannot_be_repaired_falls_back_to_the_exact_answer():
    problem = a_regimen(seed=1, minimum=3)
    nothing_given = [1, 0, 0, 1, 0, 0]
    found = suggest(problem, one_sample(nothing_given))
    assert found.origin == "exact fallback"
    assert found.gap == 0
    assert found.cost == pytest.approx(best_by_hand(problem))


def test_broken_rules_are_counted_by_shots():
    problem = a_ward()
    samples = Samples(
        bits=np.array([np.zeros(12), np.eye(12)[2]], dtype=np.int8),
        counts=np.array([5, 2]),
        source="quantum sample",
    )
    counted = dict(suggest(problem, samples).broken)
    assert (counted[ONE_BED], counted[ISOLATION]) == (7, 2)


@pytest.mark.parametrize(
    "problem",
    [a_ward(patients=3, beds=2), a_clinic(room=0), a_regimen(minimum=99)],
    ids=["more patients than beds", "a closed clinic", "an efficacy out of reach"],
)
def test_where_nothing_is_allowed_nothing_is_suggested(problem):
    with pytest.raises(Infeasible, match="proven"):
        suggest(problem, random_samples(problem, 0))


def test_a_check_that_contradicts_the_solver_stops_everything():
    class Contradicting(type(a_feature_selection())):
        def broken(self, bits):
            return ("never content",)

    sound = a_feature_selection()
    problem = Contradicting(
        names=sound.names,
        relevance=sound.relevance,
        redundancy=sound.redundancy,
        count=sound.count,
        redundancy_weight=sound.redundancy_weight,
    )
    with pytest.raises(RuntimeError, match="disagree"):
        suggest(problem, one_sample([1, 1, 1, 0, 0, 0]))


def test_beyond_enumeration_the_best_is_that_of_the_hungarian_method():
    problem = a_large_ward()
    found = suggest(problem, random_samples(problem, 0))
    assert not problem.broken(found.bits)
    assert found.optimum.method == "HiGHS"
    assert found.optimum.energy == pytest.approx(
        problem.costs[linear_sum_assignment(problem.costs)].sum()
    )
    assert found.gap >= -1e-9


def test_beyond_enumeration_nothing_is_suggested_where_nothing_is_allowed():
    problem = a_large_ward(patients=6, beds=5)
    with pytest.raises(Infeasible, match="proven"):
        suggest(problem, random_samples(problem, 0))


def test_without_time_for_a_proof_nothing_is_suggested():
    problem = a_feature_selection(features=30, count=10)
    with pytest.raises(NotEstimable, match="allow more time"):
        suggest(problem, random_samples(problem, 0), seconds=0.0)


def test_nobody_is_laid_among_people_of_the_other_sex():
    """The cheapest bed stands in a bay where women lie already."""
    problem = BedAssignment(
        patients=(Patient(name="P", sex="M", needs_isolation=False),),
        beds=(
            Bed(name="cheap", bay="women", bay_sex="F", is_isolation=False),
            Bed(name="dear", bay="empty", bay_sex=None, is_isolation=False),
        ),
        costs=np.array([[0.0, 1.0]]),
    )
    assert problem.broken([1, 0]) == (ONE_SEX,)
    found = suggest(problem, one_sample([1, 0]))
    assert (found.origin, found.chosen) == ("repaired", ("P in dear",))
