"""How many patients does a study need?"""

import json
import math

import pytest

from probatum.analysis.sample_size import (
    assurance_of_width,
    buderer,
    co_primary,
    co_primary_power,
    cox_snell_r2,
    design_effect,
    mcnemar_power,
    mcnemar_size,
    paired_proportion_non_inferiority,
    proportion_difference_size,
    proportion_goal_power,
    riley_binary,
    riley_continuous,
    riley_validation_binary,
    riley_validation_continuous,
    sequential_inflation,
)
from probatum.errors import NotEstimable

Z = 1.959963984540054


def test_shrinkage_worked_by_hand():
    """10 / (-0.1 ln(1 - 0.1/0.9)) = 10 / 0.0117783 = 849.02."""
    size = riley_binary(10, 0.5, r2_cox_snell=0.1)
    assert size.criteria[0].n == 850
    assert size.criteria[0].achieved >= 0.9


def test_the_overall_risk_worked_by_hand():
    """(1.96 / 0.05)^2 / 4 = 384.1."""
    assert riley_binary(1, 0.5, r2_cox_snell=0.5).criteria[2].n == 385


def test_the_largest_criterion_rules_and_each_is_told():
    size = riley_binary(24, 0.174, r2_cox_snell=0.288)
    assert size.ruling == "optimism in Nagelkerke R2 at most"
    assert size.evaluable == max(criterion.n for criterion in size.criteria)
    assert size.events == math.ceil(662 * 0.174)


def test_the_mean_error_of_a_risk_is_a_fourth_criterion_when_asked():
    """ln n = (-0.508 + 0.259 ln 0.2 + 0.504 ln 10 - ln 0.05) / 0.544 = 5.9394, n = 379.7."""
    size = riley_binary(10, 0.2, r2_cox_snell=0.2, mape=0.05)
    assert size.criteria[3].n == 380
    with pytest.raises(NotEstimable, match="at most 30 parameters"):
        riley_binary(31, 0.2, r2_cox_snell=0.2, mape=0.05)


def test_an_optimism_that_allows_all_there_can_be_asks_for_nobody():
    """R2max = 0.75 at a prevalence of half; 0.74 + 0.9 * 0.75 exceeds one."""
    size = riley_binary(10, 0.5, r2_cox_snell=0.74, optimism=0.9)
    assert size.criteria[1].n == 1


def test_the_shrinkage_of_a_line_holds_from_the_size_given_on():
    """
    Three parameters, R2 = 1/2: S(n) = 1 - 1/(n ln(2 (n - 1)/(n - 4))) is 0.904 for 5, falls to
    0.896 for 6 and 0.8967 for 7, and is 0.9002, 0.904, ... from 8 on.
    """
    assert riley_continuous(3, 0.5, 1, 1).criteria[0].n == 8
    size = riley_continuous(25, 0.01, 10, 0.1, shrinkage=0.7, error_factor=3, optimism=0.9)
    assert size.criteria[0].achieved >= 0.7


def test_a_model_no_better_than_chance_explains_nothing_and_not_less():
    assert cox_snell_r2(0.5 + 1e-9, 0.2) == 0


def test_two_parameters_cannot_overfit_a_line():
    assert riley_continuous(2, 0.2, 1, 1).criteria[0].n == 4


def test_the_validation_of_a_measured_outcome_worked_by_hand():
    """
    With R2 = 1/2: 4 (1/2)(1/4)(2 z/0.1)^2 = 768.3; in the large 100 (1/2)(2 z/2)^2 = 192.1;
    slope (2 z/0.2)^2 + 1 = 385.1.
    """
    size = riley_validation_continuous(0.5, 10, large_width=2)
    assert [criterion.n for criterion in size.criteria[:3]] == [769, 193, 386]


def test_two_risks_give_a_slope_worked_by_hand():
    """p(1-p) = 0.16 at logits -+ln 4: Var = 1 / (0.16 ln(4)^2), times (2 z/0.2)^2."""
    size = riley_validation_binary(0.5, 0.8, risk=[0.2, 0.8])
    assert size.criteria[1].n == math.ceil((Z / 0.1) ** 2 / (0.16 * math.log(4) ** 2))


def test_net_benefit_worked_by_hand():
    """Se = Sp = 0.8, prevalence and threshold 1/2: 0.32 + 0.32 + 0.16 = 0.8 = n SE^2."""
    size = riley_validation_binary(
        0.5, 0.8, threshold=0.5, sensitivity=0.8, specificity=0.8, net_benefit_width=0.2
    )
    assert size.criteria[3].n == math.ceil(0.8 * (Z / 0.1) ** 2)


def test_assurance_worked_by_hand():
    """
    Of two patients, none or both (chance 1/2) give Wilson's narrower interval, half-width
    (z^2/2)/(2 + z^2) = 0.329; one gives z sqrt(1/2 + z^2/4)/(2 + z^2) = 0.405.
    """
    assert assurance_of_width(2, 0.5, 1, 0.35) == pytest.approx(0.5)
    assert assurance_of_width(2, 0.5, 1, 0.32) == 0
    assert assurance_of_width(2, 0.5, 1, 0.41) == pytest.approx(1)


