"""Kernels larger than memory: the same bytes, resumed after a stop, on a cluster too."""

import shutil
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from probatum.errors import CircuitError, DataError, NotEstimable, Unavailable
from probatum.quantum.encodings import angle_encoding, zz_encoding
from probatum.quantum.exact.cluster import on_cluster
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.simulation import states
from probatum.quantum.exact.tiling import columns_of
from probatum.quantum.kernels.blocks import block_size
from probatum.quantum.kernels.fidelity import cross_gram, gram
from probatum.quantum.kernels.large import fidelity_cross_gram, fidelity_gram
from probatum.quantum.kernels.storage import KernelFile
from probatum.quantum.kernels.workload import Workload, physical_memory, tiled

TINY = 1
"""Bytes in which nothing fits: the tiles are as small as they get, and none is kept."""

SMALL = 20_000_000
"""Bytes in which small tiles fit."""

PATIENTS = 2 * block_size(3) + 276
"""Three tiles of the smallest size, six pairs of them."""

ROWS = np.random.default_rng(0).uniform(0, np.pi, (PATIENTS, 3))


class Stopped(Exception):
    """What stops a run in these tests."""


def stop_after(pairs):
    def progress(done, of):
        if done == pairs:
            raise Stopped

    return progress


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


def test_a_stopped_run_leaves_no_kernel_and_continues_where_it_was(tmp_path):
    file, pairs = tmp_path / "kernel.npy", []
    with pytest.raises(Stopped):
        fidelity_gram(zz_encoding(3), ROWS, memory=TINY, out=file, progress=stop_after(4))
    assert not file.exists()
    kernel = fidelity_gram(
        zz_encoding(3),
        ROWS,
        memory=TINY,
        out=file,
        progress=lambda done, of: pairs.append((done, of)),
    )
    assert pairs[0][0] > 1
    assert pairs[-1][0] == pairs[-1][1]
    assert kernel.tobytes() == fidelity_gram(zz_encoding(3), ROWS).tobytes()


@pytest.mark.parametrize("changed", ["data", "circuit", "precision"])
def test_a_stopped_run_of_something_else_is_not_continued(tmp_path, changed):
    file = tmp_path / "kernel.npy"
    with pytest.raises(Stopped):
        fidelity_gram(zz_encoding(3), ROWS, memory=TINY, out=file, progress=stop_after(4))
    circuit = zz_encoding(3, repetitions=1 if changed == "circuit" else 2)
    rows = ROWS + (changed == "data")
    dtype = np.complex64 if changed == "precision" else np.complex128
    first = []
    kernel = fidelity_gram(
        circuit,
        rows,
        memory=TINY,
        dtype=dtype,
        out=file,
        progress=lambda done, of: first.append(done),
    )
    assert first[0] == 1
    assert kernel.tobytes() == fidelity_gram(circuit, rows, dtype=dtype).tobytes()


def test_a_run_that_was_killed_continues(tmp_path):
    code = (
        "import os, numpy as np, pathlib, sys\n"
        "from probatum.quantum.encodings import zz_encoding\n"
        "from probatum.quantum.kernels.large import fidelity_gram\n"
        f"rows = np.random.default_rng(0).uniform(0, np.pi, ({PATIENTS}, 3))\n"
        "kill = lambda done, of: done == 4 and os.kill(os.getpid(), 9)\n"
        f"fidelity_gram(zz_encoding(3), rows, memory={TINY}, progress=kill,\n"
        "              out=pathlib.Path(sys.argv[1]))\n"
    )
    file = tmp_path / "kernel.npy"
    killed = subprocess.run([sys.executable, "-c", code, file], check=False)
    assert killed.returncode == -9
    first = []
    kernel = fidelity_gram(
        zz_encoding(3),
        ROWS,
        memory=TINY,
        out=file,
        progress=lambda done, of: first.append(done),
    )
    assert first[0] > 1
    assert kernel.tobytes() == fidelity_gram(zz_encoding(3), ROWS).tobytes()


def test_a_program_is_known_by_what_it_does():
    same = compiled(zz_encoding(3)).fingerprint
    assert compiled(zz_encoding(3)).fingerprint == same
    assert compiled(zz_encoding(3, repetitions=3)).fingerprint != same
    assert compiled(zz_encoding(3, entanglement="full")).fingerprint != same


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


class TestOnACluster:
    """A Dask scheduler's address is all it takes, and it takes workers that compute alike."""

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", ""])
    def test_a_scheduler_that_does_not_answer_is_refused(self, address):
        import dask.config
        import distributed  # noqa: F401 - its settings must be there before one is changed

        with (
            dask.config.set({"distributed.comm.timeouts.connect": "0.2s"}),
            pytest.raises(Unavailable, match="no answer"),
            on_cluster(address),
        ):
            pass

    @pytest.mark.slow
    def test_a_scheduler_without_workers_is_refused_and_not_waited_for(self):
        with (
            a_cluster(n_workers=0) as cluster,
            pytest.raises(Unavailable, match="expected workers, got none"),
            on_cluster(cluster.scheduler_address, patience=0.2),
        ):
            pass

    @pytest.mark.slow
    def test_workers_whose_processors_sum_in_another_order_are_refused(self):
        """They would give other bytes, and no one would know which worker gave which."""
        other = {"NPY_DISABLE_CPU_FEATURES": "", "OPENBLAS_CORETYPE": "Prescott"}
        with (
            a_cluster(n_workers=1, env=other) as cluster,
            pytest.raises(Unavailable, match="this machine's linear algebra"),
            on_cluster(cluster.scheduler_address),
        ):
            pass

    @pytest.mark.slow
    def test_a_cluster_gives_the_same_bytes_in_memory_and_on_disk(self, tmp_path):
        whole = fidelity_gram(zz_encoding(3), ROWS)
        with a_cluster(n_workers=2) as cluster, on_cluster(cluster.scheduler_address):
            moved = fidelity_gram(zz_encoding(3), ROWS, memory=SMALL)
            file = tmp_path / "kernel.npy"
            written = fidelity_gram(zz_encoding(3), ROWS, memory=TINY, out=file)
            done = pairs_done(cluster)
        assert moved.tobytes() == whole.tobytes()
        assert written.tobytes() == whole.tobytes()
        assert done == 12  # three tiles of patients, six pairs, twice

    @pytest.mark.slow
    def test_every_worker_is_given_work_whatever_the_threads_here(self):
        with a_cluster(n_workers=1, threads_per_worker=5) as cluster:
            with on_cluster(cluster.scheduler_address):
                assert a_workload().workers == 5
            assert a_workload().workers == 1

    def test_patients_are_known_to_be_large_so_that_they_do_not_travel_with_each_pair(self):
        left, _ = tiled(a_workload(), TINY)
        assert sys.getsizeof(left) > ROWS.nbytes


def a_workload():
    """The work of a kernel of these patients, with one thread here."""
    program = compiled(zz_encoding(3))
    return Workload(
        program=program,
        columns=columns_of(program, ROWS),
        others=None,
        dtype=np.dtype(np.complex128),
        device="cpu",
        threads=1,
    )


def a_cluster(n_workers, threads_per_worker=1, env=None):
    """A scheduler and workers in processes of their own."""
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=n_workers,
        threads_per_worker=threads_per_worker,
        processes=True,
        dashboard_address=None,
        env=env or {},
    )


def pairs_done(cluster):
    """How many pairs of tiles the cluster's workers finished."""
    return sum(
        (entry.start, entry.finish) == ("processing", "memory") and "pair_block" in entry.key
        for entry in cluster.scheduler.transition_log
    )


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
