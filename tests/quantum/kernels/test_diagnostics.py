"""What the diagnostics of a kernel say, by hand and by law."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from probatum.errors import NotEstimable
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.concentration import concentration
from probatum.quantum.kernels.effective_dimension import (
    degrees_of_freedom,
    effective_dimension,
)
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.geometric_difference import (
    geometric_difference,
    readable_difference,
)
from probatum.quantum.kernels.largest_eigenvalue import largest_eigenvalue
from probatum.quantum.kernels.model_complexity import model_complexity
from probatum.quantum.kernels.repair import repaired


def kernels(patients: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """A radial and a quantum kernel of the same patients."""
    x = np.random.default_rng(0).normal(size=(patients, 3))
    square = ((x[:, np.newaxis] - x[np.newaxis]) ** 2).sum(axis=2)
    return np.exp(-square / 6), gram(states(zz_encoding(3), x))


def test_the_spread_of_three_patients_by_hand():
    kernel = np.array([[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]])
    found = concentration(kernel)
    assert found.mean == pytest.approx(0.2)
    assert found.variance == pytest.approx(0.02 / 3)
    assert found.shots_to_resolve == pytest.approx(150)


def test_random_states_concentrate_on_one_over_the_dimension():
    rng = np.random.default_rng(1)
    psi = rng.normal(size=(300, 256)) + 1j * rng.normal(size=(300, 256))
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    assert concentration(gram(psi)).mean == pytest.approx(1 / 256, rel=0.02)


def test_a_kernel_without_spread_is_resolved_by_no_number_of_shots():
    for overlap in (1.0, 0.1, 0.3):
        kernel = np.full((7, 7), overlap) + (1 - overlap) * np.eye(7)
        assert concentration(kernel).shots_to_resolve == np.inf


def test_two_patients_have_no_spread():
    with pytest.raises(NotEstimable, match="three patients"):
        concentration(np.eye(2))


def test_the_geometric_difference_agrees_with_its_definition():
    classical, quantum = kernels()
    inner = np.linalg.matrix_power(np.linalg.inv(classical + 0.1 * np.eye(40)), 2)
    root_q, root_c = (np.real(sqrtm(kernel)) for kernel in (quantum, classical))
    found = geometric_difference(classical, quantum, regularisation=0.1)
    general = np.sqrt(np.linalg.norm(root_q @ root_c @ inner @ root_c @ root_q, 2))
    training = 0.1 * np.sqrt(np.linalg.norm(root_q @ inner @ root_q, 2))
    assert found.general == pytest.approx(general, rel=1e-8)
    assert found.training == pytest.approx(training, rel=1e-8)


def test_a_kernel_differs_from_itself_by_at_most_one():
    _, quantum = kernels()
    assert geometric_difference(quantum, quantum, regularisation=1e-3).general <= 1


def test_the_scale_of_a_kernel_does_not_count():
    classical, quantum = kernels()
    one, other = (
        geometric_difference(scale * classical, quantum, regularisation=0.1).general
        for scale in (1, 7)
    )
    assert one == pytest.approx(other)


def test_kernels_of_different_patients_are_not_compared():
    with pytest.raises(NotEstimable, match="same patients"):
        geometric_difference(np.eye(3), np.eye(4), regularisation=0.1)


def test_without_regularisation_it_is_the_textbook_formula():
    """As in PennyLane's demonstration: the root of a kernel and the inverse of the other."""
    classical, quantum = kernels()
    root = np.real(sqrtm(quantum))
    textbook = np.sqrt(np.linalg.norm(root @ np.linalg.inv(classical) @ root, 2))
    found = geometric_difference(classical, quantum, regularisation=0)
    assert found.general == pytest.approx(textbook, rel=1e-8)
    assert found.training == 0


def test_a_kernel_differs_from_itself_by_one_without_regularisation():
    classical, _ = kernels()
    found = geometric_difference(classical, classical, regularisation=0)
    assert found.general == pytest.approx(1, rel=1e-9)


