"""A kernel larger than memory: its time grows as the square of the patients, its memory not.

    python -m benchmarks.memory --patients 50000

writes the kernel of 50,000 patients at 10 qubits (10 GB in single precision), says how long it
took and the most memory the process held, and deletes the file.

    python -m benchmarks.memory --digest --scheduler tcp://host:8786

lets the workers of a Dask cluster do the work; the digest of the file is the same as here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import apart
from benchmarks.harness import Comparison, Contender, How
from probatum.quantum.exact.cluster import on_cluster

QUBITS = 10
KEPT = ("peak_bytes", "file_bytes")
ALLOWED = 2 << 30
"""Bytes a process may hold, beside the file it writes."""

SIZES = (25_000, 50_000)
"""Patients; the larger kernel is a file of 10 GB."""


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Each size against half of it, whose time is multiplied by four."""
    for patients in (2_000,) if quick else SIZES:
        half = patients // 2
        yield Comparison(
            title="fidelity kernel to a file, under 2 GiB resident",
            params={"qubits": QUBITS, "patients": patients},
            contenders=(
                _contender(f"{patients:,} patients", "ours", patients),
                _contender(f"{half:,} patients, times four", "limit", half, share=0.25),
            ),
            details=lambda found: {name: found[name] for name in KEPT},
            targets={f"{half:,} patients, times four": 1.3},
        )


def _contender(name: str, how: How, patients: int, *, share: float = 1.0) -> Contender:
    """One size, in a process of its own."""
    return apart.contender(name, how, lambda: _made(patients), share=share)


def _made(patients: int) -> dict[str, Any]:
    return apart.figures("benchmarks.memory", "--patients", str(patients), allowed=ALLOWED)


def kernel_on_disk(patients: int, folder: Path) -> dict[str, Any]:
    """Write the kernel; return seconds, the most memory held, and the size of the file."""
    from qiskit.circuit.library import zz_feature_map

    from probatum.quantum.kernels.large import fidelity_gram

    rows = np.random.default_rng(0).uniform(0, np.pi, (patients, QUBITS))
    circuit = zz_feature_map(QUBITS, reps=2, entanglement="linear")
    start, spent = time.perf_counter(), time.process_time()
    kernel = fidelity_gram(
        circuit, rows, threads=2, out=folder / "kernel.npy", kernel_dtype=np.float32
    )
    seconds, spent = time.perf_counter() - start, time.process_time() - spent
    peak = apart.most_resident()
    return {
        "patients": patients,
        "seconds": round(seconds, 2),
        "peak_bytes": peak,
        "file_bytes": kernel.nbytes,
        "processor_seconds": round(spent, 2),
    }


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, read a piece at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    """Print the figures of one size as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=50_000)
    parser.add_argument("--folder", type=Path, help="where the file is written, and deleted")
    parser.add_argument("--digest", action="store_true", help="say the file's SHA-256 too")
    parser.add_argument("--scheduler", help="address of a Dask scheduler that shares it out")
    arguments = parser.parse_args()
    with (
        on_cluster(arguments.scheduler),
        tempfile.TemporaryDirectory(dir=arguments.folder) as folder,
    ):
        found = kernel_on_disk(arguments.patients, Path(folder))
        if arguments.digest:
            found["file_sha256"] = digest_of(Path(folder) / "kernel.npy")
        print(json.dumps(found))


if __name__ == "__main__":
    main()
