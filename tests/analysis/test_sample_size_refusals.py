"""Studies that cannot be: numbers out of range, and what no number of patients shows."""

import numpy as np
import pytest

from probatum.analysis.sample_size import (
    assurance_of_width,
    auc_difference_power,
    auc_difference_size,
    auc_goal,
    auc_goal_power,
    auc_precision,
    buderer,
    co_primary,
    cox_snell_r2,
    design_effect,
    mcnemar_power,
    mcnemar_size,
    paired_proportion_non_inferiority,
    proportion_difference_power,
    proportion_difference_size,
    proportion_goal,
    proportion_goal_power,
    riley_binary,
    riley_continuous,
    riley_survival,
    riley_validation_binary,
    riley_validation_continuous,
    sequential_inflation,
)
from probatum.errors import NotEstimable


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda: riley_binary(24, 0.174), "got neither"),
        (lambda: riley_binary(24, 0.174, r2_cox_snell=0.2, c_statistic=0.8), "got both"),
        (lambda: riley_binary(24, 0.174, r2_cox_snell=0.7), "Cox-Snell R2"),
        (lambda: riley_binary(24, 0.174, r2_cox_snell=np.nan), "Cox-Snell R2"),
        (lambda: riley_binary(0, 0.174, r2_cox_snell=0.2), "parameters — expected 1 to"),
        (lambda: riley_binary(24, 1.0, r2_cox_snell=0.2), "prevalence"),
        (lambda: riley_binary(24, 0.2, r2_cox_snell=0.2, shrinkage=0.1), "shrinkage"),
        (lambda: riley_binary(24, 0.2, r2_cox_snell=0.2, confidence=95), "confidence level"),
        (lambda: cox_snell_r2(0.5, 0.2), "c_statistic"),
        (lambda: riley_survival(30, 0.065, 2, 2.07, 0.9), "Cox-Snell R2"),
        (lambda: riley_survival(30, 0, 2, 2.07, 0.1), "rate"),
        (lambda: riley_continuous(25, 0.2, 0, 1), "mean"),
        (lambda: riley_continuous(25, 0.2, 1, -1), "sd"),
        (lambda: riley_validation_binary(0.1, 0.8, lp_mean=0), "lp_mean and lp_sd"),
        (lambda: riley_validation_binary(0.1, 0.8, risk=[0.1, 0.1]), "one risk for all"),
        (lambda: riley_validation_binary(0.1, 0.8, risk=[0.0, 0.1]), "some of 0 or 1"),
        (lambda: riley_validation_binary(0.1, 0.8, c_width=0), "width"),
        (lambda: riley_validation_binary(0.1, 0.8, threshold=0.1), "sensitivity"),
        (lambda: riley_validation_continuous(0.5, 10, large_width=0), "large_width"),
        (lambda: buderer(1.0, 0.9, 0.2, 0.1), "sensitivity"),
        (lambda: buderer(0.9, 0.9, 0.2, 0), "precision"),
        (lambda: buderer(0.9, 0.9, 0.2, 0.1, unusable=1), "unusable"),
        (lambda: buderer(0.9, 0.9, 0.2, 0.1, design_effect=0.5), "design effect"),
        (lambda: buderer(0.9, 0.9, 0.2, 0.1, assurance=1), "assurance"),
        (lambda: buderer(0.9, 0.9, 0.2, 0.1, interval="normal"), "interval"),
        (lambda: auc_precision(0.4, 0.2, 0.1), "auc"),
        (lambda: auc_precision(0.8, 0.2, 0.1, variance="delong"), "variance"),
        (lambda: auc_goal(0.7, 0.8, 0.2), "more than the goal"),
        (lambda: auc_goal_power(100, 0.8, 0.7, 0.2, alpha=0.5), "alpha"),
        (
            lambda: auc_difference_size(
                0.8, 0.8, 0.2, correlation_cases=0, correlation_controls=0
            ),
            "no number of patients",
        ),
        (
            lambda: auc_difference_size(
                0.8, 0.7, 0.2, correlation_cases=1, correlation_controls=0
            ),
            "correlation_cases",
        ),
        (lambda: proportion_goal(0.8, 0.8), "proportion"),
        (lambda: proportion_goal(0.8001, 0.8), "too close"),
        (lambda: proportion_goal_power(2.5, 0.9, 0.8), "whole"),
        (lambda: co_primary(0.9, 0.7, 0.8, 0.8, 0.3), "specificity — expected more than"),
        (lambda: co_primary(0.9, 0.9, 0.8, 0.8, 0.3, sampling="any"), "sampling"),
        (lambda: proportion_difference_size(0.8, 0.8), "no number of patients"),
        (lambda: proportion_difference_size(0.8, 0.8, margin=0.1, ratio=0), "ratio"),
        (lambda: mcnemar_size(0.1, 0.2), "only_b"),
        (lambda: mcnemar_size(0.7, 0.5), "only_a"),
        (lambda: mcnemar_size(0.2, 0.1, test="chi"), "test"),
        (lambda: paired_proportion_non_inferiority(0.05, 0.2, 0.1), "less the margin"),
        (lambda: sequential_inflation(200, factor=0.9), "factor"),
        (lambda: sequential_inflation(200), "expected a factor"),
        (
            lambda: sequential_inflation(
                200, factor=1.1, spending="pocock", information=[0.5, 1]
            ),
            "not both",
        ),
        (lambda: riley_survival(30, 5, 2, 2, 0.05), "events per patient"),
        (
            lambda: riley_validation_binary(0.1, 0.8, sensitivity=0.9),
            "threshold of the accuracy",
        ),
        (
            lambda: riley_validation_binary(0.1, 0.8, threshold=0.1, sensitivity=0.9),
            "got one or none",
        ),
        (lambda: riley_validation_binary(0.1, 0.8, lp_mean=np.nan, lp_sd=1), "lp_mean"),
        (lambda: auc_goal_power(0, 0.8, 0.7, 0.1), "10 to 1000000000 whole patients, got 0"),
        (lambda: auc_goal_power(np.nan, 0.8, 0.7, 0.1), "whole patients, got nan"),
        (lambda: auc_goal_power(9, 0.8, 0.7, 0.9), "expected 10 to .* got 9"),
        (
            lambda: auc_difference_power(
                -3, 0.8, 0.7, 0.1, correlation_cases=0.5, correlation_controls=0.5
            ),
            "10 to 1000000000 whole patients, got -3",
        ),
        (lambda: assurance_of_width(-3, 0.9, 0.2, 0.1), "whole patients, got -3"),
        (lambda: proportion_difference_power(0, 10, 0.8, 0.7), "n_a"),
        (lambda: mcnemar_power(np.nan, 0.2, 0.1), "whole patients, got nan"),
        (lambda: sequential_inflation(200, factor=1.1, spending="pocock"), "not both"),
        (lambda: sequential_inflation(200, factor=1.1, information=[0.5, 1]), "not both"),
        (lambda: sequential_inflation(200, spending="pocock"), "not both"),
        (lambda: design_effect(0.5, 0.1), "cluster_size"),
        (lambda: auc_goal(0.8, 0.7, 0.2, variance="delong"), "variance — expected one of"),
        (lambda: riley_binary(24, 0.2, c_statistic=0.5 + 1e-9), "Cox-Snell R2"),
        (lambda: riley_binary(24, 0.2, r2_cox_snell=0.2, optimism=1e-300), "no number of"),
        (lambda: riley_binary(24, 0.2, r2_cox_snell=0.2, risk_margin=1e-300), "no number of"),
        (lambda: riley_binary(24, 0.2, r2_cox_snell=0.2, mape=1e-300), "no number of"),
        (lambda: riley_validation_binary(0.1, 0.8, slope_width=1e-300), "no number of"),
        (lambda: riley_validation_binary(0.1, 0.8, lp_mean=1e300, lp_sd=1), "one risk for all"),
        (lambda: auc_precision(0.8, 1e-9, 0.1), "more than 10000000 patients"),
        (lambda: auc_precision(0.8, 0.3, 1e-4), "more than 10000000 patients"),
        (lambda: mcnemar_power(1e300, 0.2, 0.1, test="exact"), "to 1000000000 whole patients"),
        (lambda: proportion_difference_power(1e-300, 10, 0.8, 0.7), "n_b / n_a"),
    ],
)
def test_a_study_that_cannot_be_is_refused(asked, told):
    with pytest.raises(NotEstimable, match=told):
        asked()


