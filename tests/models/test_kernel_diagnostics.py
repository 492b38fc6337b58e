"""A quantum kernel is held against the classical kernel that comes nearest to it."""

import doctest

import numpy as np
import pytest
from sklearn.metrics.pairwise import rbf_kernel

from probatum.models import nearest_kernel
from probatum.models.kernel_diagnostics import kernel_diagnostics
from probatum.models.nearest_kernel import WIDTHS, nearest_radial, read_difference
from probatum.models.tuning import Patients
from tests.models.explanations.building import a_model, cohort


def features(people=60):
    return np.random.default_rng(3).normal(size=(people, 3))


def told(*, rival_gamma=0.01, seed=4, people=None):
    patients = people or cohort()
    return kernel_diagnostics(
        a_model().pipeline, patients, rival_gamma=rival_gamma, rng=np.random.default_rng(seed)
    ).as_dict()


def test_the_examples_run():
    assert doctest.testmod(nearest_kernel).failed == 0


def test_a_radial_kernel_in_disguise_is_found_and_told_from_its_neighbours():
    x = features()
    unit = 1 / (3 * x.var())
    for width in (0.1, 1.0, 3.0):
        found = nearest_radial(x, rbf_kernel(x, gamma=width * unit))
        assert found.gamma == pytest.approx(width * unit)
        assert found.difference.general <= 1
    assert found.tried == len(WIDTHS)


def test_the_nearest_is_the_least_of_all_and_never_more_than_the_rivals_own():
    x, gamma = features(), 0.2
    quantum = rbf_kernel(x, gamma=0.5) ** 2
    own = read_difference(rbf_kernel(x, gamma=gamma), quantum)
    found = nearest_radial(x, quantum, also=gamma)
    assert found.tried == len(WIDTHS) + 1
    assert found.difference.general < own.general
    for width in WIDTHS:
        other = read_difference(rbf_kernel(x, gamma=width / (3 * x.var())), quantum)
        assert other is None or found.difference.general <= other.general


def test_one_far_kernel_alone_would_have_left_more_room_for_an_advantage():
    """A rival tuned to be all but linear is far; another radial kernel hardly differs."""
    assert told(rival_gamma=1e-3)["rival_geometric_difference"] is None
    found = told(rival_gamma=0.1)
    assert found["rival_geometric_difference"] > 2 * found["geometric_difference"]
    assert found["geometric_difference"] < found["root_n"]
    assert found["geometric_difference_training"] <= 0.045


def test_features_without_spread_still_have_an_answer():
    found = nearest_radial(np.ones((5, 2)), np.eye(5))
    assert found.as_dict()["kernels_tried"] == len(WIDTHS)
    assert found.difference is None or np.isfinite(found.difference.general)


def test_without_a_radial_rival_the_nearest_kernel_is_still_told():
    found = told(rival_gamma=None)
    assert found["geometric_difference"] > 0
    assert found["rival_geometric_difference"] is found["classical_size"] is None


def test_a_small_cohort_is_diagnosed_whole_and_the_same_each_time():
    patients = cohort()
    few = Patients(
        frame=patients.frame.head(40),
        outcome=patients.outcome[:40],
        weight=patients.weight[:40],
    )
    assert told(people=few)["patients"] == 40
    assert told(people=few, seed=1) == told(people=few, seed=2)