def test_kernels_that_share_directions_differ_by_the_largest_ratio():
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))
    classical = (turn * [2, 1, 1, 0.5, 0.5]) @ turn.T
    quantum = (turn * [0.5, 0.5, 1, 2, 1]) @ turn.T
    found = geometric_difference(classical, quantum, regularisation=0)
    assert found.general == pytest.approx(2, rel=1e-9)


def test_the_same_kernels_give_the_same_bytes():
    found = [geometric_difference(*kernels(), regularisation=0.01) for _ in range(2)]
    assert found[0] == found[1]


def test_less_regularisation_differs_more_and_errs_less():
    found = [geometric_difference(*kernels(), regularisation=r) for r in (1e-3, 1e-2, 0.1, 1)]
    assert [f.general for f in found] == sorted((f.general for f in found), reverse=True)
    assert [f.training for f in found] == sorted(f.training for f in found)


def test_the_difference_that_is_read_is_the_most_regularised_one_allowed():
    grid = np.geomspace(1e-8, 1, 17)
    found = readable_difference(*kernels(), regularisations=grid)
    following = grid[np.searchsorted(grid, found.regularisation * 1.01)]
    assert found.training <= 0.045
    assert geometric_difference(*kernels(), regularisation=following).training > 0.045


def test_no_regularisation_small_enough_is_refused():
    with pytest.raises(NotEstimable, match="try smaller ones"):
        readable_difference(*kernels(), regularisations=(1.0,))


def test_a_classical_kernel_without_an_inverse_needs_regularisation():
    with pytest.raises(NotEstimable, match="regularise more"):
        geometric_difference(np.ones((4, 4)), np.eye(4), regularisation=0)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 9999), size=st.integers(1, 40), rank=st.integers(1, 40))
def test_the_largest_eigenvalue_of_a_product_is_that_of_the_dense_product(seed, size, rank):
    rng = np.random.default_rng(seed)
    one, other = rng.normal(size=(size, rank)), rng.normal(size=(size, size))
    kernel, weighting = one @ one.T, other @ other.T
    expected = np.linalg.eigvals(kernel @ weighting).real.max()
    found = largest_eigenvalue(kernel, lambda vector: weighting @ vector)
    assert found == pytest.approx(expected, rel=1e-8)


def test_the_largest_eigenvalue_of_nothing_is_zero():
    assert largest_eigenvalue(np.zeros((3, 3)), lambda vector: vector) == 0


def test_the_effective_dimension_by_hand():
    """Eigenvalues 2, 1, 0: (2+1+0)/3 + (1+0)/2 + 0."""
    assert effective_dimension(np.diag([1.0, 0.0, 2.0])) == pytest.approx(1.5)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 999))
def test_the_effective_dimension_lies_between_one_and_the_number_of_patients(seed):
    x = np.random.default_rng(seed).normal(size=(12, 2))
    kernel = gram(states(zz_encoding(2), x))
    found = effective_dimension(kernel)
    assert 1 <= found <= 12
    assert effective_dimension(5 * kernel) == pytest.approx(found)


def test_degrees_of_freedom_fall_from_the_rank_to_none_as_the_penalty_grows():
    _, quantum = kernels()
    found = [degrees_of_freedom(quantum, penalty) for penalty in (1e-9, 1e-2, 1, 1e6)]
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(np.linalg.matrix_rank(quantum, tol=1e-7), abs=0.2)
    assert found[-1] < 1e-4


def test_the_complexity_agrees_with_its_definition():
    _, quantum = kernels()
    y = np.sign(np.random.default_rng(0).normal(size=40))
    root = np.real(sqrtm(quantum))
    inner = np.linalg.matrix_power(np.linalg.inv(quantum + 0.1 * np.eye(40)), 2)
    found = model_complexity(quantum, y, regularisation=0.1)
    assert found.size == pytest.approx(y @ root @ inner @ root @ y, rel=1e-8)
    assert found.training == pytest.approx(0.1 * np.sqrt(y @ inner @ y / 40), rel=1e-8)


