"""Repairs against published values, and the laws a nearest kernel must obey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import NotEstimable
from probatum.quantum.kernels.repair import repaired, repaired_rows
from probatum.quantum.kernels.shots import sampled_gram

METHODS = ("clip", "shift", "correlation")


def a_sampled_kernel(seed, size=15, shots=64):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(size, 2))
    exact = np.exp(-0.05 * ((x[:, np.newaxis] - x) ** 2).sum(axis=2))
    return sampled_gram(exact, shots, rng, diagonal="kept").values


def test_higham_s_own_example_is_reproduced():
    """Higham 2002, section 4: the 3 x 3 matrix whose nearest correlation matrix it prints."""
    given_matrix = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]], float)
    printed = np.array([[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]])
    found = repaired(given_matrix, method="correlation").kernel
    np.testing.assert_allclose(found, printed, atol=5e-5)


def test_clipping_a_two_by_two_kernel_by_hand():
    found = repaired([[0.0, 1.0], [1.0, 0.0]], method="clip")
    np.testing.assert_allclose(found.kernel, [[0.5, 0.5], [0.5, 0.5]], atol=1e-15)
    assert found.report.distance == pytest.approx(1.0)
    assert found.report.relative_distance == pytest.approx(np.sqrt(0.5))
    assert found.report.negative_share == pytest.approx(0.5)


def test_shifting_moves_only_the_diagonal_by_the_smallest_eigenvalue():
    found = repaired([[1.0, 1.2], [1.2, 1.0]], method="shift")
    np.testing.assert_allclose(found.kernel, [[1.2, 1.2], [1.2, 1.2]], atol=1e-12)
    assert found.report.largest_change == pytest.approx(0.2)


@pytest.mark.parametrize("method", METHODS)
@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_repaired_kernel_is_valid_and_the_report_tells_how_far_it_moved(method, seed):
    kernel = a_sampled_kernel(seed)
    found = repaired(kernel, method=method)
    report = found.report
    assert np.array_equal(found.kernel, found.kernel.T)
    assert np.linalg.eigvalsh(found.kernel)[0] > -1e-12
    assert report.smallest_before == pytest.approx(np.linalg.eigvalsh(kernel)[0])
    assert report.distance == pytest.approx(np.linalg.norm(found.kernel - kernel))
    assert report.was_needed == (report.smallest_before < -1e-12)
    if method == "correlation":
        assert np.all(np.diag(found.kernel) == 1)


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_valid_kernel_is_nearer_than_the_clipped_one(seed):
    kernel = a_sampled_kernel(seed)
    nearest = repaired(kernel, method="clip").report.distance
    assert nearest <= repaired(kernel, method="shift").report.distance + 1e-12
    assert nearest <= repaired(kernel, method="correlation").report.distance + 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_a_valid_kernel_is_left_alone_and_the_report_says_so(method):
    kernel = np.array([[1.0, 0.3], [0.3, 1.0]])
    found = repaired(kernel, method=method)
    assert np.array_equal(found.kernel, kernel)
    assert not found.report.was_needed
    assert found.report.as_dict()["distance"] == 0.0


def test_a_patient_of_the_cohort_gets_the_clipped_kernel_s_own_row():
    kernel = a_sampled_kernel(4)
    clipped = repaired(kernel, method="clip").kernel
    np.testing.assert_allclose(repaired_rows(kernel, kernel[:3]), clipped[:3], atol=1e-12)


def test_a_kernel_that_is_not_symmetric_or_not_a_number_is_refused():
    with pytest.raises(NotEstimable, match="mirror"):
        repaired([[1.0, 0.2], [0.3, 1.0]], method="clip")
    with pytest.raises(NotEstimable, match="finite"):
        repaired([[1.0, np.nan], [np.nan, 1.0]], method="clip")
    with pytest.raises(NotEstimable, match="square"):
        repaired(np.ones((2, 3)), method="shift")


def test_projections_that_do_not_settle_are_refused():
    with pytest.raises(NotEstimable, match="within 1 iterations"):
        repaired(a_sampled_kernel(1), method="correlation", most_iterations=1)


def test_a_method_misspelt_is_refused_and_not_taken_for_another():
    with pytest.raises(NotEstimable, match="got 'clipp'"):
        repaired(a_sampled_kernel(1), method="clipp")


def test_rows_of_another_cohort_are_refused():
    with pytest.raises(NotEstimable, match="each of 2 patients"):
        repaired_rows(np.eye(2), np.ones((1, 3)))


def test_rows_with_a_hole_are_refused():
    with pytest.raises(NotEstimable, match="finite overlaps of new patients"):
        repaired_rows(np.eye(2), [[np.nan, 0.0]])


def test_a_kernel_of_vanishing_entries_still_gets_its_report():
    report = repaired(1e-300 * np.array([[1, 1.2], [1.2, 1]]), method="clip").report
    assert report.negative_share == pytest.approx(0.2 / 2.4)
