"""What decides the last digits of a result: our code, the libraries, the processor's kernels.

Two processes with the same arithmetic give the same bytes. Work is shared, or gone on with,
only between such.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy.linalg  # noqa: F401 - so that its linear algebra is there to be told of
from threadpoolctl import threadpool_info

import probatum

DECIDING = ("numpy", "scipy", "scikit-learn", "qiskit")
"""Packages whose versions decide bytes, beside our own code."""


def arithmetic() -> dict[str, str]:
    """Return what decides the bytes of a result on this machine.

    Examples
    --------
    >>> sorted(arithmetic())
    ['linear algebra', 'numpy', 'probatum', 'qiskit', 'scikit-learn', 'scipy', 'vectors']
    """
    kernels = {
        f"{library['internal_api']} {library.get('architecture', '')}".strip()
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }
    vectors = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    return {
        "probatum": _source_sha256(),
        **{package: version(package) for package in DECIDING},
        "linear algebra": ", ".join(sorted(kernels)),
        "vectors": ", ".join(sorted(vectors)),
    }


@cache
def _source_sha256() -> str:
    """Return a digest of this package's code; a version does not change with every line."""
    folder, digest = Path(probatum.__file__).parent, hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        for part in (path.relative_to(folder).as_posix().encode(), path.read_bytes()):
            digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()
