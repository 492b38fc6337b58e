"""Rules: what they count, what breaking one costs, and that no saving can pay for it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quantum.optimisation.instances import a_qubo

from probatum.errors import DataError, Infeasible
from probatum.quantum.optimisation.constraints import (
    Constraint,
    at_most,
    exactly_one,
    none_of,
    penalised,
    sufficient_penalty,
)
from probatum.quantum.optimisation.exact import enumerated, solved


def a_rule(weights=(1, 2, 1), sense="<=", bound=2):
    return Constraint(name="rule", weights=tuple(enumerate(weights)), sense=sense, bound=bound)


def test_a_count_is_weighted():
    assert a_rule().count([[1, 1, 0], [0, 0, 1]]).tolist() == [3, 1]


@pytest.mark.parametrize(("sense", "met"), [("<=", False), ("==", False), (">=", True)])
def test_a_count_of_three_beside_a_bound_of_two(sense, met):
    assert a_rule(sense=sense).is_met([1, 1, 0]) is met


@settings(max_examples=40, deadline=None)
@given(
    weights=st.lists(st.integers(-3, 4), min_size=1, max_size=4),
    sense=st.sampled_from(["<=", "==", ">="]),
    bound=st.integers(-4, 8),
)
def test_some_slack_makes_a_choice_free_exactly_where_the_rule_is_kept(weights, sense, bound):
    rule = a_rule(tuple(weights), sense, bound)
    flat = a_qubo(len(weights), whole=True)
    priced = penalised(flat, [rule], penalty=1000.0)
    extra = (priced.qubo.energies() - np.tile(flat.energies(), 1 << priced.slack_bits)) / 1000
    least = extra.reshape(1 << priced.slack_bits, -1).min(axis=0)
    for bits in product((0, 1), repeat=len(weights)):
        number = sum(bit << place for place, bit in enumerate(bits))
        assert (least[number] < 0.5) == rule.is_met(bits)
        assert least[number] == pytest.approx(0, abs=1e-9) or least[number] >= 1 - 1e-9


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    weights=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    bound=st.integers(0, 5),
)
def test_the_ground_state_is_the_best_choice_that_keeps_every_rule(seed, weights, bound):
    objective = a_qubo(4, seed)
    rules = [a_rule(tuple(weights), "<=", bound), at_most("pair", [0, 1, 2], 1)]
    priced = penalised(objective, rules)
    best = enumerated(objective, rules)
    assert priced.is_sufficient
    assert priced.qubo.energies().min() == pytest.approx(best.energy, abs=1e-9)
    assert solved(objective, rules).energy == pytest.approx(best.energy, abs=1e-9)


def test_at_most_one_needs_no_slack():
    assert penalised(a_qubo(4), [at_most("one", range(4), 1)]).slack_bits == 0


def test_slack_never_reaches_beyond_the_bound():
    priced = penalised(a_qubo(4), [at_most("three", range(4), 3)])
    assert priced.slack_bits == 2
    assert penalised(a_qubo(4), [at_most("four", range(4), 4)]).slack_bits == 0


def test_a_smaller_price_is_said_not_to_be_sufficient():
    objective = a_qubo(4)
    priced = penalised(objective, [none_of("none", [0])], penalty=0.1)
    assert not priced.is_sufficient
    assert penalised(objective, []).penalty == sufficient_penalty(objective)


def test_contradicting_rules_are_proven_infeasible():
    rules = [exactly_one("one", [0, 1]), none_of("none", [0, 1])]
    for solver in (enumerated, solved):
        with pytest.raises(Infeasible, match="one, none"):
            solver(a_qubo(2), rules)


def test_a_rule_over_nothing_can_be_infeasible():
    with pytest.raises(Infeasible, match="empty"):
        enumerated(a_qubo(2), [exactly_one("empty", [])])
    with pytest.raises(Infeasible, match="empty"):
        solved(a_qubo(2), [exactly_one("empty", [])])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights": (0.5,)}, "whole numbers"),
        ({"bound": 1.5}, "whole numbers"),
        ({"sense": "<"}, "expected <=, == or >="),
    ],
)
def test_a_rule_that_cannot_be_counted_is_refused(change, words):
    with pytest.raises(DataError, match=words):
        a_rule(**change)


def test_a_rule_naming_a_variable_twice_is_refused():
    with pytest.raises(DataError, match="each variable once"):
        exactly_one("twice", [1, 1])


def test_a_rule_on_a_variable_that_does_not_exist_is_refused():
    with pytest.raises(DataError, match="variables below 2"):
        penalised(a_qubo(2), [exactly_one("far", [5])])


def test_a_price_that_is_not_positive_is_refused():
    with pytest.raises(DataError, match="positive"):
        penalised(a_qubo(2), [], penalty=0.0)
