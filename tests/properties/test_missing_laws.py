"""Laws of what was not observed: bounds hold every truth, pooling forgets units and order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.analysis.discrimination import auc
from probatum.analysis.missing import (
    auc_bounds,
    fraction_missing,
    imputations,
    rubin,
    sensitivity_bounds,
    tipping_point_difference,
)

IMPUTED = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.05, 3)), min_size=2, max_size=8)
PEOPLE = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.booleans(), st.integers(0, 5)), max_size=12
)


def patients(drawn):
    """Two known of each class before the others, so that everything exists."""
    told = [(0, True, 1), (0, True, 3), (1, True, 2), (1, True, 4), *drawn]
    truth, known, score = (np.array(column) for column in zip(*told, strict=True))
    return truth, np.where(known, truth, np.nan), score


@given(PEOPLE)
def test_the_truth_lies_within_the_bounds(drawn):
    truth, seen, score = patients(drawn)
    found, true = auc_bounds(seen, score), auc(truth, score).value
    assert found.worst.value - 1e-9 <= true <= found.best.value + 1e-9
    test = score > 2
    held, of_test = sensitivity_bounds(seen, test), test[truth == 1].mean()
    assert held.worst.value - 1e-9 <= of_test <= held.best.value + 1e-9


@given(PEOPLE)
def test_turning_the_score_round_exchanges_the_bounds_of_an_area(drawn):
    _, seen, score = patients(drawn)
    forth, back = auc_bounds(seen, score), auc_bounds(seen, -score)
    assert forth.worst.value == pytest.approx(1 - back.best.value)
    assert forth.best.value == pytest.approx(1 - back.worst.value)


@given(IMPUTED, st.randoms(), st.floats(0.1, 10), st.floats(-5, 5))
def test_pooling_forgets_order_and_follows_units(imputed, random, unit, zero):
    q, error = (np.array(column) for column in zip(*imputed, strict=True))
    order = [*range(q.size)]
    random.shuffle(order)
    plain = rubin(q, error, n=9)
    moved = rubin(zero + unit * q[order], unit * error[order], n=9)
    assert moved.value == pytest.approx(zero + unit * plain.value, abs=1e-9)
    assert moved.se == pytest.approx(unit * plain.se)
    assert moved.lower == pytest.approx(zero + unit * plain.lower, abs=1e-6, rel=1e-6)


@given(IMPUTED)
def test_missing_values_never_make_an_answer_surer(imputed):
    q, error = (np.array(column) for column in zip(*imputed, strict=True))
    assert rubin(q, error, n=9).se >= np.sqrt(np.mean(error**2)) - 1e-12
    assert 0 <= fraction_missing(q, error) <= 1


@given(st.integers(0, 99), st.sampled_from([0.25, 3.0, 8.0]), st.integers(-50, 50))
@settings(max_examples=20, deadline=None)
def test_imputed_values_follow_the_unit_of_the_recorded(seed, unit, zero):
    rng = np.random.default_rng(seed)
    seen = pd.DataFrame({"a": rng.normal(size=20), "b": rng.normal(size=20)})
    seen.loc[rng.random(20) < 0.3, "a"] = np.nan
    seen.loc[0, "b"] = np.nan
    plain = imputations(seen, seed=seed, m=2, rounds=2)
    moved = imputations(seen * [unit, 1] + [zero, 0], seed=seed, m=2, rounds=2)
    for one, other in zip(plain, moved, strict=True):
        np.testing.assert_allclose(other["a"], zero + unit * one["a"], atol=1e-6)
        np.testing.assert_allclose(other["b"], one["b"], atol=1e-6)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 5), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_the_more_events_of_b_are_unknown_ones_the_more_a_needs(a, b, missing_a, missing_b):
    found = tipping_point_difference(
        a, 12, b, 12, missing_a=missing_a + 1, missing_b=missing_b, goal=-0.1
    )
    assert np.all(np.diff(found.needed) >= 0)
    mirrored = tipping_point_difference(
        a, 12, b, 12, missing_a=missing_a + 1, missing_b=missing_b, goal=0.1
    )
    assert np.all(mirrored.needed >= found.needed)
