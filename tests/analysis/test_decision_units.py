"""Net benefit as a share of the most possible, as interventions avoided, as tests an event."""

import json

import numpy as np
import pytest

from probatum.analysis import decision
from probatum.analysis.decision import (
    decision_curve,
    interventions_avoided,
    net_benefit,
    net_benefit_difference,
    standardised_net_benefit,
)
from probatum.errors import NotEstimable

OUTCOME = [1, 1, 0, 0]
RISK = [0.9, 0.1, 0.6, 0.2]
UNITS = (standardised_net_benefit, interventions_avoided, decision.test_trade_off)


def test_the_share_of_the_possible_worked_by_hand():
    """
    At 0.2 the worths are 1, 0, -1/4, -1/4: 1/8 of a prevalence of 1/2. The influences
    (u - y/4)/(1/2) are 3/2, -1/2, -1/2, -1/2: variance 1, over 4.
    """
    found = standardised_net_benefit(OUTCOME, RISK, 0.2)
    assert found.value == pytest.approx(0.25)
    assert found.se == pytest.approx(0.5)
    assert found.upper == 1


def test_interventions_avoided_worked_by_hand():
    """
    Of four, one without the event is left alone and one with it, who at 0.2 is worth four
    unneeded interventions: 100 (1 - 4)/4. Patient by patient 0, -4, 0, 1: sum of squares of
    3/4, -13/4, 3/4, 7/4 is 14.75, over 3 and over 4.
    """
    found = interventions_avoided(OUTCOME, [0.9, 0.1, 0.6, 0.1], 0.2)
    assert found.value == pytest.approx(-75)
    assert found.se == pytest.approx(100 * np.sqrt(14.75 / 12))
    assert "per 100 patients" in found.method


def test_tests_for_each_event_found_worked_by_hand():
    """At 0.5 the model finds both events for one false positive: 1/4 per patient."""
    found = decision.test_trade_off(OUTCOME, [0.9, 0.7, 0.6, 0.2], 0.5)
    assert found.value == pytest.approx(4)
    assert found.se == pytest.approx(16 * np.std([1, 1, -1, 0], ddof=1) / 2)


def test_a_gain_that_may_be_nothing_has_no_upper_bound_of_tests_and_says_so():
    found = decision.test_trade_off(OUTCOME, [0.9, 0.7, 0.6, 0.2], 0.5)
    assert (found.lower, found.upper, found.p_value) == (None, None, None)
    assert "without an upper bound" in found.method


def test_a_clear_gain_has_both_bounds_turned_round():
    y = np.repeat([1, 0], [40, 60])
    gain = net_benefit(y, y * 1.0, 0.5)
    found = decision.test_trade_off(y, y * 1.0, 0.5, versus="treat_none")
    assert found.interval == (pytest.approx(1 / gain.upper), pytest.approx(1 / gain.lower))


def test_the_best_default_is_the_better_of_all_and_nobody():
    y = np.repeat([1, 0], [40, 60])
    perfect = y * 1.0
    assert "treat all" in decision.test_trade_off(y, perfect, 0.2).method
    assert "treat none" in decision.test_trade_off(y, perfect, 0.5).method


def test_tests_for_each_unneeded_intervention_spared_are_fewer_by_the_odds():
    y, perfect = np.repeat([1, 0], [40, 60]), np.repeat([1.0, 0], [40, 60])
    events = decision.test_trade_off(y, perfect, 0.1)
    spared = decision.test_trade_off(y, perfect, 0.1, unit="false_positive")
    assert spared.value == pytest.approx(events.value / 9)


def test_a_test_that_gains_nothing_is_worth_no_number_of_tests():
    with pytest.raises(NotEstimable, match="no number of tests"):
        decision.test_trade_off(OUTCOME, [0.1, 0.1, 0.9, 0.9], 0.5)


def test_a_test_is_traded_off_for_events_or_interventions_only():
    with pytest.raises(NotEstimable, match="true_positive"):
        decision.test_trade_off(OUTCOME, [0.9, 0.7, 0.6, 0.2], 0.5, unit="money")


def test_nobody_with_the_event_leaves_no_prevalence_to_share():
    with pytest.raises(NotEstimable, match="at least one event"):
        standardised_net_benefit([0, 0, 0], [0.1, 0.2, 0.3], 0.2)


def test_the_trade_off_against_another_model_is_paired():
    other = [0.9, 0.1, 0.6, 0.2]
    gain = net_benefit_difference(OUTCOME, [0.9, 0.7, 0.1, 0.2], 0.5, versus=other)
    found = decision.test_trade_off(OUTCOME, [0.9, 0.7, 0.1, 0.2], 0.5, versus=other)
    assert found.value == pytest.approx(1 / gain.value)


