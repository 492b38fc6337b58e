"""Do readers do better under one treatment than another, and would others?"""

import json

import numpy as np
import pytest
from scipy import stats

from probatum.analysis.discrimination import auc, auc_difference
from probatum.analysis.reader_study import (
    Reads,
    dorfman_berbaum_metz,
    mrmc_power,
    mrmc_sample_size,
    obuchowski_rockette,
    reader_versus_model,
    single_arm,
    ustatistic_difference,
)
from probatum.errors import NotEstimable
from tests.analysis.reading import PILOT, a_study, a_table, by_hand

STUDY = by_hand([[1, 3, 2, 4], [1, 2, 2, 2]], [[1, 2, 3, 4], [1, 3, 4, 2]])
"""
Areas 3/4 and 3/4 (one tie in each of two pairs: (1 + 1 + 1/2 + 1/2)/4) under the first
treatment, 1 and 3/4 under the second.
"""


def test_mean_squares_and_the_paired_t_worked_by_hand():
    """
    Differences (first less second) -1/4 and 0: mean -1/8, standard error sqrt((1/32)/2) = 1/8,
    t = -1 on one degree of freedom, so F = 1 and p = 1/2.
    """
    found = obuchowski_rockette(STUDY, cases="fixed")
    assert found.overall.statistic == pytest.approx(1)
    assert found.overall.df2 == 1
    assert found.overall.p_value == pytest.approx(0.5)
    assert found.differences[0].difference.value == pytest.approx(-1 / 8)
    assert found.differences[0].difference.se == pytest.approx(1 / 8)


def test_components_worked_by_hand():
    """
    Placements of the diseased (case 3, case 4), less their mean: first treatment (-1/4, 1/4)
    and (0, 0); second (0, 0) and (1/4, -1/4). Of the well: (1/4, -1/4) twice, then (0, 0) and
    (1/4, -1/4). DeLong: covariance over diseased plus covariance over well, each over 2, where
    a product of such pairs has the covariance 1/8: so 1/16 for each agreeing half.
    Variances: 1/8, 1/16, 0, 1/8, mean 5/64.
    Same reader (Cov1): 0 and 1/16, mean 1/32. Same treatment (Cov2): 1/16 and 0, mean 1/32.
    Both other (Cov3): reader 1 first, reader 2 second: -1/16 + 1/16 = 0; the other 0.
    """
    parts = obuchowski_rockette(STUDY, covariance="delong").components
    found = (parts.var_error, parts.cov1, parts.cov2, parts.cov3)
    assert found == pytest.approx((5 / 64, 1 / 32, 1 / 32, 0))
    mean_square = 2 * (1 / 16) ** 2 * 2  # areas depart by 1/16 from what is additive
    assert parts.var_treatment_reader == pytest.approx(mean_square - 5 / 64 + 1 / 32 + 1 / 32)


def test_random_readers_and_cases_worked_by_hand():
    """Error term MS(TR) + 2 (1/32) with MS(TR) = 1/64, so 5/64; MS(T) = 1/64; F = 1/5."""
    found = obuchowski_rockette(STUDY, covariance="delong")
    assert found.overall.statistic == pytest.approx(1 / 5)
    assert found.overall.df2 == pytest.approx(5**2)
    assert found.overall.p_value == pytest.approx(stats.f.sf(0.2, 1, 25))


def test_fixed_readers_worked_by_hand():
    """Chi-square MS(T) / (5/64 - 1/32 + 1/32) = 1/5 on one degree of freedom."""
    found = obuchowski_rockette(STUDY, readers="fixed", covariance="delong")
    assert found.overall.statistic == pytest.approx(1 / 5)
    assert found.overall.df2 is None
    assert found.differences[0].difference.df is None
    assert found.differences[0].difference.p_value == pytest.approx(found.overall.p_value)


def test_single_treatment_worked_by_hand():
    """Second treatment: areas 1 and 3/4, MS(R) = 1/32, Cov2 = 0; t on one degree of freedom."""
    found = single_arm(STUDY, arm="1", goal=0.75, covariance="delong", interval="wald")
    assert found.value == pytest.approx(7 / 8)
    assert found.se == pytest.approx(np.sqrt(1 / 64))
    assert found.df == pytest.approx(1)
    assert found.statistic == pytest.approx(1)
    assert found.p_value == pytest.approx(stats.t.sf(1, 1))


def test_single_treatment_on_log_odds_worked_by_hand():
    """Log odds ln 7 and ln 3, of error (1/8) / (7/64) = 8/7."""
    found = single_arm(STUDY, arm="1", goal=0.75, covariance="delong")
    assert (found.value, found.se, found.df) == pytest.approx((7 / 8, 1 / 8, 1))
    assert found.statistic == pytest.approx(np.log(7 / 3) * 7 / 8)
    assert found.p_value == pytest.approx(stats.t.sf(np.log(7 / 3) * 7 / 8, 1))
    odds = 7 * np.exp(-stats.t.ppf(0.975, 1) * 8 / 7)
    assert found.lower == pytest.approx(odds / (1 + odds))


def test_the_table_is_read_as_it_is_written():
    reads = a_study(cases=12)
    assert (reads.readers, reads.treatments, reads.n_cases) == (("0", "1", "2"), ("0", "1"), 12)
    assert reads.is_fully_crossed
    with pytest.raises(ValueError, match="read-only"):
        reads.rating[0] = 9


