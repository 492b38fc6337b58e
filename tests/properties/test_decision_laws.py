"""Laws of the measures of use that a wrong one would break."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtri

from probatum.analysis import decision
from probatum.analysis.censoring import censoring_weights
from probatum.analysis.decision import (
    bed_days,
    cost_per_outcome,
    integrated_discrimination,
    interventions_avoided,
    net_benefit,
    net_benefit_difference,
    net_benefit_survival,
    net_reclassification,
    standardised_net_benefit,
)
from probatum.analysis.decision.ratio import ratio_of_means
from probatum.analysis.observations import weighted_mean

thresholds = st.floats(0.05, 0.95)
prices = st.floats(0, 50)


@st.composite
def cohorts(draw, models=1):
    """At least two of each class, risks in [0, 1], positive weights."""
    n = draw(st.integers(6, 40))
    others = draw(st.lists(st.booleans(), min_size=n - 4, max_size=n - 4))
    y = np.array([True, True, False, False, *others])
    risk = [draw(arrays(np.float64, n, elements=st.floats(0, 1))) for _ in range(models)]
    return (y, *risk, draw(arrays(np.float64, n, elements=st.floats(0.5, 4))))


@given(cohorts(), thresholds)
def test_a_share_of_the_possible_times_the_prevalence_is_the_net_benefit(cohort, threshold):
    y, p, w = cohort
    share = standardised_net_benefit(y, p, threshold, weight=w).value
    earned = net_benefit(y, p, threshold, weight=w).value
    assert share * np.average(y, weights=w) == pytest.approx(earned, abs=1e-12)
    assert share <= 1 + 1e-12


@given(cohorts(), thresholds)
def test_interventions_avoided_are_counted_from_those_left_alone(cohort, threshold):
    y, p, w = cohort
    alone = p < threshold
    free, missed = (np.average(alone & who, weights=w) for who in (~y, y))
    found = interventions_avoided(y, p, threshold, weight=w).value
    assert found == pytest.approx(100 * (free - missed * (1 - threshold) / threshold), abs=1e-8)


@given(cohorts(models=2), thresholds)
def test_tests_times_the_gain_of_each_is_one_event(cohort, threshold):
    y, new, old, w = cohort
    gain = net_benefit_difference(y, new, threshold, versus=old, weight=w).value
    assume(gain > 1e-9)
    found = decision.test_trade_off(y, new, threshold, versus=old, weight=w)
    assert found.value * gain == pytest.approx(1)
    assert found.value > 0


@given(cohorts(), thresholds, st.data())
def test_when_nobody_is_lost_the_survival_version_is_net_benefit(cohort, threshold, data):
    y, p, _ = cohort
    when = data.draw(arrays(np.float64, y.size, elements=st.floats(0.5, 5)))
    found = net_benefit_survival(np.where(y, when, 9), y, p, threshold, horizon=5)
    plain = net_benefit(y, p, threshold)
    assert found.value == pytest.approx(plain.value, abs=1e-12)
    assert found.se == pytest.approx(plain.se, abs=1e-9)


@given(cohorts(), thresholds, st.sampled_from([7.0, 365.25]))
def test_the_unit_of_time_does_not_matter(cohort, threshold, unit):
    y, p, w = cohort
    time = np.append(w, 9.0)
    event, risk = np.append(y, False), np.append(p, 1.0)
    plain, scaled = (
        net_benefit_survival(time * k, event, risk, threshold, horizon=3 * k)
        for k in (1.0, unit)
    )
    assert scaled.value == pytest.approx(plain.value)


@given(cohorts(), thresholds, st.data())
def test_the_lost_are_stood_for_by_those_acted_on_and_followed_up(cohort, threshold, data):
    """Kaplan-Meier among those acted on against censoring weights among them: one value."""
    _, p, _ = cohort
    time = data.draw(arrays(np.int64, p.size, elements=st.integers(1, 9))).astype(float)
    event = data.draw(arrays(np.bool_, p.size))
    time, event, risk = np.append(time, 9.0), np.append(event, False), np.append(p, 1.0)
    acted_on = risk >= threshold
    stood = censoring_weights(time[acted_on], event[acted_on], 5.0).weight
    died = np.sum(stood * (event[acted_on] & (time[acted_on] <= 5.0)))
    alive = acted_on.sum() - died
    naive = (died - alive * threshold / (1 - threshold)) / risk.size
    found = net_benefit_survival(time, event, risk, threshold, horizon=5.0)
    assert found.value == pytest.approx(naive, abs=1e-10)


@given(cohorts(models=2), thresholds)
def test_reclassification_in_both_classes_makes_the_difference_of_net_benefit(cohort, t):
    y, old, new, w = cohort
    moved = net_reclassification(y, old, new, threshold=t, weight=w)
    prevalence = np.average(y, weights=w)
    made = (
        prevalence * moved.events.value + (1 - prevalence) * t / (1 - t) * moved.nonevents.value
    )
    gain = net_benefit_difference(y, new, t, versus=old, weight=w).value
    assert made == pytest.approx(gain, abs=1e-10)


@given(cohorts(models=2), st.one_of(st.none(), thresholds))
def test_going_back_to_the_old_model_takes_away_what_the_new_gave(cohort, threshold):
    y, old, new, w = cohort
    for index in (
        lambda a, b: net_reclassification(y, a, b, threshold=threshold, weight=w),
        lambda a, b: integrated_discrimination(y, a, b, weight=w),
    ):
        forth, back = index(old, new), index(new, old)
        assert back.total.value == pytest.approx(-forth.total.value, abs=1e-12)
        assert back.total.se == pytest.approx(forth.total.se, abs=1e-12)


@given(cohorts(models=2))
def test_integrated_discrimination_is_the_gain_in_the_slope_of_discrimination(cohort):
    y, old, new, _ = cohort
    before, after = (p[y].mean() - p[~y].mean() for p in (old, new))
    found = integrated_discrimination(y, old, new).total
    assert found.value == pytest.approx(after - before, abs=1e-12)


@given(cohorts(), thresholds, prices, prices, prices, prices)
def test_prices_scale_and_the_policies_are_those_of_the_extreme_models(
    cohort, threshold, test, action, missed, found
):
    y, p, w = cohort
    named = {"cost_action": action, "cost_missed": missed, "cost_found": found, "weight": w}
    plain = cost_per_outcome(y, p, threshold, cost_test=test, **named)
    all_of_them = cost_per_outcome(y, np.ones(y.size), threshold, cost_test=0.0, **named)
    nobody = cost_per_outcome(y, np.zeros(y.size), threshold, cost_test=0.0, **named)
    assert plain.treat_all.value == pytest.approx(all_of_them.model.value)
    assert plain.treat_none.value == pytest.approx(nobody.model.value)
    assert plain.saved_over_all.value == pytest.approx(
        plain.treat_all.value - plain.model.value, abs=1e-9
    )
    days = bed_days(y, p, threshold, days_action=action, days_missed=missed, days_found=found)
    free = cost_per_outcome(y, p, threshold, cost_test=0.0, **(named | {"weight": None}))
    assert days.model.value == pytest.approx(1000 * free.model.value)


@given(cohorts(), thresholds)
def test_at_the_thresholds_own_prices_the_saving_is_the_net_benefit(cohort, threshold):
    """A missed event at 1, an action on an event found at 0 and an unneeded one at the odds."""
    y, p, w = cohort
    odds = threshold / (1 - threshold)
    found = cost_per_outcome(
        y,
        p,
        threshold,
        cost_test=0.0,
        cost_action=odds,
        cost_missed=1.0 + odds,
        cost_found=0.0,
        weight=w,
    )
    earned = net_benefit(y, p, threshold, weight=w)
    assert found.saved_over_none.value == pytest.approx(earned.value, abs=1e-10)
    assert found.saved_over_none.se == pytest.approx(earned.se, abs=1e-10)


@given(cohorts(models=2), thresholds)
def test_no_bound_lies_where_no_gain_can(cohort, threshold):
    """Acting on a patient is worth 1 or less the odds; a gain is a difference of two worths."""
    y, p, other, w = cohort
    odds = threshold / (1 - threshold)
    for versus, least, most in (
        ("treat_all", -1, odds),
        ("treat_none", -odds, 1),
        (other, -max(1, odds), max(1, odds)),
    ):
        found = net_benefit_difference(y, p, threshold, versus=versus, weight=w)
        assert least - 1e-12 <= found.lower <= found.value + 1e-12
        assert found.value - 1e-12 <= found.upper <= most + 1e-12


@given(cohorts(), thresholds, prices, prices, prices, prices)
def test_no_mean_use_lies_outside_what_a_patient_can_use(
    cohort, threshold, test, action, missed, found
):
    y, p, w = cohort
    use = cost_per_outcome(
        y,
        p,
        threshold,
        cost_test=test,
        cost_action=action,
        cost_missed=missed,
        cost_found=found,
        weight=w,
    )
    dearest = test + max(action + found, missed)
    for one in (use.model, use.treat_all, use.treat_none):
        assert -1e-9 <= one.lower <= one.value + 1e-9
        assert one.value - 1e-9 <= one.upper <= dearest + 1e-9


@given(cohorts(models=2))
def test_the_bounds_of_a_ratio_are_where_the_test_of_it_just_fails(cohort):
    """Fieller's interval by its definition: the slow twin of the quadratic."""
    _, above, below, w = cohort
    assume(np.ptp(above) > 0.1 and np.mean(below) > 0.1)
    found = ratio_of_means(above, below, w, confidence=0.9, name="ratio")
    assume(found.lower is not None)
    for bound in found.interval:
        mean, error = weighted_mean(above - bound * below, w)
        assert abs(mean) == pytest.approx(ndtri(0.95) * error, rel=1e-6, abs=1e-9)
    assert found.lower <= found.value <= found.upper
