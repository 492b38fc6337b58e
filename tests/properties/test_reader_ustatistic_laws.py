"""Laws of the U-statistic of readings, whichever are missing."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from probatum.analysis.reader_study import (
    obuchowski_rockette,
    ustatistic_difference,
)
from probatum.errors import NotEstimable
from tests.properties.reader_studies import existing, study_of, tables


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
    found = existing(obuchowski_rockette, reads, covariance="unbiased")
    assume(found.components.cov2 > found.components.cov3)
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
    found = existing(ustatistic_difference, study_of(ratings, truth))
    df = found.se**4 / np.sum(np.square(parts) / each**3)
    assert found.df == pytest.approx(max(df, each.min()), rel=1e-6)


@given(tables(treatments=(2, 2), readers=(2, 3)))
def test_a_reading_of_one_class_alone_changes_nothing(table):
    """A reader who saw only diseased cases compares none: the others' result stands."""
    ratings, truth = table
    more = np.concatenate([ratings, ratings[:, :1]], axis=1)
    read = np.ones(more.shape, bool)
    read[:, -1] = truth
    plain = existing(ustatistic_difference, study_of(ratings, truth))
    found = ustatistic_difference(study_of(more, truth, read))
    assert found.value == pytest.approx(plain.value)
    assert found.se == pytest.approx(plain.se)
    assert found.df == pytest.approx(plain.df)


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
