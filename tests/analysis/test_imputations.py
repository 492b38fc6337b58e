"""Several likely versions of what was not recorded: what stays, what is drawn, what is told."""

import numpy as np
import pandas as pd
import pytest

from probatum.analysis.discrimination import auc
from probatum.analysis.estimate import wald
from probatum.analysis.missing import imputations, pooled, rubin
from probatum.analysis.proportion import proportion_difference, weighted_proportion
from probatum.errors import NotEstimable

GAP = float("nan")


def a_cohort(seed=1, n=120):
    """Marker and outcome with gaps that depend on age, which is known of everybody."""
    rng = np.random.default_rng(seed)
    age = rng.normal(70, 9, n)
    marker = 2 + 0.1 * (age - 70) + rng.normal(size=n)
    died = (rng.random(n) < 1 / (1 + np.exp(1 - (marker - 2)))) * 1.0
    marker[rng.random(n) < 1 / (1 + np.exp(1 - (age - 70) / 9))] = GAP
    died[rng.random(n) < 0.2] = GAP
    return pd.DataFrame({"age": age, "marker": marker, "died": died})


def mean_of(column):
    return lambda one: wald(
        one[column].mean(),
        one[column].std() / np.sqrt(len(one)),
        confidence=0.95,
        n=len(one),
        method="mean",
    )


def test_what_was_recorded_stays_and_every_gap_is_filled():
    seen = a_cohort()
    for one in imputations(seen, seed=7, m=3):
        pd.testing.assert_frame_equal(one.where(seen.notna()), seen)
        assert not one.isna().to_numpy().any()
        assert set(one["died"]) == {0, 1}


def test_the_same_seed_gives_the_same_data_sets_and_each_is_another():
    first, again, other = (imputations(a_cohort(), seed=seed, m=2) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first[0], again[0])
    pd.testing.assert_frame_equal(first[1], again[1])
    assert not first[0].equals(first[1])
    assert not first[0].equals(other[0])


def test_a_value_that_the_others_tell_is_told():
    """marker = 2 age + 1 in nine of ten: 41 at age 20, but for the ridge of 1e-5."""
    age = np.arange(11.0, 21.0)
    marker = np.where(age < 20, 2 * age + 1, GAP)
    drawn = imputations(pd.DataFrame({"age": age, "marker": marker}), seed=1, m=2, rounds=1)
    assert [one["marker"].iloc[-1] for one in drawn] == pytest.approx([41, 41], abs=1e-3)


def test_values_are_drawn_about_the_line_with_the_spread_of_the_recorded():
    """y = x + N(0, 1), 200 seen and 200 not: line and spread of 20 sets, within 5 errors."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=400)
    y = np.where(np.arange(400) < 200, x + rng.normal(size=400), GAP)
    rest = [
        (one["y"] - one["x"]).iloc[200:]
        for one in imputations(pd.DataFrame({"x": x, "y": y}), seed=1, m=20)
    ]
    assert np.mean(rest) == pytest.approx(0, abs=5 / np.sqrt(200))
    assert np.std(rest) == pytest.approx(1, abs=5 / np.sqrt(400))


def test_pooling_is_rubin_of_what_each_data_set_gives():
    drawn = imputations(a_cohort(), seed=7, m=4)
    each = [auc(one["died"], one["marker"]) for one in drawn]
    found = pooled(lambda one: auc(one["died"], one["marker"]), drawn, scale="logit")
    plain = rubin([a.value for a in each], [a.se for a in each], n=120, scale="logit")
    assert (found.value, found.interval, found.df) == (plain.value, plain.interval, plain.df)
    assert found.method == f"{each[0].method}; {plain.method}"


def test_the_truth_is_held_as_often_as_was_said():
    """200 studies at 0.9 with gaps by age: 9 to 32 that miss have a chance above 0.99."""
    missed = 0
    for seed in range(200):
        drawn = imputations(a_cohort(seed, 80), seed=seed, m=10, rounds=3)
        found = pooled(mean_of("marker"), drawn, complete_df=79, confidence=0.9)
        missed += not found.lower <= 2 <= found.upper
    assert 9 <= missed <= 32


def test_those_with_the_value_alone_would_have_missed_it():
    """The same studies without imputation: the old, whose marker is high, lack it."""
    means = [a_cohort(seed, 80)["marker"].mean() for seed in range(200)]
    drawn = [imputations(a_cohort(s, 80), seed=s, m=2, rounds=3) for s in range(200)]
    imputed = [np.mean([one["marker"].mean() for one in sets]) for sets in drawn]
    assert np.mean(means) < 1.85
    assert np.mean(imputed) == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize(
    ("columns", "options", "told"),
    [
        ({"a": [1.0, 2, 3]}, {}, "got none missing"),
        ({"a": [1.0, np.inf, GAP]}, {}, "infinite ones"),
        ({"a": ["x", "y", None]}, {}, "columns of numbers"),
        ({"a": [1.0, 2, 3, 4], "b": [GAP, GAP, GAP, 1]}, {}, "fewer in b — leave"),
        ({"a": [1.0, GAP, 3, 4]}, {"m": 1}, "at least 2 data sets"),
        ({"a": [1.0, GAP, 3, 4]}, {"m": "20"}, "at least 2 data sets"),
        ({"a": [1.0, GAP, 3, 4]}, {"rounds": 1.5}, "1 round, got 2 and 1.5"),
        ({"a": [3.0] * 9, "b": [1.0, 2, 3, 4, 5, 6, 7, 8, GAP]}, {}, "one value for all"),
        ({"a": [0.0] * 8 + [1], "b": [1.0, 2, 3, 4, 5, 6, 7, 8, GAP]}, {}, "one value for all"),
        ({"a": [1.0, GAP, 3, 4]}, {"rounds": 0}, "1 round"),
        ({"a": [1.0, GAP, 3, 4]}, {"seed": -1}, "seed"),
        (
            {"a": np.arange(10.0), "b": [0, 0, 0, 0, 0, 1, 1, 1, 1, GAP]},
            {},
            "one told without error",
        ),
    ],
)
def test_what_cannot_be_imputed_is_refused(columns, options, told):
    with pytest.raises(NotEstimable, match=told):
        imputations(pd.DataFrame(columns), **({"seed": 1, "m": 2, "rounds": 1} | options))


def test_an_estimate_without_an_error_cannot_be_pooled():
    drawn = imputations(a_cohort(), seed=1, m=2)
    with pytest.raises(NotEstimable, match="a standard error of each data set"):
        pooled(lambda one: proportion_difference(int(one["died"].sum()), 120, 9, 90), drawn)
    with pytest.raises(NotEstimable, match="two or more"):
        pooled(lambda one: weighted_proportion(one["died"]), drawn[:1])
