"""Wide work moved to a cluster: the same pieces, the same bytes, on other machines.

Pieces of work go through joblib; inside this context they go to the workers of a Dask
scheduler. Workers of another version, or whose processors sum in another order, would give
other bytes: they are refused before any work is sent.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

import joblib

from probatum.errors import Unavailable
from probatum.quantum.exact.arithmetic import arithmetic

PATIENCE = 60
"""Seconds to wait for the first worker of a scheduler that has none yet."""


@contextmanager
def on_cluster(address: str | None, *, patience: float = PATIENCE) -> Iterator[None]:
    """Let joblib work on a cluster while the context lasts; here, where no address is given.

    Parameters
    ----------
    address : str, optional
        Of a Dask scheduler, such as ``tcp://host:8786``.
    patience : float
        Seconds to wait for its first worker.

    Raises
    ------
    Unavailable
        When Dask is not installed, the scheduler does not answer or has no workers, or a
        worker's arithmetic is not this machine's.

    Examples
    --------
    >>> with on_cluster(None):
    ...     joblib.Parallel()(joblib.delayed(abs)(x) for x in (-1, 2))
    [1, 2]
    """
    if address is None:
        yield
        return
    with _client(address) as client:
        _expect_workers(client, patience)
        _expect_one_arithmetic(client)
        with joblib.parallel_config(backend="dask", client=client):
            yield


def _client(address: str) -> Any:
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise Unavailable(
            "cluster — expected the library dask.distributed, got none installed — "
            "install the extra 'cluster'"
        ) from None
    with suppress(OSError, ValueError):
        return distributed.Client(address, set_as_default=False)
    # A client that failed stops its loop when it is collected; left to chance, that may happen
    # while another is starting, and each then waits for the other.
    gc.collect()
    raise Unavailable(
        f"cluster — expected a Dask scheduler at {address!r}, got no answer — start it, or "
        "correct the address"
    )


def _expect_workers(client: Any, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError:
        raise Unavailable(
            f"cluster — expected workers, got none within {patience:g} seconds — start some"
        ) from None


def _expect_one_arithmetic(client: Any) -> None:
    here = arithmetic()
    try:
        there = client.run(arithmetic).values()
    except ImportError:
        raise Unavailable(
            "cluster — expected Probatum at every worker, got one without it — install the "
            "same version there"
        ) from None
    for worker in there:
        for name, ours in here.items():
            if worker.get(name) != ours:
                raise Unavailable(
                    f"cluster — expected this machine's {name} ({ours}) at every worker, got "
                    f"{worker.get(name)} — install the same versions there, and start the "
                    "workers with the settings of dvc.yaml (OPENBLAS_CORETYPE, "
                    "NPY_DISABLE_CPU_FEATURES)"
                )
