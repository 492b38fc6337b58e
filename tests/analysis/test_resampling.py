"""How much a result would move had other patients of the same kind been seen."""

import numpy as np
import pytest

from probatum.analysis.discrimination import auc
from probatum.analysis.resampling import bootstrap
from probatum.errors import NotEstimable


def test_the_whole_distribution_worked_by_hand():
    """Two patients, 0 and 1: a replicate's mean is 0, 1/2 or 1 with odds 1:2:1."""
    found = bootstrap(np.mean, [[0.0, 1.0]], seed=1, replicates=4000)
    assert found.value == 0.5
    assert found.interval == (0, 1)
    assert found.se == pytest.approx(np.sqrt(1 / 8), abs=0.01)


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_workers():
    rng = np.random.default_rng(0)
    y, score = rng.random(200) < 0.3, rng.normal(size=200)
    told = {
        repr(bootstrap(auc, [y, score], seed=3, replicates=50, stratify=y, workers=w))
        for w in (1, 2, 4)
    }
    assert len(told) == 1


def test_another_seed_draws_other_patients():
    first, second = (bootstrap(np.mean, [np.arange(9)], seed=s, replicates=20) for s in (1, 2))
    assert first.se != second.se


def test_more_replicates_keep_the_ones_already_drawn():
    kept = []
    bootstrap(lambda x: kept.append(x.copy()) or 0.0, [np.arange(5)], seed=1, replicates=3)
    more = []
    bootstrap(lambda x: more.append(x.copy()) or 0.0, [np.arange(5)], seed=1, replicates=6)
    assert all((a == b).all() for a, b in zip(kept[:3], more[:3], strict=True))


def test_columns_of_a_patient_stay_together_and_strata_keep_their_size():
    def is_together(label, twice):
        assert np.all(twice == 2 * label)
        assert np.count_nonzero(label == 1) == 3
        return 0.0

    label = np.array([1, 1, 1, 5, 5, 5, 5])
    bootstrap(is_together, [label, 2 * label], seed=1, replicates=20, stratify=label)


def test_whole_clusters_are_drawn_and_as_many_as_there_are():
    def is_whole(site, patient):
        for label, size in (("a", 1), ("b", 2), ("c", 4)):
            assert np.count_nonzero(site == label) % size == 0
            assert len(set(patient[site == label])) in (0, size)
        drawn.append(len(site))
        return 0.0

    drawn = []
    site = np.array(list("bcacbcc"))
    bootstrap(is_whole, [site, np.arange(7)], seed=1, replicates=60, cluster=site)
    assert min(drawn) < 7 < max(drawn)


def test_clusters_are_drawn_within_strata():
    def is_half_and_half(stratum):
        assert np.count_nonzero(stratum == "x") == 4
        return 0.0

    stratum, site = np.array(list("xxxxyyyyyy")), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    bootstrap(
        is_half_and_half, [stratum], seed=1, replicates=20, cluster=site, stratify=stratum
    )


def test_patients_alike_within_a_site_widen_the_interval():
    site = np.repeat(np.arange(30), 10)
    value = np.random.default_rng(4).normal(size=30)[site]
    alone, together = (
        bootstrap(np.mean, [value], seed=2, replicates=400, cluster=c) for c in (None, site)
    )
    assert together.se == pytest.approx(np.sqrt(10) * alone.se, rel=0.15)
    assert "of 30 whole clusters" in together.method


def test_the_basic_interval_mirrors_the_percentile_interval():
    x = np.random.default_rng(1).exponential(size=50)
    plain, basic = (
        bootstrap(np.mean, [x], seed=2, replicates=99, interval=name)
        for name in ("percentile", "basic")
    )
    assert basic.lower == pytest.approx(2 * x.mean() - plain.upper)
    assert basic.upper == pytest.approx(2 * x.mean() - plain.lower)


def test_a_correction_needs_replicates_on_both_sides():
    with pytest.raises(NotEstimable, match="BCa interval — expected replicates on both sides"):
        bootstrap(lambda x: len({*x}), [np.arange(50)], seed=1, replicates=20, interval="bca")


def test_labels_of_several_kinds_are_labels():
    drawn = bootstrap(np.mean, [[1, 2, 3, 4]], seed=1, replicates=9, cluster=["a", 1, "a", 2])
    assert "3 whole clusters" in drawn.method


@pytest.mark.parametrize("interval", ["percentile", "basic", "bca"])
def test_replicates_that_are_all_alike_are_no_certainty(interval):
    found = bootstrap(
        auc,
        [[0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6]],
        seed=1,
        replicates=50,
        stratify=[0, 0, 0, 1, 1, 1],
        interval=interval,
    )
    assert (found.value, found.se, found.lower, found.upper) == (1, None, None, None)
    assert found.method.endswith("no replicate differs, no interval")


def test_a_replicate_that_has_no_answer_is_not_skipped():
    with pytest.raises(NotEstimable, match="at least 2 with"):
        bootstrap(auc, [[1, 1, 0, 0], [4, 3, 2, 1]], seed=1, replicates=50)


@pytest.mark.parametrize(
    ("arrays", "options", "told"),
    [
        ([], {}, "expected columns"),
        ([[]], {}, "at least one patient"),
        ([[1, 2], [1]], {}, "one length"),
        ([[1, 2]], {"replicates": 1}, "at least 2 replicates"),
        ([[1, 2]], {"confidence": 1.5}, "level"),
        ([[1, 2]], {"stratify": [1]}, "one stratum for each"),
        ([[1, 2]], {"cluster": [1]}, "one cluster for each"),
        ([[1, 2]], {"cluster": [1, np.nan]}, "a cluster for everybody"),
        ([[1, 2]], {"cluster": ["a", None]}, "a cluster for everybody"),
        ([[1, 2]], {"cluster": ["a", np.nan]}, "a cluster for everybody"),
        ([[1, 2]], {"cluster": ["a", "a"]}, "at least two clusters"),
        ([[1, 2]], {"seed": -1}, "a whole number of at least 0, got -1"),
        ([[1, 2]], {"seed": 0.5}, "a whole number of at least 0, got 0.5"),
        ([[1, 2]], {"seed": "seven"}, "a whole number of at least 0, got 'seven'"),
        ([[1, 2]], {"replicates": 9.5}, "at least 2 replicates, got 9.5"),
        ([[1, 2]], {"replicates": None}, "at least 2 replicates, got None"),
        ([[1, 2]], {"interval": ["bca"]}, "expected one of .'basic', 'bca'"),
        ([[1, 2, 3]], {"cluster": [1, 1, 2], "stratify": [1, 2, 2]}, "inside one stratum"),
        ([[1, 2]], {"interval": "normal"}, "expected one of .'basic', 'bca'"),
    ],
)
def test_patients_that_cannot_be_drawn_are_refused(arrays, options, told):
    with pytest.raises(NotEstimable, match=told):
        bootstrap(np.mean, arrays, **({"seed": 1, "replicates": 9} | options))
