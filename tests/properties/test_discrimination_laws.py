"""Laws of the area under the curve that a wrong one would break."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probatum.analysis.discrimination import auc, auc_difference, roc_curve


@st.composite
def cohorts(draw, scores=1):
    """Outcome with at least two of each class, tied integer scores, positive weights."""
    n = draw(st.integers(4, 40))
    others = draw(st.lists(st.booleans(), min_size=n - 4, max_size=n - 4))
    outcome = np.array([True, True, False, False, *others])
    values = [draw(arrays(np.int64, n, elements=st.integers(-6, 6))) for _ in range(scores)]
    weight = draw(arrays(np.float64, n, elements=st.floats(0.25, 8)))
    return (outcome, *(value.astype(float) for value in values), weight)


def pairs_beaten(outcome, score):
    """Every pair compared: the definition, kept as the slow twin of the sorting."""
    case, control = score[outcome][:, None], score[~outcome]
    return (case > control) + 0.5 * (case == control)


def naive_difference(outcome, score_a, score_b, weight):
    """DeLong's estimate and variance by comparing every pair."""
    beaten = pairs_beaten(outcome, score_a) - pairs_beaten(outcome, score_b)
    of_case, of_control = weight[outcome], weight[~outcome]
    v10 = beaten @ of_control / of_control.sum()
    v01 = of_case @ beaten / of_case.sum()
    theta = of_case @ v10 / of_case.sum()
    variance = 0.0
    for w, v in ((of_case, v10), (of_control, v01)):
        variance += np.sum(w**2 * (v - theta) ** 2) / w.sum() ** 2 * w.size / (w.size - 1)
    return theta, np.sqrt(variance)


@given(cohorts())
def test_sorting_gives_what_comparing_every_pair_gives(cohort):
    y, score, weight = cohort
    theta, error = naive_difference(y, score, np.zeros_like(score), weight)
    found = auc(y, score, weight=weight)
    assert found.value == pytest.approx(theta + 0.5, abs=1e-9)
    assert found.se == pytest.approx(error, abs=1e-9)


@given(cohorts(scores=2))
def test_the_paired_difference_gives_what_comparing_every_pair_gives(cohort):
    y, a, b, weight = cohort
    theta, error = naive_difference(y, a, b, weight)
    found = auc_difference(y, a, b, weight=weight)
    assert found.value == pytest.approx(theta, abs=1e-9)
    assert found.se == pytest.approx(error, abs=1e-9)


@given(cohorts())
def test_only_the_order_of_scores_matters(cohort):
    y, score, weight = cohort
    assert auc(y, score, weight=weight) == auc(y, np.exp(score) * 3 - 7, weight=weight)


@given(cohorts())
def test_a_reversed_score_has_the_complementary_area(cohort):
    y, score, weight = cohort
    forth, back = auc(y, score, weight=weight), auc(y, -score, weight=weight)
    assert back.value == pytest.approx(1 - forth.value)
    assert back.lower == pytest.approx(1 - forth.upper)


@given(cohorts())
def test_weights_of_one_are_no_weights(cohort):
    y, score, _ = cohort
    plain, weighted = auc(y, score), auc(y, score, weight=np.ones(y.size))
    assert (plain.value, plain.interval) == (weighted.value, weighted.interval)


@given(cohorts(), st.sampled_from([0.5, 2.0, 64.0]))
def test_the_scale_of_the_weights_does_not_matter(cohort, scale):
    y, score, weight = cohort
    plain = auc(y, score, weight=weight)
    scaled = auc(y, score, weight=scale * weight)
    assert scaled.value == pytest.approx(plain.value)
    assert scaled.interval == pytest.approx(plain.interval)


@given(cohorts(), st.data())
def test_a_whole_weight_moves_the_area_as_that_many_patients_would(cohort, data):
    y, score, _ = cohort
    times = data.draw(arrays(np.int64, y.size, elements=st.integers(1, 4)))
    repeated = auc(np.repeat(y, times), np.repeat(score, times)).value
    assert auc(y, score, weight=times).value == pytest.approx(repeated)


@given(cohorts(), st.data())
def test_the_order_of_patients_does_not_matter(cohort, data):
    y, score, weight = cohort
    order = np.array(data.draw(st.permutations(range(y.size))))
    forth, shuffled = (
        auc(y, score, weight=weight),
        auc(y[order], score[order], weight=weight[order]),
    )
    assert shuffled.value == pytest.approx(forth.value)
    assert shuffled.interval == pytest.approx(forth.interval)


@given(cohorts())
def test_the_area_and_its_bounds_are_probabilities(cohort):
    found = auc(cohort[0], cohort[1], weight=cohort[2])
    assert 0 <= found.lower <= found.value <= found.upper <= 1


@given(cohorts(scores=2))
def test_the_difference_is_that_of_the_areas(cohort):
    y, a, b, weight = cohort
    areas = [auc(y, score, weight=weight).value for score in (a, b)]
    found = auc_difference(y, a, b, weight=weight)
    assert found.value == pytest.approx(areas[0] - areas[1])
    assert -1 <= found.lower <= found.value <= found.upper <= 1


@given(cohorts(scores=2))
def test_exchanging_the_models_changes_the_sign_and_nothing_else(cohort):
    y, a, b, weight = cohort
    forth, back = auc_difference(y, a, b, weight=weight), auc_difference(y, b, a, weight=weight)
    assert back.value == pytest.approx(-forth.value)
    assert back.se == pytest.approx(forth.se)
    assert back.lower == pytest.approx(-forth.upper)


@given(cohorts())
def test_against_a_constant_the_difference_has_the_error_of_the_area(cohort):
    y, score, weight = cohort
    area = auc(y, score, weight=weight)
    difference = auc_difference(y, score, np.zeros(y.size), weight=weight)
    assert difference.value == pytest.approx(area.value - 0.5)
    assert difference.se == pytest.approx(area.se)


@given(cohorts())
def test_the_trapezoids_under_the_curve_are_the_area(cohort):
    y, score, weight = cohort
    curve = roc_curve(y, score, weight=weight)
    area = np.trapezoid(curve.tpr, curve.fpr)
    assert area == pytest.approx(auc(y, score, weight=weight).value)
    assert np.all(np.diff(curve.threshold) < 0)
    assert np.all(np.diff(curve.tpr) >= 0)


def test_the_interval_holds_the_truth_under_censoring_as_often_as_it_says():
    """Weights known, a third of controls unknown: 300 simulated studies at 0.95."""
    rng = np.random.default_rng(30)
    truth, held = _true_area(), 0
    for _ in range(300):
        y = rng.random(400) < 0.25
        score = rng.normal(size=400) + y
        chance = np.where(y, 1.0, 1 / (1 + np.exp(-score)))  # the unknown are not like the rest
        known = rng.random(400) < chance
        found = auc(y[known], score[known], weight=1 / chance[known])
        held += found.lower <= truth <= found.upper
    assert 0.91 <= held / 300 <= 0.98


def _true_area():
    from scipy.stats import norm

    return norm.cdf(1 / np.sqrt(2))
