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
    ],
)
def test_patients_that_cannot_be_drawn_are_refused(arrays, options, told):
    with pytest.raises(NotEstimable, match=told):
        bootstrap(np.mean, arrays, **({"seed": 1, "replicates": 9} | options))
