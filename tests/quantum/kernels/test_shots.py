"""Shot counts against their law, and against Aer's own counts of the same circuits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit_aer import AerSimulator
from scipy import stats

from probatum.errors import NotEstimable
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.shots import SampledKernel, sampled_gram, sampled_kernel
from probatum.quantum.noise.kernel import compiled_kernel
from tests.quantum.noise.builders import aer_noise, bound, compact


def test_aer_s_counts_of_the_noisy_circuits_follow_our_probabilities():
    """The sum of squared z of 100 pairs is chi-square; both sides are seeded."""
    kernel = compiled_kernel(zz_encoding(3), "fake_manila", optimization_level=1, seed=7)
    x = np.random.default_rng(5).uniform(0, np.pi, (10, 3))
    expected, shots = kernel.probabilities(x).ravel(), 1024
    qubits = kernel.template.qubits
    simulator = AerSimulator(
        method="density_matrix",
        noise_model=aer_noise("fake_manila", qubits),
        seed_simulator=11,
    )
    assert qubits == tuple(range(len(qubits)))
    pairs = [compact(bound(kernel.template.circuit, x=a, y=b), qubits) for a in x for b in x]
    counts = simulator.run(pairs, shots=shots).result().get_counts()
    zeros = np.array([c.get("000", 0) for c in counts])
    z = (zeros - shots * expected) / np.sqrt(shots * expected * (1 - expected))
    assert stats.chi2.sf(np.sum(z**2), len(z)) > 0.01
    assert stats.chi2.cdf(np.sum(z**2), len(z)) > 0.01
    assert abs(z.mean()) < 3 / np.sqrt(len(z))


def test_drawn_counts_have_the_binomial_law():
    drawn = sampled_kernel(np.full((200, 200), 0.3), 20, np.random.default_rng(1))
    found = np.bincount(drawn.zeros.ravel(), minlength=21)
    expected = stats.binom.pmf(np.arange(21), 20, 0.3) * found.sum()
    seen = expected > 5
    statistic = np.sum((found[seen] - expected[seen]) ** 2 / expected[seen])
    assert stats.chi2.sf(statistic, seen.sum() - 1) > 0.01


def test_the_variance_is_estimated_without_bias():
    p, shots = 0.2, 50
    drawn = sampled_kernel(np.full((300, 300), p), shots, np.random.default_rng(2))
    assert drawn.variance.mean() == pytest.approx(p * (1 - p) / shots, rel=0.01)
    assert drawn.values.var() == pytest.approx(p * (1 - p) / shots, rel=0.02)


@pytest.mark.parametrize("p", [0.0, 0.01, 0.5, 0.97, 1.0])
def test_the_interval_covers_the_probability_at_least_as_often_as_promised(p):
    drawn = sampled_kernel(np.full((100, 100), p), 64, np.random.default_rng(3))
    lower, upper = drawn.interval(0.9)
    assert np.mean((lower <= p) & (p <= upper)) >= 0.9
    assert np.all((lower <= drawn.values) & (drawn.values <= upper))


def test_the_interval_is_scipy_s_exact_one():
    drawn = sampled_kernel([[0.0, 0.37, 1.0]], 40, np.random.default_rng(4))
    lower, upper = drawn.interval(0.95)
    for i in range(3):
        theirs = stats.binomtest(int(drawn.zeros[0, i]), 40).proportion_ci(0.95, "exact")
        assert (lower[0, i], upper[0, i]) == pytest.approx((theirs.low, theirs.high))


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_noiseless_kernel_is_drawn_once_a_pair_and_mirrored(seed):
    x = np.random.default_rng(0).normal(size=(12, 3))
    exact = gram(states(zz_encoding(3), x))
    drawn = sampled_gram(exact, 128, np.random.default_rng(seed), diagonal="kept")
    assert np.array_equal(drawn.zeros, drawn.zeros.T)
    assert np.array_equal(np.diag(drawn.values), np.ones(12))
    assert np.array_equal(np.diag(drawn.variance), np.zeros(12))
    assert np.all(np.diag(drawn.interval()[0]) == 1)


def test_a_diagonal_below_one_may_be_sampled_and_not_kept():
    kernel = np.array([[0.9, 0.2], [0.2, 0.8]])
    drawn = sampled_gram(kernel, 1000, np.random.default_rng(0), diagonal="sampled")
    assert np.diag(drawn.values) == pytest.approx([0.9, 0.8], abs=0.05)
    with pytest.raises(NotEstimable, match="diagonal of 1 to keep"):
        sampled_gram(np.diag([1, 1 - 1e-6]), 1000, np.random.default_rng(0), diagonal="kept")
    with pytest.raises(NotEstimable, match="diagonal of 1 to keep"):
        sampled_gram(kernel, 1000, np.random.default_rng(0), diagonal="kept")


@pytest.mark.parametrize("gap", [0.1, 1e-6])
def test_a_kernel_whose_order_matters_is_not_sampled_symmetrically(gap):
    kernel = [[1, 0.2], [0.2 + gap, 1]]
    with pytest.raises(NotEstimable, match="differs from its transpose"):
        sampled_gram(kernel, 10, np.random.default_rng(0), diagonal="kept")


@pytest.mark.parametrize("entry", [1.01, -0.01, np.nan])
def test_a_number_that_is_no_probability_is_refused(entry):
    with pytest.raises(NotEstimable, match="probabilities"):
        sampled_kernel([[entry]], 10, np.random.default_rng(0))


def test_rounding_just_above_one_is_not_refused():
    assert sampled_kernel([[1 + 1e-12]], 10, np.random.default_rng(0)).zeros[0, 0] == 10


def test_counts_beyond_the_shots_and_one_shot_s_variance_are_refused():
    with pytest.raises(NotEstimable, match="counts from 0 to 5"):
        SampledKernel(zeros=np.array([[6]]), shots=5, exact=np.zeros((1, 1), bool))
    with pytest.raises(NotEstimable, match="2 shots or more"):
        _ = sampled_kernel([[0.5]], 1, np.random.default_rng(0)).variance
    with pytest.raises(NotEstimable, match="confidence"):
        sampled_kernel([[0.5]], 9, np.random.default_rng(0)).interval(1.0)


def test_a_diagonal_that_is_neither_kept_nor_sampled_is_refused():
    with pytest.raises(NotEstimable, match="got 'keep'"):
        sampled_gram(np.eye(2), 10, np.random.default_rng(0), diagonal="keep")


def test_part_of_a_shot_is_refused():
    with pytest.raises(NotEstimable, match="whole number of shots"):
        sampled_kernel([[0.5]], 2.5, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("zeros", "exact"), [([[2.5]], [[False]]), ([[1, 2]], [[False]])], ids=["parts", "shapes"]
)
def test_counts_that_are_none_are_refused(zeros, exact):
    with pytest.raises(NotEstimable, match="whole counts"):
        SampledKernel(zeros=np.array(zeros), shots=5, exact=np.array(exact))
