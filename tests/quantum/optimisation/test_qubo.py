"""Costs of yes-or-no choices: hand-computed, in two languages, one by one and all at once."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quantum.optimisation.instances import a_qubo
from scipy.optimize import Bounds, milp

from probatum.errors import DataError, Infeasible
from probatum.quantum.optimisation.constraints import Constraint
from probatum.quantum.optimisation.exact import enumerated, relaxed, solved
from probatum.quantum.optimisation.linear_program import linear_program
from probatum.quantum.optimisation.qubo import Qubo, bits_of, index_of, qubo_from_pairs

big = settings(max_examples=15, deadline=None)


def test_two_variables_cost_what_the_hand_says():
    qubo = qubo_from_pairs([2, 3], {(0, 1): -5.0}, 1.0)
    assert list(qubo.energies()) == [1, 3, 4, 1]
    assert qubo.energy([0, 1]) == 4


def test_one_spin_costs_what_the_hand_says():
    ising = qubo_from_pairs([4], {}, 1.0).ising()
    assert (ising.fields[0], ising.offset) == (-2.0, 3.0)
    assert ising.energy([1]) == 1
    assert ising.energy([-1]) == 5


@big
@given(variables=st.integers(1, 10), seed=st.integers(0, 2**32 - 1))
def test_doubling_gives_every_choice_its_own_cost(variables, seed):
    qubo = a_qubo(variables, seed)
    rows = bits_of(np.arange(1 << variables), variables)
    np.testing.assert_allclose(qubo.energies(), qubo.energy(rows), atol=1e-12)


@big
@given(variables=st.integers(1, 9), seed=st.integers(0, 2**32 - 1))
def test_yes_and_no_cost_what_up_and_down_cost(variables, seed):
    qubo = a_qubo(variables, seed)
    ising, rows = qubo.ising(), bits_of(np.arange(1 << variables), variables)
    np.testing.assert_allclose(ising.energy(1 - 2 * rows), qubo.energies(), atol=1e-12)
    np.testing.assert_allclose(ising.qubo().energies(), qubo.energies(), atol=1e-12)


def test_whole_numbers_stay_whole():
    qubo = a_qubo(12, whole=True)
    rows = bits_of(np.arange(1 << 12), 12)
    np.testing.assert_array_equal(qubo.energies(), qubo.energy(rows))


@pytest.mark.parametrize("variables", [1, 4, 7])
def test_the_operators_diagonal_is_the_list_of_costs(variables):
    qubo = a_qubo(variables)
    diagonal = qubo.ising().to_sparse_pauli_op().to_matrix().diagonal()
    np.testing.assert_allclose(diagonal, qubo.energies(), atol=1e-12)


def test_a_choice_is_its_number_and_back():
    assert index_of(bits_of(22, 6)) == 22


def test_the_search_in_chunks_finds_what_the_whole_list_holds():
    qubo = a_qubo(20, seed=4)
    energies, found = qubo.energies(), qubo.extremes()
    assert found.index == np.argmin(energies)
    assert (found.lowest, found.highest) == pytest.approx((energies.min(), energies.max()))
    assert enumerated(qubo).energy == pytest.approx(energies.min())


def test_24_variables_are_searched_in_a_few_megabytes():
    qubo = a_qubo(24, whole=True)
    tracemalloc.start()
    found = enumerated(qubo)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20
    assert found.energy == qubo.extremes().lowest == qubo.energy(found.bits)


def test_the_relaxed_problem_never_costs_more():
    qubo = Qubo(linear=np.array([-1.0, -2.0, 3.0]), quadratic=np.zeros((3, 3)))
    np.testing.assert_allclose(relaxed(qubo), [1, 1, 0], atol=1e-9)


@big
@given(variables=st.integers(1, 10), seed=st.integers(0, 2**32 - 1))
def test_the_solver_proves_what_enumeration_finds(variables, seed):
    qubo = a_qubo(variables, seed)
    assert solved(qubo).energy == pytest.approx(qubo.energies().min(), abs=1e-9)


@big
@given(
    weights=st.lists(st.integers(-2, 2), min_size=2, max_size=8),
    bound=st.integers(-2, 4),
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([1.0, 0.5]),
)
def test_the_solver_proves_it_under_an_equality_too(weights, bound, seed, share):
    """With all products in the cost or only some, the rule times a decision loses no choice."""
    plain = a_qubo(len(weights), seed)
    thinned = plain.quadratic * (
        np.random.default_rng(seed).random(plain.quadratic.shape) < share
    )
    qubo = Qubo(linear=plain.linear, quadratic=thinned)
    rule = Constraint(name="rule", weights=tuple(enumerate(weights)), sense="==", bound=bound)
    try:
        best = enumerated(qubo, [rule]).energy
    except Infeasible:
        with pytest.raises(Infeasible):
            solved(qubo, [rule])
        return
    assert solved(qubo, [rule]).energy == pytest.approx(best, abs=1e-9)


def test_a_rule_times_its_decisions_makes_the_relaxed_cost_that_of_the_best_choice():
    """Two of four, each pair costs 1: without those products, half of each would cost 0."""
    pairs = Qubo(linear=np.zeros(4), quadratic=np.triu(np.ones((4, 4)), 1))
    two = Constraint(name="two", weights=tuple((k, 1) for k in range(4)), sense="==", bound=2)
    program = linear_program(pairs, [two])
    relaxed_cost = milp(program.costs, constraints=program.rows, bounds=Bounds(0, 1)).fun
    assert relaxed_cost == pytest.approx(1)
    assert enumerated(pairs, [two]).energy == 1


def test_the_same_problem_has_the_same_digest():
    assert a_qubo(5, 1).digest == a_qubo(5, 1).digest != a_qubo(5, 2).digest


def test_a_problem_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        a_qubo().linear[0] = 1


@pytest.mark.parametrize(
    ("linear", "quadratic", "words"),
    [
        ([], np.zeros((0, 0)), "n coefficients"),
        ([1.0], np.zeros((2, 2)), "n coefficients"),
        ([np.nan], np.zeros((1, 1)), "finite"),
        ([1.0, 1.0], np.ones((2, 2)), "below the diagonal"),
    ],
)
def test_nonsense_is_refused(linear, quadratic, words):
    with pytest.raises(DataError, match=words):
        Qubo(linear=np.array(linear, dtype=float), quadratic=quadratic)


def test_too_many_variables_are_not_enumerated():
    with pytest.raises(DataError, match="at most 24 variables, got 25"):
        enumerated(a_qubo(25))


def test_costs_over_other_variables_are_not_added():
    with pytest.raises(DataError, match="expected 3 variables, got 1"):
        a_qubo(3).plus(a_qubo(1))


@pytest.mark.parametrize("unit", [1e-8, 1e-6, 1.0, 1e8])
def test_a_proof_does_not_depend_on_the_unit_of_the_costs(unit):
    """HiGHS stops within 1e-6 of the best, whatever the unit is."""
    for seed in range(20):
        plain = a_qubo(8, seed)
        qubo = Qubo(linear=unit * plain.linear, quadratic=unit * plain.quadratic)
        assert solved(qubo).energy <= qubo.extremes().lowest + 1e-9 * unit