@pytest.mark.parametrize("estimator", UNITS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("outcome", "risk", "threshold", "told"),
    [
        ([], [], 0.2, "at least one patient"),
        ([1], [0.9], 0.2, "at least two patients"),
        ([1, 0], [0.2, 20], 0.2, "1 outside"),
        ([1, 0], [0.2, np.nan], 0.2, "missing"),
        ([1, 0], [0.2], 0.2, "one length"),
        ([1, 0], [0.2, 0.1], 0, "threshold"),
        ([1, 0], [0.2, 0.1], np.nan, "threshold"),
    ],
)
def test_nonsense_has_no_use(estimator, outcome, risk, threshold, told):
    with pytest.raises(NotEstimable, match=told):
        estimator(outcome, risk, threshold)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_that_is_none_is_refused(confidence):
    with pytest.raises(NotEstimable, match="confidence"):
        standardised_net_benefit(OUTCOME, RISK, 0.2, confidence=confidence)


def test_a_curve_can_be_written_as_evidence():
    curve = decision_curve(OUTCOME, RISK, [0.2, 0.5])
    told = json.loads(json.dumps(curve.as_dict(), allow_nan=False))
    assert told["treat_all"] == pytest.approx([0.375, 0])
    assert (told["n"], told["level"]) == (4, 0.95)


def test_patients_all_worth_the_same_get_an_exact_bound():
    """Nobody of 50 is acted on at 0.2: at most 1 - 0.025^(1/50) of others would be."""
    rest = 1 - 0.025 ** (1 / 50)
    found = net_benefit(np.arange(50) % 2, np.full(50, 0.1), 0.2)
    assert (found.value, found.se) == (0, 0)
    assert found.interval == pytest.approx((-0.25 * rest, rest))
    assert "exact bound: no patient differs" in found.method


def test_unequal_weights_count_the_patients_of_an_exact_bound_less():
    y, risk = np.arange(50) % 2, np.full(50, 0.1)
    plain = net_benefit(y, risk, 0.2)
    weighted = net_benefit(y, risk, 0.2, weight=np.linspace(1, 5, 50))
    assert weighted.upper > plain.upper
    assert "weights taken as known" in weighted.method


def test_a_perfect_model_has_all_that_is_possible_and_an_exact_bound():
    """
    Of 40 events all are found and of 60 others none is acted on, so that with 1.25 per cent
    for each 0.0125^(1/40) of events would be and 1 - 0.0125^(1/60) of others; 60 to 40 at the
    odds of 3 to 7.
    """
    y = np.repeat([1, 0], [40, 60])
    found = standardised_net_benefit(y, y * 1.0, 0.3)
    lower = 0.0125 ** (1 / 40) - (1 - 0.0125 ** (1 / 60)) * 1.5 * 3 / 7
    assert (found.value, found.se) == (1, 0)
    assert found.interval == (pytest.approx(lower), 1)
    assert "exact bounds" in found.method


def test_nobody_acted_on_is_no_proof_that_nobody_would_be():
    y = np.repeat([1, 0], [40, 60])
    found = standardised_net_benefit(y, np.full(100, 0.1), 0.3)
    assert (found.value, found.se) == (0, 0)
    assert found.upper == pytest.approx(1 - 0.0125 ** (1 / 40))
    assert found.lower == pytest.approx(-(1 - 0.0125 ** (1 / 60)) * 1.5 * 3 / 7)


@pytest.mark.parametrize("risk", [[0.9] * 6, [0.9, 0.9, 0.01, 0.01, 0.01, 0.01]])
def test_no_more_interventions_are_avoided_than_there_are_patients(risk):
    found = interventions_avoided([1, 0, 0, 0, 0, 0], risk, 0.1)
    assert found.upper <= 100 + 1e-9


def test_the_bounds_of_a_gain_are_those_of_what_can_be_gained():
    """Six acted on as by acting on all: others may lose 1 each, or gain the odds, 1/9."""
    rest = 1 - 0.025 ** (1 / 6)
    found = net_benefit_difference([1, 0, 0, 0, 0, 0], [0.9] * 6, 0.1)
    assert found.interval == (pytest.approx(-rest), pytest.approx(rest / 9))
    none = net_benefit_difference([1, 0, 0], [0.05] * 3, 0.1, versus="treat_none")
    assert none.interval == pytest.approx(net_benefit([1, 0, 0], [0.05] * 3, 0.1).interval)


def test_a_million_patients_take_a_moment():
    rng = np.random.default_rng(4)
    risk = rng.beta(1, 6, 1_000_000)
    y = rng.random(risk.size) < risk
    assert standardised_net_benefit(y, risk, 0.2).n == 1_000_000
