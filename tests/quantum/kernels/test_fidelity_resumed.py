"""The run of a large kernel that was stopped goes on, and only as the same run."""

import subprocess
import sys

import numpy as np
import pytest

from probatum.quantum.encodings import zz_encoding
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.kernels.large import fidelity_gram
from tests.quantum.kernels.tiles import PATIENTS, ROWS, TINY


class Stopped(Exception):
    """What stops a run in these tests."""


def stop_after(pairs):
    def progress(done, of):
        if done == pairs:
            raise Stopped

    return progress


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
