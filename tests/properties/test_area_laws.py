"""Laws of partial, clustered and unpaired areas and of operating points."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import average_precision_score

from probatum.analysis.discrimination import (
    auc,
    auc_difference,
    auc_difference_unpaired,
    average_precision,
    clustered_auc,
    clustered_auc_difference,
    partial_auc,
    precision_recall_curve,
    roc_curve,
    sensitivity_at_specificity,
    specificity_at_sensitivity,
)
from probatum.errors import NotEstimable

SHARES = st.floats(0.03, 0.97)


@st.composite
def cohorts(draw, scores=1):
    """Outcome with at least two of each class, and tied integer scores."""
    n = draw(st.integers(4, 30))
    others = draw(st.lists(st.booleans(), min_size=n - 4, max_size=n - 4))
    outcome = np.array([True, True, False, False, *others])
    values = [draw(arrays(np.int64, n, elements=st.integers(-6, 6))) for _ in range(scores)]
    return (outcome, *(value.astype(float) for value in values))


@st.composite
def clustered_cohorts(draw):
    """Two scores of observations in clusters that may hold one class or both."""
    outcome, a, b = draw(cohorts(scores=2))
    labels = draw(arrays(np.int64, outcome.size, elements=st.integers(0, 6)))
    labels[:4] = [0, 1, 1, 2]
    return outcome, a, b, labels


def estimated(estimate, *given):
    """The estimate, where these few clusters have one."""
    try:
        return estimate(*given)
    except NotEstimable as refusal:
        if "too few clusters" not in str(refusal):
            raise
        assume(False)


def area_up_to(f, outcome, score, weight=None):
    """The curve's trapezoids up to ``f``: the definition of a raw partial area."""
    curve = roc_curve(outcome, score, weight=weight)
    inside = curve.fpr <= f
    end = np.interp(f, curve.fpr, curve.tpr)
    return np.trapezoid(np.r_[curve.tpr[inside], end], np.r_[curve.fpr[inside], f])


def moved_by_each(estimate, n, step=1e-5):
    """Derivative of a weighted estimate by each patient's weight: the slow infinitesimal
    jackknife."""
    moved = np.empty(n)
    for k in range(n):
        up, down = np.ones(n), np.ones(n)
        up[k], down[k] = 1 + step, 1 - step
        moved[k] = (estimate(up) - estimate(down)) / (2 * step)
    return moved


@given(cohorts(), SHARES)
def test_a_partial_area_is_that_of_the_trapezoids_within_the_range(cohort, f):
    y, score = cohort
    found = partial_auc(y, score, fpr_max=f, standardised=False)
    assert found.value == pytest.approx(area_up_to(f, y, score), abs=1e-12)
    assert 0 <= found.lower <= found.value + 1e-12 <= found.upper + 2e-12 <= f + 3e-12


@settings(max_examples=25)
@given(cohorts(), st.sampled_from([0.1234567, 0.271828, 0.5772156, 0.8660254]))
def test_the_error_of_a_partial_area_is_that_of_moving_each_patients_weight(cohort, f):
    y, score = cohort
    moved = moved_by_each(lambda w: area_up_to(f, y, score, w), y.size)
    variance = sum(
        moved[of] @ moved[of] * size / (size - 1) for of in (y, ~y) if (size := of.sum())
    )
    found = partial_auc(y, score, fpr_max=f, standardised=False)
    assert found.se == pytest.approx(np.sqrt(variance), abs=1e-6)


@given(cohorts())
def test_the_partial_area_over_everything_is_the_area(cohort):
    y, score = cohort
    whole = auc(y, score)
    for options in ({"fpr_max": 1}, {"tpr_min": 0}):
        for standardised in (True, False):
            part = partial_auc(y, score, standardised=standardised, **options)
            assert part.value == pytest.approx(whole.value)
            assert part.se == pytest.approx(whole.se)
            assert part.lower <= whole.lower + 1e-9  # wider where one score is all there is
            assert part.upper >= whole.upper - 1e-9
            if whole.se:
                assert part.interval == pytest.approx(whole.interval)


@given(cohorts(), SHARES)
def test_the_range_of_sensitivities_is_that_of_the_classes_exchanged(cohort, least):
    y, score = cohort
    forth = partial_auc(y, score, tpr_min=least)
    back = partial_auc(~y, -score, fpr_max=1 - least)
    assert forth.value == pytest.approx(back.value)
    assert forth.interval == pytest.approx(back.interval)


@given(cohorts(), SHARES)
def test_only_the_order_of_scores_matters_to_a_partial_area(cohort, f):
    y, score = cohort
    assert partial_auc(y, score, fpr_max=f) == partial_auc(y, np.exp(score), fpr_max=f)


def naive_clustered_error(outcome, score_a, score_b, cluster):
    """Obuchowski's formulas, every pair compared and every cluster visited."""
    beaten = sum(
        sign * ((s[outcome][:, None] > s[~outcome]) + (s[outcome][:, None] == s[~outcome]) / 2)
        for sign, s in ((1, score_a), (-1, score_b))
    )
    v, u, theta = beaten.mean(axis=1), beaten.mean(axis=0), beaten.mean()
    m, n, labels = v.size, u.size, np.unique(cluster)
    of_v = [np.sum(v[cluster[outcome] == c] - theta) for c in labels]
    of_u = [np.sum(u[cluster[~outcome] == c] - theta) for c in labels]
    i, j, k = (np.unique(c).size for c in (cluster[outcome], cluster[~outcome], cluster))
    s10 = i / ((i - 1) * m) * np.sum(np.square(of_v))
    s01 = j / ((j - 1) * n) * np.sum(np.square(of_u))
    s11 = k / (k - 1) * np.dot(of_v, of_u)
    return np.sqrt(max(s10 / m + s01 / n + 2 * s11 / (m * n), 0))


