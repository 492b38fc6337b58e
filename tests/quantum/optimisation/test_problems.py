"""The clinic's problems: rules that agree with its own check, and figures that are refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from quantum.optimisation.instances import (
    PROBLEMS,
    a_feature_selection,
    a_large_ward,
    a_regimen,
    best_by_hand,
    names,
    seeds,
)

from probatum.errors import DataError
from probatum.quantum.optimisation.constraints import penalised
from probatum.quantum.optimisation.exact import solved
from probatum.quantum.optimisation.problems.appointments import Visit
from probatum.quantum.optimisation.problems.beds import Bed
from probatum.quantum.optimisation.problems.doses import Interaction
from probatum.quantum.optimisation.qubo import bits_of


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


def test_a_bay_in_which_both_sexes_lie_already_is_refused():
    beds = (
        Bed(name="A", bay="bay", bay_sex="F", is_isolation=False),
        Bed(name="B", bay="bay", bay_sex="M", is_isolation=False),
    )
    with pytest.raises(DataError, match="one sex of who lies in 'bay'"):
        replace(a_large_ward(patients=1, beds=2), beds=beds)


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
