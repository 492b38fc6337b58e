"""No suggestion leaves unchecked: feasible, its origin said, and beside the proven best."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quantum.optimisation.instances import (
    PROBLEMS,
    a_clinic,
    a_feature_selection,
    a_regimen,
    a_ward,
    best_by_hand,
)
from scipy.optimize import linear_sum_assignment

from probatum.errors import DataError, Infeasible, NotEstimable
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.simulators import Simulated
from probatum.quantum.optimisation.annealing import annealed
from probatum.quantum.optimisation.circuit import qaoa_circuit, sampled
from probatum.quantum.optimisation.comparison import compared
from probatum.quantum.optimisation.constraints import penalised
from probatum.quantum.optimisation.exact import solved
from probatum.quantum.optimisation.one_hot import OneHot
from probatum.quantum.optimisation.problems.appointments import Visit
from probatum.quantum.optimisation.problems.beds import (
    ISOLATION,
    ONE_BED,
    ONE_SEX,
    Bed,
    BedAssignment,
    Patient,
)
from probatum.quantum.optimisation.problems.doses import Interaction
from probatum.quantum.optimisation.qubo import bits_of
from probatum.quantum.optimisation.samples import Samples, collected
from probatum.quantum.optimisation.suggestion import suggest, suggest_by_qaoa
from probatum.quantum.optimisation.training import trained

names = st.sampled_from(sorted(PROBLEMS))
seeds = st.integers(0, 2**32 - 1)


def random_samples(problem, seed, shots=50):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 2, (shots, len(problem.decisions)))
    return collected(rows, source="quantum sample")


def one_sample(bits, source="quantum sample"):
    return Samples(bits=np.array([bits], dtype=np.int8), counts=np.array([1]), source=source)


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


@settings(max_examples=30, deadline=None)
@given(name=names, seed=seeds)
def test_rules_and_the_clinics_own_check_agree_on_every_choice(name, seed):
    problem = PROBLEMS[name](seed=seed)
    rules, number = problem.constraints(), len(problem.decisions)
    rng = np.random.default_rng(seed)
    rows = np.concatenate([bits_of(rng.integers(0, 1 << number, 200), number), np.eye(number)])
    for bits in rows.astype(np.int8):
        unmet = {rule.name for rule in rules if not rule.is_met(bits)}
        assert unmet == set(problem.broken(bits))
        assert problem.objective().energy(bits) == pytest.approx(problem.cost(bits))


@pytest.mark.parametrize("name", sorted(PROBLEMS))
@pytest.mark.parametrize("seed", [1, 6])
def test_the_qubos_ground_state_is_the_best_allowed_choice(name, seed):
    problem = PROBLEMS[name](seed=seed)
    priced = penalised(problem.objective(), problem.constraints())
    best = best_by_hand(problem)
    assert best is not None
    lowest = priced.qubo.extremes()
    assert lowest.lowest == pytest.approx(best, abs=1e-9)
    bits = bits_of(lowest.index, priced.qubo.variables)[: priced.decisions]
    assert not problem.broken(bits)
    assert solved(problem.objective(), problem.constraints()).energy == pytest.approx(best)


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


def a_large_ward(patients=6, beds=6):
    """Only one patient a bed is at stake, which the Hungarian method solves."""
    people = tuple(
        Patient(name=f"P{k}", sex="F", needs_isolation=False) for k in range(patients)
    )
    places = tuple(
        Bed(name=f"B{k}", bay="bay", bay_sex=None, is_isolation=False) for k in range(beds)
    )
    costs = np.random.default_rng(2).random((patients, beds))
    return BedAssignment(patients=people, beds=places, costs=costs)


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


def test_a_problem_too_large_to_simulate_is_not_called_infeasible():
    with pytest.raises(DataError, match="at most 24 variables"):
        suggest_by_qaoa(a_large_ward(), depth=1, shots=10, rng=np.random.default_rng(0))


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


def test_a_bay_in_which_both_sexes_lie_already_is_refused():
    beds = (
        Bed(name="A", bay="bay", bay_sex="F", is_isolation=False),
        Bed(name="B", bay="bay", bay_sex="M", is_isolation=False),
    )
    with pytest.raises(DataError, match="one sex of who lies in 'bay'"):
        replace(a_large_ward(patients=1, beds=2), beds=beds)


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


def test_a_safety_limit_at_a_dose_that_does_not_exist_is_refused():
    """It would never hold: two doses that must not meet could be suggested together."""
    with pytest.raises(DataError, match="expected a level of 'drug 1' up to 2, got 3"):
        replace(
            a_regimen(),
            interactions=(
                Interaction(first="drug 0", first_level=1, second="drug 1", second_level=3),
            ),
        )


@pytest.mark.parametrize("change", [{"duration": 1.5}, {"earliest": 0.5}, {"latest": np.nan}])
def test_a_visit_that_is_not_counted_in_slots_is_refused(change):
    visit = Visit(name="V", duration=1, earliest=0, latest=4, urgency=1.0)
    with pytest.raises(DataError, match="expected whole slots"):
        replace(visit, **change)


def test_a_limit_between_two_doses_and_a_dose_that_is_no_number_are_refused():
    with pytest.raises(DataError, match="expected levels from 0"):
        Interaction(first="drug 0", first_level=1.5, second="drug 1", second_level=0)
    with pytest.raises(DataError, match="expected finite doses"):
        replace(a_regimen().drugs[0], doses=(0.0, 10.0, np.inf))


def test_a_weight_that_is_no_number_is_refused():
    with pytest.raises(DataError, match="weight of at least 0"):
        replace(a_feature_selection(), redundancy_weight=np.nan)
