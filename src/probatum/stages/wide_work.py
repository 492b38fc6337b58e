"""Where a stage's wide work runs: on this machine, or on the cluster that the shell names.

    PROBATUM_SCHEDULER=tcp://host:8786 dvc repro

moves fits and refits to the workers of a Dask scheduler; the evidence is the same to the byte.
"""

import os
from contextlib import AbstractContextManager

from probatum.quantum.exact.cluster import on_cluster

SCHEDULER = "PROBATUM_SCHEDULER"
"""Variable of the shell that holds a scheduler's address."""


def wide_work() -> AbstractContextManager[None]:
    """The context in which a stage does what can be shared out."""
    return on_cluster(os.environ.get(SCHEDULER))
