"""Laws of reader studies that a wrong analysis would break."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from probatum.analysis.discrimination import auc
from probatum.analysis.reader_study import (
    Reads,
    dorfman_berbaum_metz,
    mrmc_power,
    obuchowski_rockette,
    reader_versus_model,
    single_arm,
    ustatistic_difference,
)
from probatum.analysis.reader_study.areas import areas
from probatum.analysis.reader_study.pseudovalues import pseudovalues
from probatum.errors import NotEstimable


def study_of(ratings, truth, read=None):
    """Reads of a (treatment, reader, case) array; ``read`` says which were read."""
    seen = np.ones(ratings.shape, bool) if read is None else read
    treatment, reader, case = (x[seen] for x in np.indices(ratings.shape))
    return Reads(
        reader=reader,
        treatment=treatment,
        case=case,
        truth=np.asarray(truth)[case],
        rating=ratings[seen],
    )


@st.composite
def tables(draw, treatments=(2, 3), readers=(2, 5), cases=(6, 14)):
    """Ratings on a scale of seven points, and the truth; the error terms exist."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = tuple(draw(st.integers(*bounds)) for bounds in (treatments, readers, cases))
    truth = np.arange(size[2]) % 2 == 0
    skill = rng.normal(0.8, 0.5, size[:2])[:, :, None]
    latent = skill * truth + rng.normal(size=size) + rng.normal(size=size[2])
    ratings = np.clip(np.round(2 * latent), -2, 4)
    assume(has_errors(ratings, truth))
    return ratings, truth


def has_errors(ratings, truth):
    """Whether a small study has an error term above 0; else it is refused, rightly."""
    reads = study_of(ratings, truth)
    try:
        if ratings.shape[0] == 1:
            single_arm(reads, goal=0.5)
        else:
            obuchowski_rockette(reads)
    except NotEstimable:
        return False
    return True


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


def naive_ustatistic(ratings, truth, read):
    """The difference of areas and its unbiased variance by going through every pair twice."""
    arms = [arm_successes(one, truth, seen) for one, seen in zip(ratings, read, strict=True)]
    mean = [np.mean([value for *_, value in arm]) for arm in arms]

    def covariance(a, b):
        apart = [
            x * y
            for (r, i, j, x), (s, k, m, y) in product(arms[a], arms[b])
            if r != s and i != k and j != m
        ]
        return mean[a] * mean[b] - np.mean(apart)

    return mean[0] - mean[1], covariance(0, 0) + covariance(1, 1) - 2 * covariance(0, 1)


def arm_successes(ratings, truth, read):
    """Reader, diseased case, other case and whether the first is rated above the second."""
    return [
        (r, i, j, float(ratings[r, i] > ratings[r, j]) + 0.5 * (ratings[r, i] == ratings[r, j]))
        for r in range(ratings.shape[0])
        for i in np.flatnonzero(truth & read[r])
        for j in np.flatnonzero(~truth & read[r])
    ]


@given(tables(treatments=(2, 2), readers=(2, 3), cases=(6, 8)), st.data())
def test_sums_give_what_going_through_every_pair_twice_gives(table, data):
    ratings, truth = table
    gaps = data.draw(st.lists(st.integers(0, ratings.size - 1), max_size=4))
    read = np.ones(ratings.size, bool)
    read[gaps] = False
    read = read.reshape(ratings.shape)
    try:
        found = ustatistic_difference(study_of(ratings, truth, read))
    except NotEstimable as told:
        refusal = str(told)
    else:
        refusal = ""
    if refusal:
        few = "at least two" in refusal
        assert few or naive_ustatistic(ratings, truth, read)[1] < 1e-12
        return
    value, variance = naive_ustatistic(ratings, truth, read)
    assert found.value == pytest.approx(value, abs=1e-12)
    assert found.se**2 == pytest.approx(variance, rel=1e-7, abs=1e-14)