SOUND = {
    assurance_of_width: {"n": 200, "share": 0.9, "prevalence": 0.2, "precision": 0.1},
    auc_difference_size: {
        "auc_a": 0.85,
        "auc_b": 0.8,
        "prevalence": 0.3,
        "correlation_cases": 0.6,
        "correlation_controls": 0.6,
        "margin": 0.1,
        "alpha": 0.025,
        "power": 0.8,
    },
    auc_goal: {"auc": 0.8, "goal": 0.7, "prevalence": 0.3, "alpha": 0.025, "unusable": 0},
    auc_precision: {"auc": 0.8, "prevalence": 0.3, "precision": 0.05, "confidence": 0.95},
    buderer: {
        "sensitivity": 0.9,
        "specificity": 0.85,
        "prevalence": 0.2,
        "precision": 0.1,
        "design_effect": 1,
    },
    co_primary: {
        "sensitivity": 0.9,
        "specificity": 0.9,
        "sensitivity_goal": 0.7,
        "specificity_goal": 0.7,
        "prevalence": 0.5,
    },
    cox_snell_r2: {"c_statistic": 0.8, "prevalence": 0.2},
    design_effect: {"cluster_size": 5, "intracluster_correlation": 0.1, "variation": 0},
    mcnemar_power: {"n": 312, "only_a": 0.2, "only_b": 0.1, "alpha": 0.025},
    paired_proportion_non_inferiority: {"only_a": 0.05, "only_b": 0.05, "margin": 0.1},
    proportion_difference_size: {"share_a": 0.8, "share_b": 0.6, "margin": 0, "ratio": 1},
    proportion_goal: {"proportion": 0.9, "goal": 0.7, "alpha": 0.025, "power": 0.8},
    riley_binary: {"parameters": 24, "prevalence": 0.2, "r2_cox_snell": 0.2, "optimism": 0.05},
    riley_continuous: {"parameters": 25, "r2_adjusted": 0.2, "mean": 2, "sd": 1},
    riley_survival: {
        "parameters": 30,
        "rate": 0.065,
        "time": 2,
        "mean_follow_up": 2.07,
        "r2_cox_snell": 0.051,
    },
    riley_validation_binary: {"prevalence": 0.1, "c_statistic": 0.8, "c_width": 0.2},
    riley_validation_continuous: {"r2": 0.5, "sd": 10, "large_width": 2, "slope": 1},
    sequential_inflation: {"n": 200, "factor": 1.1},
}
NO_NUMBERS = ["0.2", "high", [0.1], [0.1, 0.2], 1j, np.nan, 10**400]


@pytest.mark.parametrize("no_number", NO_NUMBERS, ids=lambda one: repr(one)[:9])
@pytest.mark.parametrize(
    ("ask", "name"), [(ask, name) for ask, asked in SOUND.items() for name in asked]
)
def test_what_is_no_number_is_refused_by_its_name(ask, name, no_number):
    with pytest.raises(NotEstimable, match=name.replace("r2_cox_snell", "Cox-Snell")[:6]):
        ask(**(SOUND[ask] | {name: no_number}))


@pytest.mark.parametrize("ask", SOUND)
def test_numbers_of_numpy_are_numbers(ask):
    plain = ask(**SOUND[ask])
    assert ask(**{name: np.array(value)[()] for name, value in SOUND[ask].items()}) == plain
