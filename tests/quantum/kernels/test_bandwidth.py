"""Bandwidth, alignment and leave-one-out: by hand, by naive twin, and by law."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import NotEstimable
from probatum.quantum.encodings import angle_encoding, angles, encoding, zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.alignment import alignment, centred, leave_one_out_error
from probatum.quantum.kernels.bandwidth import (
    BandwidthCurve,
    bandwidth_curve,
    typical_bandwidth,
)
from probatum.quantum.kernels.fidelity import gram


def a_sample(patients=60, features=3, seed=0):
    x = np.random.default_rng(seed).normal(size=(patients, features))
    return x, (x[:, 0] * x[:, 1] > 0).astype(float)


def a_curve(circuit=None, bandwidths=(0.01, 0.1, 0.4, 1.0, 4.0)):
    x, y = a_sample()
    return bandwidth_curve(circuit or zz_encoding(3), x, y, bandwidths=bandwidths, penalty=0.1)


def test_alignment_agrees_with_its_definition():
    x, y = a_sample()
    kernel = gram(states(zz_encoding(3), 0.3 * x))
    middle = np.eye(60) - 1 / 60
    one, other = middle @ kernel @ middle, middle @ np.outer(y, y) @ middle
    expected = np.sum(one * other) / np.linalg.norm(one) / np.linalg.norm(other)
    assert alignment(kernel, y) == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(centred(kernel), one, atol=1e-13)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999), scale=st.floats(0.1, 10), shift=st.floats(-3, 3))
def test_alignment_lies_in_zero_to_one_and_knows_no_scale_or_coding(seed, scale, shift):
    x, y = a_sample(30, seed=seed)
    kernel = gram(states(zz_encoding(3), 0.3 * x))
    found = alignment(kernel, y)
    assert 0 <= found <= 1
    assert alignment(scale * kernel + shift, 2 * y - shift) == pytest.approx(found, rel=1e-9)


def test_a_kernel_made_of_the_outcome_is_aligned_with_it():
    _, y = a_sample()
    assert alignment(np.outer(2 * y - 1, 2 * y - 1), y) == pytest.approx(1)


def test_the_error_of_leaving_each_out_is_that_of_fitting_without_each():
    x, y = a_sample(20)
    kernel, residuals = gram(states(zz_encoding(3), 0.3 * x)), []
    for i in range(20):
        rest = np.delete(np.arange(20), i)
        inner = kernel[np.ix_(rest, rest)] + 0.2 * np.eye(19)
        shares = np.linalg.solve(inner, y[rest] - y.mean())
        residuals.append(y[i] - y.mean() - kernel[i, rest] @ shares)
    found = leave_one_out_error(kernel, y, penalty=0.2)
    assert found == pytest.approx(np.mean(np.square(residuals)), rel=1e-10)


def test_the_curve_keeps_every_candidate_in_order():
    curve = a_curve(bandwidths=(1.0, 0.1, 0.4))
    assert [point.bandwidth for point in curve.points] == [0.1, 0.4, 1.0]


def test_between_too_small_and_too_large_lies_a_best_bandwidth():
    curve = a_curve(encoding("iqp", 3, repetitions=1))
    for score in ("alignment", "leave_one_out"):
        assert curve.points[0].bandwidth < curve.best(score) < curve.points[-1].bandwidth


def test_a_growing_bandwidth_spreads_patients_over_more_dimensions():
    found = [point.effective_dimension for point in a_curve().points]
    assert found == sorted(found)
    assert found[0] < 2


def test_a_vanishing_bandwidth_concentrates_every_overlap_on_one():
    point = a_curve(encoding("iqp", 3, repetitions=1), (1e-4,)).points[0]
    assert point.concentration.mean == pytest.approx(1, abs=1e-6)


def test_answers_are_tried_as_parts_of_a_flip():
    rows = np.random.default_rng(0).integers(0, 2, (40, 3))
    curve = bandwidth_curve(
        encoding("basis", 3, repetitions=1),
        rows,
        rows[:, 0],
        bandwidths=(0.3, 1.0),
        penalty=0.1,
        angles=lambda x, bandwidth: angles("basis", x, bandwidth=bandwidth),
    )
    assert [point.bandwidth for point in curve.points] == [0.3, 1.0]


@pytest.mark.parametrize("features", [4, 8, 16])
def test_at_the_typical_bandwidth_the_typical_pair_is_alike_by_about_one_over_e(features):
    x = np.random.default_rng(0).normal(size=(200, features))
    kernel = gram(states(angle_encoding(features), typical_bandwidth(features) * x[:100]))
    typical = np.median(kernel[np.triu_indices(100, 1)])
    assert typical == pytest.approx(np.exp(-1), abs=0.08)


def test_no_candidate_is_refused():
    with pytest.raises(NotEstimable, match="got none"):
        BandwidthCurve(points=(), penalty=0.1)


@pytest.mark.parametrize(
    "kernel", [np.ones((3, 3)), np.eye(4)], ids=["patients alike", "other lengths"]
)
def test_alignment_of_what_cannot_be_aligned_is_refused(kernel):
    with pytest.raises(NotEstimable):
        alignment(kernel, [0, 1, 0])


def test_a_penalty_of_zero_leaves_no_error_to_estimate():
    with pytest.raises(NotEstimable, match="positive penalty"):
        leave_one_out_error(np.eye(3), [0, 1, 0], penalty=0.0)


@pytest.mark.parametrize("bandwidth", [0.0, -1.0, np.nan, np.inf])
def test_a_candidate_that_is_no_bandwidth_is_refused(bandwidth):
    with pytest.raises(NotEstimable, match="positive numbers to try"):
        a_curve(bandwidths=(0.1, bandwidth))


def test_a_score_misspelt_is_refused_and_not_taken_for_another():
    with pytest.raises(NotEstimable, match="got 'allignment'"):
        a_curve(bandwidths=(0.1,)).best("allignment")


def test_a_kernel_that_is_not_valid_has_no_leave_one_out_error():
    with pytest.raises(NotEstimable, match="repair the kernel"):
        leave_one_out_error(np.array([[1.0, 5.0], [5.0, 1.0]]), [0, 1], penalty=0.1)


def test_an_outcome_that_is_no_number_is_said_to_be_so():
    with pytest.raises(NotEstimable, match="finite numbers"):
        alignment(np.eye(3), [0, 1, np.nan])
