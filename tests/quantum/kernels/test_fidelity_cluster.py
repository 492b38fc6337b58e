"""A kernel computed on a cluster has the same bytes, or the cluster is refused."""

import sys

import numpy as np
import pytest

from probatum.errors import Unavailable
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.exact.cluster import on_cluster
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.tiling import columns_of
from probatum.quantum.kernels.large import fidelity_gram
from probatum.quantum.kernels.workload import Workload, tiled
from tests.quantum.kernels.tiles import ROWS, SMALL, TINY


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
