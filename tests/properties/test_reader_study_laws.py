"""Laws of reader studies that a wrong analysis would break."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from probatum.analysis.discrimination import auc
from probatum.analysis.reader_study import (
    dorfman_berbaum_metz,
    mrmc_power,
    obuchowski_rockette,
    reader_versus_model,
    single_arm,
    ustatistic_difference,
)
from probatum.analysis.reader_study.areas import areas
from probatum.analysis.reader_study.pseudovalues import pseudovalues
from tests.properties.reader_studies import existing, study_of, tables


def same(found, other):
    """Two results agree in all that is estimated."""
    assert found.overall.statistic == pytest.approx(other.overall.statistic, rel=1e-8)
    assert found.overall.p_value == pytest.approx(other.overall.p_value, rel=1e-7)
    for one, two in zip(found.differences, other.differences, strict=True):
        assert one.difference.interval == pytest.approx(two.difference.interval, rel=1e-8)
        assert (one.difference.df or 0) == pytest.approx(two.difference.df or 0, rel=1e-8)
    for one, two in zip(found.treatments, other.treatments, strict=True):
        assert one.area.value == pytest.approx(two.area.value, rel=1e-8)
        assert one.area.se == pytest.approx(two.area.se, rel=1e-8)


@given(tables())
def test_pseudovalues_and_jackknife_covariances_are_two_roads_to_one_end(table):
    reads = study_of(*table)
    same(dorfman_berbaum_metz(reads), obuchowski_rockette(reads))


@given(tables(readers=(2, 3), cases=(6, 9)))
def test_the_closed_form_gives_what_leaving_out_each_case_gives(table):
    ratings, truth = table
    reads, k = study_of(ratings, truth), truth.size
    flat = ratings.reshape(-1, k)
    area = np.array([naive_area(one, truth) for one in flat])
    without = np.array(
        [
            [naive_area(np.delete(one, case), np.delete(truth, case)) for case in range(k)]
            for one in flat
        ]
    )
    values = k * area[:, None] - (k - 1) * without
    covariance = (k - 1) / k * np.cov(without) * (k - 1)
    found = areas(reads).covariance.reshape(flat.shape[0], -1)
    np.testing.assert_allclose(pseudovalues(reads).reshape(values.shape), values, atol=1e-9)
    np.testing.assert_allclose(found, covariance, atol=1e-12)


def naive_area(rating, truth):
    case, control = rating[truth][:, None], rating[~truth]
    return np.mean((case > control) + 0.5 * (case == control))


ANALYSES = [obuchowski_rockette, dorfman_berbaum_metz]


@pytest.mark.parametrize("analysis", ANALYSES)
@given(table=tables())
def test_only_the_order_of_ratings_matters(analysis, table):
    ratings, truth = table
    same(analysis(study_of(ratings, truth)), analysis(study_of(np.exp(ratings) - 9, truth)))


@pytest.mark.parametrize("analysis", ANALYSES)
@given(table=tables(), seed=st.integers(0, 99))
def test_the_order_of_rows_readers_and_cases_does_not_matter(analysis, table, seed):
    ratings, truth = table
    rng = np.random.default_rng(seed)
    readers, cases = (rng.permutation(n) for n in ratings.shape[1:])
    same(
        analysis(study_of(ratings, truth)),
        analysis(study_of(ratings[:, readers][:, :, cases], truth[cases])),
    )


@given(tables(treatments=(2, 2)))
def test_exchanging_the_treatments_changes_the_sign_and_nothing_else(table):
    ratings, truth = table
    for analysis in (obuchowski_rockette, ustatistic_difference):
        forth, back = (existing(analysis, study_of(x, truth)) for x in (ratings, ratings[::-1]))
        if analysis is obuchowski_rockette:
            forth, back = (one.differences[0].difference for one in (forth, back))
        assert back.value == pytest.approx(-forth.value)
        assert back.lower == pytest.approx(-forth.upper)
        assert back.p_value == pytest.approx(forth.p_value)


@given(tables())
def test_ratings_the_wrong_way_round_have_complementary_areas(table):
    ratings, truth = table
    forth = obuchowski_rockette(study_of(ratings, truth))
    back = obuchowski_rockette(study_of(-ratings, truth))
    assert back.overall.statistic == pytest.approx(forth.overall.statistic)
    for one, two in zip(forth.treatments, back.treatments, strict=True):
        assert two.area.value == pytest.approx(1 - one.area.value)
        assert two.area.se == pytest.approx(one.area.se)


@given(tables(treatments=(2, 2)))
def test_with_cases_fixed_it_is_the_paired_t_test_of_the_areas(table):
    ratings, truth = table
    a, b = ([auc(truth, one).value for one in arm] for arm in ratings)
    assume(np.ptp(np.subtract(a, b)) > 1e-9)
    found = obuchowski_rockette(study_of(ratings, truth), cases="fixed").differences[0]
    paired = stats.ttest_rel(a, b)
    assert found.difference.statistic == pytest.approx(paired.statistic)
    assert found.difference.p_value == pytest.approx(paired.pvalue)


@given(tables(treatments=(2, 2)))
def test_the_test_of_two_treatments_is_the_square_of_the_test_of_their_difference(table):
    found = obuchowski_rockette(study_of(*table))
    difference = found.differences[0].difference
    assert found.overall.statistic == pytest.approx(difference.statistic**2)
    assert found.overall.p_value == pytest.approx(difference.p_value)


@given(tables(treatments=(2, 2)))
def test_a_study_planned_like_the_pilot_has_the_pilots_own_statistic(table):
    """Noncentrality at the difference seen is the F seen, where no component is held at 0."""
    pilot = obuchowski_rockette(study_of(*table))
    parts = pilot.components
    difference = pilot.differences[0].difference
    assume(parts.var_treatment_reader > 1e-6 and abs(difference.value) > 1e-6)
    plan = mrmc_power(
        difference=difference.value,
        n_readers=pilot.n_readers,
        n_cases=pilot.n_cases,
        var_treatment_reader=parts.var_treatment_reader,
        cov1=parts.cov1,
        cov2=parts.cov2,
        cov3=parts.cov3,
        var_error=parts.var_error,
        pilot_cases=parts.pilot_cases,
    )
    assert plan.noncentrality == pytest.approx(pilot.overall.statistic)
    assert plan.df2 == pytest.approx(pilot.overall.df2)


@given(tables(treatments=(1, 1), readers=(3, 5)))
def test_a_model_that_says_nothing_is_a_goal_of_one_half(table):
    """Against a constant rating the differences are areas less one half, of the same error."""
    ratings, truth = table
    found = single_arm(study_of(ratings, truth), goal=0.5)
    mute = np.concatenate([ratings, np.zeros((1, 1, truth.size))], axis=1)
    against = reader_versus_model(study_of(mute, truth), model=str(ratings.shape[1]))
    assert against.value == pytest.approx(0.5 - found.value, abs=1e-12)
    assert against.se == pytest.approx(found.se)
    assert against.df == pytest.approx(found.df)


@given(tables(treatments=(1, 1), readers=(3, 5)), st.sampled_from(["logit", "wald"]))
def test_ratings_turned_round_turn_the_area_and_its_interval_round(table, interval):
    ratings, truth = table
    found = existing(single_arm, study_of(ratings, truth), goal=0.7, interval=interval)
    turned = single_arm(study_of(-ratings, truth), goal=0.3, interval=interval)
    assert turned.value == pytest.approx(1 - found.value)
    assert turned.interval == pytest.approx((1 - found.upper, 1 - found.lower))
    assert turned.p_value == pytest.approx(1 - found.p_value)


@given(tables(treatments=(1, 1), readers=(3, 5)), st.sampled_from(["logit", "wald"]))
def test_the_bound_lies_above_the_goal_exactly_where_the_test_says_so(table, interval):
    ratings, truth = table
    for goal in (0.5, 0.6, 0.7, 0.8, 0.9):
        found = existing(single_arm, study_of(ratings, truth), goal=goal, interval=interval)
        assume(abs(found.p_value - 0.025) > 1e-9)
        assert (found.lower > goal) == (found.p_value < 0.025)
