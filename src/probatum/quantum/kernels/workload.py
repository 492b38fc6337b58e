"""What a fidelity kernel is computed from, and how much of it fits the memory at once."""

from __future__ import annotations

import hashlib
import math
import os
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np

from probatum.errors import NotEstimable
from probatum.quantum.exact.arithmetic import arithmetic
from probatum.quantum.exact.expressions import Columns
from probatum.quantum.exact.program import Program
from probatum.quantum.exact.tiling import expect_counts
from probatum.quantum.kernels.blocks import block_size
from probatum.quantum.kernels.tiles import StateTiles

AT_ONCE = 2
"""Blocks in flight for each worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What is to be computed, and how."""

    program: Program
    columns: Columns
    others: Columns | None
    dtype: np.dtype[Any]
    device: str
    threads: int

    def __post_init__(self) -> None:
        expect_counts(threads=self.threads)

    @property
    def workers(self) -> int:
        """Pieces of work at the same time: threads here, or all that a cluster has."""
        return max(self.threads, _elsewhere())

    @property
    def is_on_this_machine(self) -> bool:
        """Whether there is no cluster to move it to."""
        return _elsewhere() == 1

    @property
    def shape(self) -> tuple[int, int]:
        """Patients in the rows and in the columns of the kernel."""
        other = self.columns if self.others is None else self.others
        return self.columns.shape[1], other.shape[1]

    @property
    def patient_bytes(self) -> int:
        """Bytes of one patient's state as it is multiplied: three planes, or one if real."""
        plane = int(self.dtype.type(0).real.itemsize) << self.program.qubits
        return plane if self.program.is_real else 3 * plane

    @property
    def state_bytes(self) -> int:
        """Bytes of all states; those of a cohort with itself are there once."""
        patients = self.shape[0] if self.others is None else sum(self.shape)
        return patients * self.patient_bytes


def _elsewhere() -> int:
    return int(joblib.effective_n_jobs(None))


def expect_room(work: Workload, kept: np.dtype[Any]) -> None:
    """Refuse a kernel that does not fit this machine's memory.

    Raises
    ------
    NotEstimable
        Saying where else it can go.
    """
    needed, there = math.prod(work.shape) * kept.itemsize, physical_memory()
    if needed > there:
        raise NotEstimable(
            f"kernel in memory — expected at most the {there:,} bytes of this machine, got "
            f"{needed:,} — name a file for it (out), or use landmarks instead of all pairs"
        )


def physical_memory() -> float:
    """Return the bytes of this machine's memory; infinite where it does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):
        return math.inf


def tiled(work: Workload, memory: int) -> tuple[StateTiles, StateTiles | None]:
    """Cut both cohorts into tiles of one size, and share out the memory."""
    size = _tile_size(work, memory // 2)
    cohorts = [work.columns, *([] if work.others is None else [work.others])]
    keep = memory // 2 // (len(cohorts) * size * work.patient_bytes)
    left, *right = (
        StateTiles(work.program, c, dtype=work.dtype, device=work.device, size=size, keep=keep)
        for c in cohorts
    )
    return left, right[0] if right else None


def _tile_size(work: Workload, memory: int) -> int:
    """Return the most patients of which two tiles and their blocks fit for each worker.

    Never less than one block, so that the products are the same whatever the memory.
    """
    block, number = block_size(work.program.qubits), work.dtype.itemsize // 2
    size = 16 * block
    while size > block and memory < work.workers * (
        2 * size * work.patient_bytes + (AT_ONCE + 1) * number * size**2
    ):
        size //= 2
    return size


def digest_of(work: Workload, size: int) -> str:
    """Return a digest of all that decides the numbers, and of the tiles they come in."""
    digest = hashlib.sha256(work.program.fingerprint.encode())
    told = f"{work.dtype} {work.device} {size} {work.shape} {sorted(arithmetic().items())}"
    digest.update(told.encode())
    digest.update(work.columns.tobytes())
    if work.others is not None:
        digest.update(work.others.tobytes())
    return digest.hexdigest()