def test_assurance_asks_for_more_patients_than_the_expected_width():
    plain = buderer(0.9, 0.85, 0.2, 0.1, interval="wilson")
    assured = buderer(0.9, 0.85, 0.2, 0.1, interval="wilson", assurance=0.8)
    assert assured.n > plain.n
    assert assured.criteria[0].achieved >= 0.8


def test_the_exact_test_worked_by_hand():
    """Four of four happen with chance 0.4^4 = 0.0256 under the goal, three or more 0.18."""
    assert proportion_goal_power(4, 0.9, 0.4, alpha=0.05) == pytest.approx(0.9**4)
    assert proportion_goal_power(4, 0.9, 0.4, alpha=0.025) == 0


def test_a_tail_of_alpha_itself_shows():
    """Two of two happen with chance 0.1^2 = 0.01 under the goal, which a double exceeds."""
    assert proportion_goal_power(2, 0.9, 0.1, alpha=0.01) == pytest.approx(0.81)


def test_the_exact_mcnemar_test_worked_by_hand():
    """Five of five disagreements, 1/32, are the least that shows anything at 0.05."""
    power = mcnemar_power(5, 0.5, 0.1, test="exact", alpha=0.05)
    assert power == pytest.approx(0.5**5)
    assert mcnemar_power(4, 0.5, 0.1, test="exact", alpha=0.05) == pytest.approx(0)


def test_the_mid_p_test_needs_one_disagreement_less():
    """Four of four, half of 1/16."""
    assert mcnemar_power(4, 0.5, 0.1, test="mid-p", alpha=0.05) == pytest.approx(0.5**4)
    assert mcnemar_size(0.2, 0.1, test="mid-p").n < mcnemar_size(0.2, 0.1, test="exact").n


def test_connor_worked_by_hand():
    """((1.95996 sqrt 0.3 + 1.28155 sqrt 0.29) / 0.1)^2 = 311.3."""
    assert mcnemar_size(0.2, 0.1).n == 312


def test_pairs_that_never_disagree_for_b_worked_by_hand():
    """
    p10 = p01 = 0.05, margin 0.1: q = (0.3 + sqrt(0.09 - 0.044)) / 4 = 0.12862, so
    ((1.95996 sqrt 0.14724 + 1.28155 sqrt 0.1) / 0.1)^2 = 133.9.
    """
    assert paired_proportion_non_inferiority(0.05, 0.05, 0.1).n == 134


def test_co_primary_shares_both_use_the_whole_alpha_and_their_powers_multiply():
    alone = [proportion_goal_power(n, 0.9, 0.8) for n in (60, 140)]
    both = co_primary_power(200, 0.9, 0.9, 0.8, 0.8, 0.3, sampling="case-control")
    assert both == pytest.approx(alone[0] * alone[1])


def test_leaving_the_number_of_cases_to_chance_averages_over_it():
    from scipy.stats import binom

    expected = sum(
        binom.pmf(m, 40, 0.4)
        * (proportion_goal_power(m, 0.95, 0.6) if m else 0)
        * (proportion_goal_power(40 - m, 0.9, 0.6) if m < 40 else 0)
        for m in range(41)
    )
    found = co_primary_power(40, 0.95, 0.9, 0.6, 0.6, 0.4)
    assert found == pytest.approx(expected)


def test_a_design_effect_and_the_unusable_are_added_after_rounding():
    size = buderer(0.9, 0.85, 0.2, 0.1, design_effect=1.4, unusable=0.1)
    assert size.evaluable == 173
    assert size.n == math.ceil(173 * 1.4 / 0.9)
    assert "design effect 1.4; 0.1 expected unusable" in size.method


def test_a_cluster_that_speaks_with_one_voice_is_one_patient():
    assert design_effect(7, 1) == 7
    assert design_effect(7, 0) == 1
    assert design_effect(4, 0.1, variation=0.5) == pytest.approx(1.4)


def test_a_sequential_study_is_a_fixed_one_inflated():
    assert sequential_inflation(200, factor=1.1, unusable=0.2).n == 275


def test_a_single_look_costs_nothing():
    assert sequential_inflation(200, spending="pocock", information=[1]).n == 200


def test_groups_of_unequal_size_are_each_rounded_up():
    size = proportion_difference_size(0.6, 0.45, ratio=2)
    assert "346 and 173 patients" in size.method
    assert size.n == 519


def test_a_size_is_plain_json():
    size = co_primary(0.9, 0.9, 0.8, 0.8, 0.3, power=0.8)
    told = json.loads(json.dumps(size.as_dict(), allow_nan=False))
    assert told["n"] == int(size) == size.n
    assert told["criteria"][0]["target"] == 0.8


def test_a_mid_p_of_alpha_itself_shows():
    """Of 6 disagreements 5 or more: 1/64 + 6/128 = 1/16, which rounding must not exceed."""
    found = mcnemar_power(6, 0.7, 0.2999999, test="mid-p", alpha=1 / 16)
    assert found == pytest.approx(0.7**6 + 6 * 0.7**5 * 0.3, abs=1e-5)