@given(clustered_cohorts())
def test_clustered_errors_are_those_of_obuchowskis_sums(cohort):
    y, a, b, cluster = cohort
    one = estimated(clustered_auc, y, a, cluster)
    two = estimated(clustered_auc_difference, y, a, b, cluster)
    expected = naive_clustered_error(y, a, np.zeros_like(a), cluster)
    assert one.se == pytest.approx(expected, abs=1e-9)
    assert two.se == pytest.approx(naive_clustered_error(y, a, b, cluster), abs=1e-9)
    assert one.value == pytest.approx(auc(y, a).value)
    assert two.value == pytest.approx(auc_difference(y, a, b).value)


@given(cohorts(scores=2))
def test_clusters_of_one_are_no_clusters(cohort):
    y, a, b = cohort
    alone = np.arange(y.size)
    assert clustered_auc(y, a, alone).se == pytest.approx(auc(y, a).se)
    found = clustered_auc_difference(y, a, b, alone)
    assert found.se == pytest.approx(auc_difference(y, a, b).se)


@given(cohorts(scores=2), st.integers(2, 4))
def test_seeing_each_patient_again_adds_nothing(cohort, times):
    """Observations repeated within their patient leave the clustered error as it was."""
    y, a, b = (np.repeat(column, times) for column in cohort)
    patient = np.repeat(np.arange(cohort[0].size), times)
    assert clustered_auc(y, a, patient).se == pytest.approx(auc(*cohort[:2]).se, abs=1e-9)
    found = clustered_auc_difference(y, a, b, patient)
    assert found.se == pytest.approx(auc_difference(*cohort).se, abs=1e-9)


@given(clustered_cohorts())
def test_the_names_and_the_order_of_clusters_do_not_matter(cohort):
    y, a, b, cluster = cohort
    forth = estimated(clustered_auc_difference, y, a, b, cluster)
    back = clustered_auc_difference(
        y[::-1], b[::-1], a[::-1], [f"p{9 - c}" for c in cluster[::-1]]
    )
    assert back.value == pytest.approx(-forth.value)
    assert back.se == pytest.approx(forth.se, abs=1e-9)


@given(cohorts(), cohorts())
def test_the_unpaired_difference_is_that_of_two_areas(first, second):
    one, two = auc(*first), auc(*second)
    y, score = (np.r_[a, b] for a, b in zip(first, second, strict=True))
    group = np.repeat(["a", "b"], [one.n, two.n])
    forth = auc_difference_unpaired(y, score, group)
    back = auc_difference_unpaired(y, score, np.where(group == "a", "b", "a"))
    assert forth.value == pytest.approx(one.value - two.value)
    assert back.value == pytest.approx(-forth.value)
    assert back.lower == pytest.approx(-forth.upper)
    assert -1 <= forth.lower <= forth.value + 1e-9 <= forth.upper + 2e-9
    if one.se and two.se:
        assert forth.se == pytest.approx(np.hypot(one.se, two.se))


@given(cohorts(), SHARES)
def test_the_operating_point_is_the_best_of_the_curve_that_keeps_the_promise(cohort, kept):
    y, score = cohort
    curve = roc_curve(y, score)
    best = curve.tpr[1 - curve.fpr >= kept - 1e-9].max()
    spared = (1 - curve.fpr)[curve.tpr >= kept - 1e-9].max()
    assert sensitivity_at_specificity(y, score, kept).value == pytest.approx(best)
    assert specificity_at_sensitivity(y, score, kept).value == pytest.approx(spared)


@given(cohorts(), SHARES)
def test_exchanging_the_classes_exchanges_the_operating_points(cohort, kept):
    y, score = cohort
    forth = sensitivity_at_specificity(y, score, kept)
    back = specificity_at_sensitivity(~y, -score, kept)
    assert (forth.value, forth.interval) == (back.value, back.interval)
    assert 0 <= forth.lower <= forth.value + 1e-9 <= forth.upper + 2e-9 <= 1 + 3e-9


@given(cohorts(), SHARES, SHARES)
def test_keeping_more_specificity_never_finds_more_events(cohort, first, second):
    low, high = sorted((first, second))
    assert (
        sensitivity_at_specificity(*cohort, high).value
        <= sensitivity_at_specificity(*cohort, low).value
    )


@given(cohorts())
def test_average_precision_is_the_sum_of_steps_of_recall(cohort):
    y, score = cohort
    curve, found = precision_recall_curve(y, score), average_precision(y, score)
    steps = np.diff(curve.recall, prepend=0) @ curve.precision
    assert found.value == pytest.approx(steps)
    assert 0 < found.lower <= found.value <= found.upper <= 1
    assert found.se > 1e-9 or found.value == 1
    assert curve.precision[-1] == pytest.approx(curve.prevalence)


@settings(max_examples=25)
@given(cohorts())
def test_the_error_of_average_precision_is_that_of_moving_each_patients_weight(cohort):
    y, score = cohort
    moved = moved_by_each(lambda w: average_precision_score(y, score, sample_weight=w), y.size)
    assert average_precision(y, score).se == pytest.approx(np.linalg.norm(moved), abs=1e-6)


@given(cohorts())
def test_only_the_order_of_scores_matters_to_average_precision(cohort):
    y, score = cohort
    assert average_precision(y, score) == average_precision(y, np.exp(score) * 3)


@given(cohorts())
def test_the_logit_interval_holds_the_area_and_mirrors_with_it(cohort):
    y, score = cohort
    forth, back = auc(y, score, interval="logit"), auc(y, -score, interval="logit")
    assert 0 <= forth.lower <= forth.value <= forth.upper <= 1
    assert back.lower == pytest.approx(1 - forth.upper)