def test_each_reader_has_the_area_of_the_plain_estimator():
    table = a_table()
    for one in obuchowski_rockette(Reads.of(table)).readers:
        mine = table[
            (table.reader == int(one.reader)) & (table.treatment == int(one.treatment))
        ]
        assert one.area == pytest.approx(auc(mine.truth, mine.rating).value)


def test_three_treatments_are_compared_in_pairs_or_with_the_reference():
    reads = a_study(treatments=3)
    pairs = [(one.a, one.b) for one in obuchowski_rockette(reads).differences]
    against = obuchowski_rockette(reads, reference="0").differences
    assert pairs == [("0", "1"), ("0", "2"), ("1", "2")]
    assert [(one.a, one.b) for one in against] == [("1", "0"), ("2", "0")]


def test_non_inferiority_is_one_sided_and_agrees_with_the_lower_bound():
    for margin in (0.001, 0.01, 0.05, 0.2):
        found = obuchowski_rockette(a_study(gain=0.0), reference="0", margin=margin)
        difference = found.differences[0].difference
        assert (difference.lower > -margin) == (difference.p_value < 0.025)
        assert f"margin {margin:g}" in difference.method


def test_readers_who_are_all_perfect_leave_that_treatment_without_an_interval():
    table = a_table()
    sure = table.treatment == 1
    table.loc[sure, "rating"] = table.truth[sure] * 10
    second = obuchowski_rockette(Reads.of(table)).treatments[1].area
    assert (second.value, second.se, second.lower) == (1, 0, None)
    assert "no reader and no case varies" in second.method


def test_a_study_in_which_nothing_varies_is_refused():
    table = a_table().assign(rating=lambda t: t.truth)
    for analysis in (obuchowski_rockette, dorfman_berbaum_metz):
        with pytest.raises(NotEstimable, match="vary"):
            analysis(Reads.of(table))
    with pytest.raises(NotEstimable, match="vary"):
        single_arm(Reads.of(table), arm="1", goal=0.8)


def test_a_model_is_one_more_reader_who_stands_for_itself():
    """The spread between readers is theirs: the model's area only shifts the differences."""
    table = a_table(treatments=1, readers=4)
    reads = Reads.of(table)
    found = reader_versus_model(reads, model="3", cases="fixed")
    areas = [auc(one.truth, one.rating).value for _, one in table.groupby("reader")]
    assert found.value == pytest.approx(areas[3] - np.mean(areas[:3]))
    assert found.se == pytest.approx(np.std(areas[:3], ddof=1) / np.sqrt(3))
    assert found.df == 2


def test_one_fixed_reader_against_a_model_is_the_paired_comparison_of_delong():
    table = a_table(treatments=1, readers=2)
    found = reader_versus_model(
        Reads.of(table), model="1", readers="fixed", covariance="delong"
    )
    truth, a, b = (
        table[table.reader == 0].truth,
        table[table.reader == 1].rating,
        table[table.reader == 0].rating,
    )
    paired = auc_difference(truth, a, b)
    assert found.value == pytest.approx(paired.value)
    assert found.se == pytest.approx(paired.se)


def test_a_split_plot_is_analysed_without_balance():
    table = a_table(readers=4, cases=60)
    split = table[(table.reader < 2) == (table.case < 30)]
    found = ustatistic_difference(Reads.of(split), treatment_a="1", treatment_b="0")
    assert found.n == 60
    assert found.lower < found.value < found.upper
    assert "any pattern" in found.method


def test_readers_of_one_arm_only_count_as_those_of_the_smaller_arm():
    table = a_table(readers=6, cases=60)
    nested = table[(table.reader < 2) == (table.treatment == 0)]
    found = ustatistic_difference(Reads.of(nested))
    assert 1 <= found.df < 60


def test_more_readers_and_more_cases_give_more_power():
    def power(n_readers, n_cases):
        return mrmc_power(difference=0.04, n_readers=n_readers, n_cases=n_cases, **PILOT).power

    assert power(5, 100) < power(6, 100) < power(6, 200) < 1


def test_the_sample_size_is_the_smallest_that_is_enough():
    found = mrmc_sample_size(difference=0.05, n_readers=6, power=0.9, **PILOT)
    less = mrmc_power(difference=0.05, n_readers=6, n_cases=found.n_cases - 1, **PILOT)
    assert found.power >= 0.9 > less.power


def test_a_power_that_more_cases_lose_again_is_found_where_it_is():
    """Three readers: 2.3 degrees of freedom are left of 20 where cases no longer vary."""
    pilot = {**PILOT, "var_treatment_reader": 0.0004, "cov3": 0.0001, "var_error": 0.0006}
    plan = {"difference": 0.073, "n_readers": 3, **pilot}
    powers = [mrmc_power(n_cases=n, **plan).power for n in range(4, 1000)]
    assert mrmc_power(n_cases=100_000, **plan).power < 0.7 < max(powers)
    enough = mrmc_sample_size(power=0.7, **plan)
    assert enough.n_cases == 4 + int(np.argmax(np.array(powers) >= 0.7))


def test_no_number_of_cases_makes_up_for_too_few_readers():
    with pytest.raises(NotEstimable, match="plan for more readers"):
        mrmc_sample_size(
            difference=0.02, n_readers=2, **{**PILOT, "var_treatment_reader": 0.002}
        )


def test_what_was_found_is_plain_json():
    found = obuchowski_rockette(a_study()).as_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    plan = mrmc_power(difference=0.04, n_readers=5, n_cases=99, **PILOT)
    assert json.loads(json.dumps(plan.as_dict(), allow_nan=False))["n_cases"] == 99
