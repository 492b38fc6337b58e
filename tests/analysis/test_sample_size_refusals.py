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
        (lambda: riley_binary(0, 0.174, r2_cox_snell=0.2), "at least 1 whole"),
        (lambda: riley_binary(24, 1.0, r2_cox_snell=0.2), "prevalence"),
        (lambda: riley_binary(24, 0.2, r2_cox_snell=0.2, shrinkage=0.1), "shrinkage"),
        (lambda: riley_binary(24, 0.2, r2_cox_snell=0.2, confidence=95), "confidence level"),
        (lambda: cox_snell_r2(0.5, 0.2), "c statistic"),
        (lambda: riley_survival(30, 0.065, 2, 2.07, 0.9), "Cox-Snell R2"),
        (lambda: riley_survival(30, 0, 2, 2.07, 0.1), "rate"),
        (lambda: riley_continuous(25, 0.2, 0, 1), "mean"),
        (lambda: riley_continuous(25, 0.2, 1, -1), "sd"),
        (lambda: riley_validation_binary(0.1, 0.8, lp_mean=0), "lp_mean and lp_sd"),
        (lambda: riley_validation_binary(0.1, 0.8, risk=[0.1, 0.1]), "one risk for all"),
        (lambda: riley_validation_binary(0.1, 0.8, risk=[0.0, 0.1]), "some of 0 or 1"),
        (lambda: riley_validation_binary(0.1, 0.8, c_width=0), "width"),
        (lambda: riley_validation_binary(0.1, 0.8, threshold=0.1), "sensitivity"),
        (lambda: riley_validation_continuous(0.5, 10, large_width=0), "in the large"),
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
        (lambda: co_primary(0.9, 0.7, 0.8, 0.8, 0.3), "proportion"),
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
        (lambda: auc_goal_power(0, 0.8, 0.7, 0.1), "at least 10 whole patients, got 0"),
        (lambda: auc_goal_power(np.nan, 0.8, 0.7, 0.1), "whole patients, got nan"),
        (
            lambda: auc_difference_power(
                -3, 0.8, 0.7, 0.1, correlation_cases=0.5, correlation_controls=0.5
            ),
            "at least 10 whole patients, got -3",
        ),
        (lambda: assurance_of_width(-3, 0.9, 0.2, 0.1), "whole patients, got -3"),
        (lambda: proportion_difference_power(0, 10, 0.8, 0.7), "n_a"),
        (lambda: mcnemar_power(np.nan, 0.2, 0.1), "whole patients, got nan"),
        (lambda: sequential_inflation(200, factor=1.1, spending="pocock"), "not both"),
        (lambda: sequential_inflation(200, factor=1.1, information=[0.5, 1]), "not both"),
        (lambda: sequential_inflation(200, spending="pocock"), "not both"),
        (lambda: design_effect(0.5, 0.1), "cluster size"),
    ],
)
def test_a_study_that_cannot_be_is_refused(asked, told):
    with pytest.raises(NotEstimable, match=told):
        asked()