def test_an_outcome_along_the_first_direction_costs_least():
    classical, _ = kernels()
    _, vectors = np.linalg.eigh(classical)
    sizes = [model_complexity(classical, v, regularisation=0).size for v in vectors.T]
    assert sizes == sorted(sizes, reverse=True)


def test_no_outcome_costs_more_than_the_geometric_difference_allows():
    """Huang's inequality: s_c <= g**2 s_q."""
    x = np.random.default_rng(0).normal(size=(30, 3))
    quantum = gram(states(zz_encoding(3, entanglement="full"), 2 * x)) + 1e-6 * np.eye(30)
    square = ((x[:, np.newaxis] - x[np.newaxis]) ** 2).sum(axis=2)
    classical = np.exp(-square)
    ceiling = geometric_difference(classical, quantum, regularisation=0).general ** 2
    for seed in range(10):
        y = np.sign(np.random.default_rng(seed).normal(size=30))
        ours, theirs = (
            model_complexity(k, y, regularisation=0).size for k in (quantum, classical)
        )
        assert theirs <= ceiling * ours * (1 + 1e-9)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: effective_dimension(np.zeros((3, 3))),
        lambda: degrees_of_freedom(np.eye(3), 0.0),
        lambda: model_complexity(np.eye(3), [1, 2], regularisation=0.1),
        lambda: model_complexity(np.ones((3, 3)), [1, 2, 3], regularisation=0),
    ],
)
def test_diagnostics_of_nothing_are_refused(refused):
    with pytest.raises(NotEstimable):
        refused()


BROKEN = np.full((4, 4), np.nan)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: geometric_difference(BROKEN, np.eye(4), regularisation=0.1),
        lambda: geometric_difference(np.eye(4), BROKEN, regularisation=0.1),
        lambda: model_complexity(BROKEN, [1, -1, 1, -1], regularisation=0.1),
        lambda: effective_dimension(BROKEN),
        lambda: concentration(BROKEN),
    ],
)
def test_a_kernel_with_a_hole_gives_no_number(asked):
    """A geometric difference of 0.0 from missing numbers would read as "no advantage"."""
    with pytest.raises(NotEstimable, match="finite numbers"):
        asked()


ONE_WAY = np.array([[1, 0.9, 0.3], [0.1, 1, 0.2], [0.3, 0.2, 1]])


@pytest.mark.parametrize(
    "asked",
    [
        lambda: geometric_difference(ONE_WAY, np.eye(3), regularisation=0.1),
        lambda: geometric_difference(np.eye(3), ONE_WAY, regularisation=0.1),
        lambda: model_complexity(ONE_WAY, [1, -1, 1], regularisation=0.1),
        lambda: effective_dimension(ONE_WAY),
        lambda: concentration(ONE_WAY),
    ],
)
def test_a_kernel_that_depends_on_the_order_of_a_pair_is_refused(asked):
    """As the kernel of a noisy device does; half of it would be read as the whole."""
    with pytest.raises(NotEstimable, match="order of a pair"):
        asked()


def test_rounding_does_not_make_a_kernel_one_sided():
    rng = np.random.default_rng(0)
    single = gram(states(zz_encoding(3), rng.normal(size=(300, 3)))).astype(np.float32)
    single[0, 1] *= np.float32(1 + 1e-6)
    assert effective_dimension(single) > 1


def test_a_kernel_of_nothing_but_zeros_is_not_compared():
    with pytest.raises(NotEstimable, match="classical kernel — expected a kernel with a pos"):
        geometric_difference(np.zeros((3, 3)), np.eye(3), regularisation=0.1)


@pytest.mark.parametrize(
    "asked", [effective_dimension, lambda kernel: degrees_of_freedom(kernel, 0.1)]
)
def test_a_kernel_that_noise_made_invalid_is_not_repaired_in_silence(asked):
    kernel = np.array([[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]])
    with pytest.raises(NotEstimable, match=r"an eigenvalue of -0\.27 — repair it first"):
        asked(kernel)
    assert asked(repaired(kernel, method="clip").kernel) > 1
