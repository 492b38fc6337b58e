"""A kernel's mitigation: what it gains, what it costs, and that both are told."""

import numpy as np
import pytest

from probatum.errors import NotEstimable
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram
from probatum.quantum.mitigation.folding import folded
from probatum.quantum.mitigation.noisy_kernel import at_scale, mitigated_kernel
from probatum.quantum.mitigation.readout import correction_from_calibration
from probatum.quantum.noise.kernel import compiled_kernel
from tests.quantum.noise.builders import aer_noise, bound, stepwise_probabilities

METHODS = ("none", "readout", "zero_noise_extrapolation", "both")
X = np.random.default_rng(0).uniform(0, np.pi, (8, 3))


@pytest.fixture(scope="module")
def kernel():
    return compiled_kernel(zz_encoding(3), "fake_torino", optimization_level=1, seed=7)


@pytest.mark.parametrize("method", METHODS[1:])
def test_every_method_comes_nearer_to_the_noiseless_kernel(kernel, method):
    truth = cross_gram(states(zz_encoding(3), X), states(zz_encoding(3), X))
    found = mitigated_kernel(kernel, X, method=method, shots=None, fit="exponential")
    with_it, without = (np.abs(k - truth).mean() for k in (found.values, found.raw))
    assert with_it < without
    assert not found.variance.any()


def test_none_is_the_raw_kernel_itself(kernel):
    found = mitigated_kernel(kernel, X, method="none", shots=1024)
    assert found.values.tobytes() == kernel.probabilities(X).tobytes() == found.raw.tobytes()
    assert (found.circuits, found.overhead) == (1, 1.0)


def test_the_variance_of_a_corrected_entry_is_that_of_its_weighted_shots(kernel):
    """Against the whole distribution of one pair, found gate by gate."""
    shots = 1024
    found = mitigated_kernel(kernel, X[:2], method="readout", shots=shots)
    model = aer_noise("fake_torino", kernel.template.qubits)
    pair = bound(kernel.template.circuit, x=X[0], y=X[1])
    law = stepwise_probabilities(pair, model, kernel.template.qubits)
    weights = correction_from_calibration(kernel.undoing).weights(np.tile([1.0, 0], (3, 1)))
    each = np.array([np.prod([weights[b, s >> b & 1] for b in range(3)]) for s in range(8)])
    mean = law @ each
    assert found.values[0, 1] == pytest.approx(mean, abs=1e-12)
    assert found.variance[0, 1] == pytest.approx((law @ each**2 - mean**2) / shots, rel=1e-9)


@pytest.mark.parametrize("method", METHODS[1:])
def test_mitigation_costs_certainty_and_says_how_much(kernel, method):
    found = mitigated_kernel(kernel, X, method=method, shots=1024)
    assert found.overhead > 1
    assert found.circuits == (1 if method == "readout" else 3)
    assert np.all(found.variance > 0)


def test_draws_have_the_stated_mean_and_variance(kernel):
    found = mitigated_kernel(kernel, X[:2], method="both", shots=1024)
    rng = np.random.default_rng(1)
    draws = np.array([found.drawn(rng) for _ in range(2000)])
    np.testing.assert_allclose(draws.mean(0), found.values, atol=5e-3)
    np.testing.assert_allclose(draws.var(0), found.variance, rtol=0.2)


def test_a_folded_kernel_is_that_of_the_folded_circuit(kernel):
    model = aer_noise("fake_torino", kernel.template.qubits)
    circuit = folded(kernel.template.circuit, 3)
    expected = stepwise_probabilities(
        bound(circuit, x=X[0], y=X[1]), model, kernel.template.qubits
    )[0]
    found = at_scale(kernel, 3).probabilities(X[:1], X[1:2])[0, 0]
    assert found == pytest.approx(expected, abs=1e-12)


def test_scales_that_do_not_start_at_one_are_refused(kernel):
    with pytest.raises(NotEstimable, match="scales from 1"):
        mitigated_kernel(kernel, X, method="both", shots=10, scales=(3, 5))


def test_a_method_misspelt_is_refused_and_not_taken_for_none(kernel):
    with pytest.raises(NotEstimable, match="got 'zne'"):
        mitigated_kernel(kernel, X, method="zne", shots=10)
