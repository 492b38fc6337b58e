"""The tuned bandwidth stands among those it was chosen from."""

import numpy as np
import pytest

from probatum.models.bandwidth_diagnostics import bandwidths_tried
from probatum.models.tuning import Patients
from tests.models.explanations.building import a_model, cohort

WIDTHS = (1.0, 0.05, 0.3)


def told(patients=None, bandwidths=WIDTHS, seed=0):
    return bandwidths_tried(
        a_model().pipeline, patients or cohort(), bandwidths, rng=np.random.default_rng(seed)
    )


def test_every_bandwidth_is_told_from_the_smallest_and_the_chosen_one_is_marked():
    chosen = a_model().pipeline["model"].bandwidth
    found = told(bandwidths=(*WIDTHS, chosen))
    assert [row["bandwidth"] for row in found] == sorted({*WIDTHS, chosen})
    assert [row["bandwidth"] for row in found if row["is_chosen"]] == [chosen]


def test_a_wider_bandwidth_spreads_patients_over_more_dimensions():
    found = [row["effective_dimension"] for row in told()]
    assert found == sorted(found)


def test_a_vanishing_bandwidth_makes_all_patients_alike():
    [row] = told(bandwidths=(1e-4,))
    assert row["off_diagonal_mean"] == pytest.approx(1, abs=1e-3)


def test_a_sample_of_one_outcome_tells_nothing():
    people = cohort()
    alike = Patients(
        frame=people.frame, outcome=np.zeros(len(people)), weight=np.ones(len(people))
    )
    assert told(alike) == []


def test_the_same_seed_tells_the_same():
    assert told() == told()
