"""Conformal sets and intervals hold what they promise, whatever the model."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn.dummy import DummyRegressor
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression
from sklearn.svm import SVR

from probatum.errors import NotEstimable
from probatum.models.intervals.conformal import conformal_sets
from probatum.models.intervals.regression import (
    cross_conformal_regression,
    split_conformal_regression,
)
from probatum.models.intervals.venn_abers import venn_abers


def cohort(rng, count, *, wrong=False):
    """Patients, and risks that may be badly miscalibrated."""
    risk = rng.beta(1, 5, count)
    outcome = (rng.random(count) < risk).astype(float)
    return (risk**3 if wrong else risk), outcome


def naive_set(known, outcome, risk, confidence):
    """By hand: the score of the outcome that came, and its order statistic."""
    scores = np.sort(np.where(outcome == 1, 1 - known, known))
    edge = scores[int(np.ceil((len(known) + 1) * confidence)) - 1]
    return np.column_stack([risk <= edge, 1 - risk <= edge])


def test_the_sets_are_those_of_the_definition():
    rng = np.random.default_rng(0)
    (known, outcome), (risk, _) = cohort(rng, 300), cohort(rng, 200)
    sets = conformal_sets(known, outcome, risk, confidence=0.9, by_outcome=False)
    found = np.column_stack([sets.without_event, sets.with_event])
    np.testing.assert_array_equal(found, naive_set(known, outcome, risk, 0.9))


def test_sets_by_outcome_are_calibrated_on_each_outcomes_own_patients():
    rng = np.random.default_rng(1)
    (known, outcome), (risk, _) = cohort(rng, 400), cohort(rng, 100)
    sets = conformal_sets(known, outcome, risk, confidence=0.8, by_outcome=True)
    for held, value in ((sets.without_event, 0), (sets.with_event, 1)):
        rows = outcome == value
        expected = naive_set(known[rows], outcome[rows], risk, 0.8)[:, value]
        np.testing.assert_array_equal(held, expected)


@pytest.mark.parametrize("wrong", [False, True], ids=["calibrated", "miscalibrated"])
@pytest.mark.parametrize("by_outcome", [False, True], ids=["marginal", "by outcome"])
def test_the_promised_share_of_new_patients_is_covered(wrong, by_outcome):
    """Fresh calibration patients each time: the law is over both draws."""
    rng, covered, events, rounds = np.random.default_rng(2), [], [], 400
    for _ in range(rounds):
        known, outcome = cohort(rng, 250, wrong=wrong)
        risk, new = cohort(rng, 60, wrong=wrong)
        sets = conformal_sets(known, outcome, risk, confidence=0.8, by_outcome=by_outcome)
        one = np.flatnonzero(new == 1)[:1]
        covered.append(sets.covers(new)[0])
        events.extend(sets.covers(new)[one])
    assert sum(covered) >= binom.ppf(0.001, rounds, 0.8)
    if by_outcome:
        assert sum(events) >= binom.ppf(0.001, len(events), 0.8)


def test_without_the_promise_by_outcome_a_rare_event_may_be_missed():
    rng = np.random.default_rng(3)
    (known, outcome), (risk, new) = cohort(rng, 3000), cohort(rng, 3000)
    events = new == 1
    marginal, each = (
        conformal_sets(known, outcome, risk, confidence=0.8, by_outcome=by)
        for by in (False, True)
    )
    assert marginal.covers(new)[events].mean() < 0.4
    assert each.covers(new)[events].mean() == pytest.approx(0.8, abs=0.08)


@given(seed=st.integers(0, 100))
@settings(max_examples=15, deadline=None)
def test_more_confidence_never_rules_out_more(seed):
    rng = np.random.default_rng(seed)
    (known, outcome), (risk, _) = cohort(rng, 120), cohort(rng, 50)
    less, more = (
        conformal_sets(known, outcome, risk, confidence=level, by_outcome=False)
        for level in (0.7, 0.9)
    )
    assert (more.with_event >= less.with_event).all()
    assert (more.without_event >= less.without_event).all()


def test_the_summary_of_the_sets_adds_up_to_everyone():
    rng = np.random.default_rng(4)
    (known, outcome), (risk, _) = cohort(rng, 120), cohort(rng, 50)
    told = conformal_sets(known, outcome, risk, confidence=0.9, by_outcome=False).as_dict()
    kinds = ("event_only", "no_event_only", "both", "neither")
    assert sum(told[kind] for kind in kinds) == pytest.approx(1)


def test_too_few_calibration_patients_are_refused():
    known, outcome = np.array([0.1, 0.2, 0.8]), np.array([0.0, 0.0, 1.0])
    with pytest.raises(NotEstimable, match="expected 21 calibration patients or more"):
        conformal_sets(known, outcome, known, confidence=0.95, by_outcome=False)
    with pytest.raises(NotEstimable, match="got 2"):
        conformal_sets(known, outcome, known, confidence=0.6, by_outcome=True)


def naive_pair(known, outcome, risk):
    """The definition: isotonic regression with the patient added, once with each outcome."""

    def fitted(value, label):
        scores, labels = np.append(known, value), np.append(outcome, label)
        return IsotonicRegression().fit(scores, labels).predict([value])[0]

    return np.array([[fitted(value, label) for label in (0, 1)] for value in risk])


@given(seed=st.integers(0, 10_000), count=st.integers(3, 60), ties=st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_pair_is_that_of_the_definition_at_the_edges_as_well(seed, count, ties):
    rng = np.random.default_rng(seed)
    known = np.round(rng.random(count), 1) if ties else rng.random(count)
    outcome = (rng.random(count) < 0.5).astype(float)
    outcome[:2] = (0, 1)
    risk = np.concatenate([rng.random(8), known[:3], [0.0, 1.0]])
    pair = venn_abers(known, outcome, risk)
    expected = naive_pair(known, outcome, risk)
    np.testing.assert_allclose(np.column_stack([pair.lower, pair.upper]), expected, atol=1e-9)


def test_the_pair_is_close_where_many_patients_are_and_holds_the_risk_between():
    rng = np.random.default_rng(5)
    known, outcome = cohort(rng, 3000)
    pair = venn_abers(known, outcome, np.array([0.1, 0.2]))
    assert (pair.upper - pair.lower < 0.05).all()
    assert ((pair.lower <= pair.risk) & (pair.risk <= pair.upper)).all()
    np.testing.assert_allclose(pair.risk, [0.1, 0.2], atol=0.06)


def test_a_pair_needs_both_outcomes():
    with pytest.raises(NotEstimable, match="one kind only"):
        venn_abers(np.array([0.1, 0.2]), np.array([0, 0]), np.array([0.1]))


@pytest.mark.parametrize("outcome", [[0, 1, np.nan], [0, 1]], ids=["unknown", "missing"])
def test_a_pair_needs_every_calibration_patients_outcome(outcome):
    with pytest.raises(NotEstimable, match="an outcome of 0 or 1 for each of 3"):
        venn_abers(np.array([0.1, 0.2, 0.3]), np.array(outcome), np.array([0.1]))


def measured(rng, count):
    x = rng.uniform(-2, 2, (count, 1))
    return x, np.sin(2 * x[:, 0]) + rng.standard_t(3, count) * 0.3


def test_the_interval_of_a_constant_is_the_order_statistic_of_its_errors():
    zero = DummyRegressor(strategy="constant", constant=0.0).fit([[0.0]], [0.0])
    errors = np.array([3.0, -1.0, 7.0, 2.0, -5.0, 4.0, 6.0, -8.0, 9.0])
    found = split_conformal_regression(
        zero, np.zeros((9, 1)), errors, np.zeros((2, 1)), confidence=0.8
    )
    assert found.upper.tolist() == [8.0, 8.0]
    assert found.lower.tolist() == [-8.0, -8.0]


@pytest.mark.parametrize("regressor", [SVR(), LinearRegression()], ids=["apt", "inapt"])
def test_the_promised_share_of_new_quantities_is_covered(regressor):
    rng, covered, rounds = np.random.default_rng(6), 0, 300
    regressor.fit(*measured(rng, 150))
    for _ in range(rounds):
        x, y = measured(rng, 60)
        asked, actual = measured(rng, 1)
        found = split_conformal_regression(regressor, x, y, asked, confidence=0.9)
        covered += int(found.covers(actual)[0])
    assert covered >= binom.ppf(0.001, rounds, 0.9)


def test_refits_in_folds_cover_new_quantities_and_are_the_same_each_time():
    rng = np.random.default_rng(7)
    x, y = measured(rng, 200)
    asked, actual = measured(rng, 1000)
    one, again = (
        cross_conformal_regression(SVR(), x, y, asked, confidence=0.9, count=5, seed=1)
        for _ in range(2)
    )
    assert one.lower.tobytes() == again.lower.tobytes()
    assert one.covers(actual).mean() == pytest.approx(0.9, abs=0.05)


def test_an_interval_needs_calibration_patients():
    zero = DummyRegressor(strategy="constant", constant=0.0).fit([[0.0]], [0.0])
    with pytest.raises(NotEstimable, match="expected 11 calibration patients or more, got 3"):
        split_conformal_regression(
            zero, np.zeros((3, 1)), np.zeros(3), np.zeros((1, 1)), confidence=0.9
        )
    with pytest.raises(NotEstimable, match="expected 11 calibration patients or more, got 3"):
        cross_conformal_regression(
            zero,
            np.zeros((3, 1)),
            np.zeros(3),
            np.zeros((1, 1)),
            confidence=0.9,
            count=3,
            seed=1,
        )


@pytest.mark.parametrize("missing", ["calibration", "asked"])
@pytest.mark.parametrize("value", [np.nan, 1.5])
def test_a_risk_that_is_no_probability_gets_no_interval(missing, value):
    known, outcome = cohort(np.random.default_rng(0), 60)
    asked = np.array([0.2, 0.4])
    (known if missing == "calibration" else asked)[0] = value
    with pytest.raises(NotEstimable, match="one probability a patient"):
        venn_abers(known, outcome, asked)
    with pytest.raises(NotEstimable, match="one probability a patient"):
        conformal_sets(known, outcome, asked, confidence=0.9, by_outcome=False)


def test_calibration_risks_without_an_outcome_each_are_refused():
    known, outcome = cohort(np.random.default_rng(0), 60)
    with pytest.raises(NotEstimable, match="one outcome for each of 50"):
        conformal_sets(known[:50], outcome, known, confidence=0.9, by_outcome=False)
