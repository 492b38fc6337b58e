"""Kernels larger than memory: the same bytes, and a refusal where there is no room."""

import shutil
import tracemalloc

import numpy as np
import pytest

from probatum.errors import CircuitError, DataError, NotEstimable
from probatum.quantum.encodings import angle_encoding, zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.blocks import block_size
from probatum.quantum.kernels.fidelity import cross_gram, gram
from probatum.quantum.kernels.large import fidelity_cross_gram, fidelity_gram
from probatum.quantum.kernels.storage import KernelFile
from probatum.quantum.kernels.workload import physical_memory
from tests.quantum.kernels.tiles import ROWS, SMALL, TINY


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
@pytest.mark.parametrize("circuit", [zz_encoding(3), angle_encoding(3, repetitions=2)])
def test_the_kernel_of_a_circuit_is_the_kernel_of_its_states(circuit, dtype):
    expected = gram(states(circuit, ROWS, dtype=dtype))
    atol = 1e-14 if dtype is np.complex128 else 1e-6
    np.testing.assert_allclose(
        fidelity_gram(circuit, ROWS, dtype=dtype), expected, atol=atol, rtol=0
    )


def test_states_that_just_fit_are_made_once_and_not_tile_by_tile():
    planes, told = 3 * 8 * 2**3, []
    for memory in (len(ROWS) * planes, len(ROWS) * planes - 1):
        told.append([])
        fidelity_gram(
            zz_encoding(3), ROWS, memory=memory, progress=lambda *pair: told[-1].append(pair)
        )
    assert told[0] == []
    assert told[1]


@pytest.mark.parametrize("circuit", [zz_encoding(3), angle_encoding(3, repetitions=2)])
@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
@pytest.mark.parametrize("threads", [1, 2])
def test_neither_memory_nor_threads_change_the_bytes(circuit, dtype, threads, tmp_path):
    whole = fidelity_gram(circuit, ROWS, dtype=dtype)
    for memory in (TINY, SMALL):
        tiled = fidelity_gram(circuit, ROWS, dtype=dtype, memory=memory, threads=threads)
        assert tiled.tobytes() == whole.tobytes()
    file = tmp_path / "kernel.npy"
    written = fidelity_gram(circuit, ROWS, dtype=dtype, memory=TINY, threads=threads, out=file)
    assert written.tobytes() == whole.tobytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kernel.npy"]


def test_the_kernel_between_two_cohorts_in_tiles_is_the_same(tmp_path):
    circuit, others = zz_encoding(3), ROWS[:700] + 0.1
    whole = fidelity_cross_gram(circuit, ROWS, others)
    expected = cross_gram(states(circuit, ROWS), states(circuit, others))
    np.testing.assert_allclose(whole, expected, atol=1e-14)
    file = tmp_path / "cross.npy"
    tiled = fidelity_cross_gram(circuit, ROWS, others, memory=TINY, out=file)
    assert tiled.tobytes() == whole.tobytes()


def test_a_kernel_kept_in_single_precision_is_the_rounded_one(tmp_path):
    kernel = fidelity_gram(
        zz_encoding(3), ROWS, memory=TINY, out=tmp_path / "k.npy", kernel_dtype=np.float32
    )
    assert kernel.dtype == np.float32
    assert np.array_equal(kernel, fidelity_gram(zz_encoding(3), ROWS).astype(np.float32))


def test_a_kernel_of_integers_is_refused():
    with pytest.raises(CircuitError, match="float32 or float64"):
        fidelity_gram(zz_encoding(3), ROWS, kernel_dtype=np.int64)


def test_threads_that_are_none_are_refused():
    with pytest.raises(CircuitError, match="threads — expected a whole number"):
        fidelity_gram(zz_encoding(3), ROWS, threads=0)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="expected a folder"):
        fidelity_gram(zz_encoding(3), ROWS, out=tmp_path / "none" / "kernel.npy")


def test_a_disk_too_small_is_refused_before_anything_is_written(tmp_path):
    """The file is filled as memory is: a full disk would end the process without a word."""
    free = shutil.disk_usage(tmp_path).free
    shape = (int(free**0.5), int(free**0.5))
    with pytest.raises(DataError, match="expected room for"):
        KernelFile(
            tmp_path / "kernel.npy", shape=shape, dtype=np.dtype(np.float64), digest="made up"
        )
    assert list(tmp_path.iterdir()) == []


def test_a_kernel_larger_than_memory_needs_a_file():
    patients = int((2 * physical_memory() / 8) ** 0.5)
    with pytest.raises(NotEstimable, match=r"name a file for it \(out\)"):
        fidelity_gram(angle_encoding(1), np.zeros((patients, 1)))


def test_what_is_held_beside_the_kernel_does_not_grow_with_the_patients(tmp_path):
    circuit, few = zz_encoding(6), np.zeros((16, 6))

    def held(tiles):
        rows = np.random.default_rng(0).uniform(0, np.pi, (tiles * block_size(6), 6))
        tracemalloc.start()
        fidelity_cross_gram(circuit, rows, few, memory=TINY, out=tmp_path / "k.npy")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most - rows.nbytes

    assert held(12) < 1.15 * held(4)