@given(tables(treatments=(2, 2), cases=(8, 14)))
def test_on_a_crossed_study_both_engines_have_one_variance(table):
    """(2/J)(MS(TR) + J (Cov2 - Cov3)) with unbiased covariances, where it is not held at 0."""
    reads = study_of(*table)
    try:
        found = obuchowski_rockette(reads, covariance="unbiased")
    except NotEstimable:
        return
    parts = found.components
    if parts.cov2 > parts.cov3:
        assert ustatistic_difference(reads).se == pytest.approx(
            found.differences[0].difference.se, rel=1e-8
        )


@given(tables(treatments=(2, 2), cases=(8, 14)))
def test_on_a_crossed_study_the_degrees_of_freedom_have_a_closed_form(table):
    """
    Biased components are the plain variances (over n, not n - 1) of the mean reader's
    difference of placements, over diseased and over other cases, and of readers' differences.
    """
    ratings, truth = table
    beaten = [
        [(one[truth][:, None] > one[~truth]) + 0.5 * (one[truth][:, None] == one[~truth])]
        for one in np.concatenate(ratings)
    ]
    first, second = np.split(np.squeeze(np.array(beaten), axis=1), 2)
    difference = first - second
    parts = [difference.mean(axis=axes).var() for axes in ((0, 2), (0, 1), (1, 2))]
    each = np.array([truth.sum(), (~truth).sum(), ratings.shape[1]]) - 1
    try:
        found = ustatistic_difference(study_of(ratings, truth))
    except NotEstimable:
        return
    df = found.se**4 / np.sum(np.square(parts) / each**3)
    assert found.df == pytest.approx(max(df, each.min()), rel=1e-6)


@given(tables(treatments=(2, 2), readers=(2, 3)))
def test_a_reading_of_one_class_alone_changes_nothing(table):
    """A reader who saw only diseased cases compares none: the others' result stands."""
    ratings, truth = table
    more = np.concatenate([ratings, ratings[:, :1]], axis=1)
    read = np.ones(more.shape, bool)
    read[:, -1] = truth
    try:
        plain = ustatistic_difference(study_of(ratings, truth))
    except NotEstimable:
        return
    found = ustatistic_difference(study_of(more, truth, read))
    assert found.value == pytest.approx(plain.value)
    assert found.se == pytest.approx(plain.se)
    assert found.df == pytest.approx(plain.df)


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
        try:
            forth, back = (analysis(study_of(x, truth)) for x in (ratings, ratings[::-1]))
        except NotEstimable:
            continue
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
    if np.ptp(np.subtract(a, b)) > 1e-9:
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
    if parts.var_treatment_reader > 1e-6 and abs(difference.value) > 1e-6:
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


def test_the_unbiased_variance_is_unbiased():
    """400 split-plot studies of one population: mean variance against variance of the means."""
    rng = np.random.default_rng(11)
    truth = np.arange(24) % 2 == 0
    read = (np.arange(4)[:, None] < 2) == (np.arange(24) < 12)
    found = [one_split_plot(rng, truth, np.broadcast_to(read, (2, 4, 24))) for _ in range(400)]
    values, variances = np.array(found).T
    assert variances.mean() == pytest.approx(values.var(ddof=1), rel=0.15)


def one_split_plot(rng, truth, read):
    skill = rng.normal(1, 0.4, (2, 4, 1))
    ratings = skill * truth + rng.normal(size=(1, 1, 24)) + rng.normal(size=(2, 4, 24))
    return naive_moments(study_of(ratings, truth, read))


def naive_moments(reads):
    from probatum.analysis.reader_study.moments import PairSums
    from probatum.analysis.reader_study.ustatistic import ArmSums

    sums = PairSums.of(np.concatenate(list(reads.ratings)), reads.case_truth)
    aa, ab, bb = (ArmSums.of(sums, arms) for arms in ((0, 0), (0, 1), (1, 1)))
    variance = sum(
        sign * one.covariance("unbiased") for sign, one in ((1, aa), (-2, ab), (1, bb))
    )
    return np.sqrt(aa.product) - np.sqrt(bb.product), variance
