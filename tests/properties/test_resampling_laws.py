"""Laws of the bootstrap: it has the unit of what is measured, and knows no side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probatum.analysis.bootstrapped import bootstrap_auc, bootstrap_auc_difference
from probatum.analysis.resampling import bootstrap

VALUES = arrays(np.float64, st.integers(3, 30), elements=st.integers(-9, 9)).filter(np.ptp)
SCORE = arrays(np.float64, 24, elements=st.integers(0, 6))
OUTCOME = np.arange(24) % 3 == 0
KINDS = st.sampled_from(["percentile", "basic"])
FEW = settings(max_examples=25, deadline=None)


@FEW
@given(VALUES, KINDS, st.sampled_from([-2.0, 0.5]), st.integers(-9, 9))
def test_the_interval_of_a_mean_moves_and_turns_with_the_values(values, kind, unit, zero):
    plain, moved = (
        bootstrap(np.mean, [x], seed=5, replicates=80, interval=kind)
        for x in (values, zero + unit * values)
    )
    bounds = sorted(zero + unit * bound for bound in plain.interval)
    assert moved.interval == pytest.approx(bounds, abs=1e-9)
    assert moved.se == pytest.approx(abs(unit) * plain.se)


@FEW
@given(SCORE, KINDS)
def test_an_area_turned_round_is_what_was_left_of_one(score, kind):
    forth, back = (
        bootstrap_auc(OUTCOME, s, seed=5, replicates=80, interval=kind) for s in (score, -score)
    )
    assert back.value == pytest.approx(1 - forth.value)
    assert (forth.lower is None) == (back.lower is None)
    if forth.lower is not None:
        assert back.interval == pytest.approx((1 - forth.upper, 1 - forth.lower))


@FEW
@given(SCORE, st.floats(0.2, 3))
def test_only_the_order_of_scores_counts(score, power):
    plain, bent = (
        bootstrap_auc(OUTCOME, s, seed=5, replicates=40) for s in (score, score**power)
    )
    assert plain == bent


@FEW
@given(SCORE, SCORE)
def test_a_difference_is_paired_and_has_a_sign(one, other):
    forth = bootstrap_auc_difference(OUTCOME, one, other, seed=5, replicates=60)
    back = bootstrap_auc_difference(OUTCOME, other, one, seed=5, replicates=60)
    assert back.value == pytest.approx(-forth.value)
    same = bootstrap_auc_difference(OUTCOME, one, one, seed=5, replicates=60)
    assert (same.value, same.se) == (0, None)
