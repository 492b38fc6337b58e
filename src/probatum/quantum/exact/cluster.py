"""Wide work moved to a cluster: the same pieces, the same bytes, on other machines.

Pieces of work go through joblib; inside this context they go to the workers of a Dask
scheduler. The workers need the same version of Probatum and the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import joblib

from probatum.errors import Unavailable


@contextmanager
def on_cluster(address: str | None) -> Iterator[None]:
    """Let joblib work on a cluster while the context lasts; here, where no address is given.

    Parameters
    ----------
    address : str, optional
        Of a Dask scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    Unavailable
        When Dask is not installed, or the scheduler does not answer.

    Examples
    --------
    >>> with on_cluster(None):
    ...     joblib.Parallel()(joblib.delayed(abs)(x) for x in (-1, 2))
    [1, 2]
    """
    if address is None:
        yield
        return
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise Unavailable(
            "cluster — expected the library dask.distributed, got none installed — "
            "install the extra 'cluster'"
        ) from None
    try:
        client = distributed.Client(address, set_as_default=False)
    except OSError:
        raise Unavailable(
            f"cluster — expected a Dask scheduler at {address}, got no answer — "
            "start it, or correct the address"
        ) from None
    with client, joblib.parallel_config(backend="dask", client=client):
        yield
