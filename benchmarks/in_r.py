"""Peers written in R, timed by R itself; where R or the package is not installed, left out."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Contender, How

PACKAGES = ("boot", "pROC")

VERSIONS = """
cat("R", paste(R.version$major, R.version$minor, sep = "."), "\\n")
for (one in intersect(c({packages}), rownames(installed.packages())))
  cat(one, as.character(packageVersion(one)), "\\n")
"""

PROGRAM = """
suppressMessages(library({package}))
set.seed(1)
{columns}
begun <- proc.time()
{code}
spent <- proc.time() - begun
told <- c(spent[["elapsed"]], spent[["user.self"]] + spent[["sys.self"]], result)
cat(format(told, digits = 17), sep = "\\n")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Numbers that R found, and the wall and processor seconds it took to."""

    numbers: NDArray[np.float64]
    wall: float
    cpu: float


def contenders(
    name: str,
    *,
    how: How,
    package: str,
    code: str,
    columns: Mapping[str, NDArray[np.float64]],
    share: float = 1.0,
    tolerance: float | None = None,
) -> Iterator[Contender]:
    """Yield the contender whose R code makes ``result`` of ``columns``; none without R.

    Loading the package and reading the columns is not timed.
    """
    if package not in versions():
        print(f"left out: {name}; there is no R with {package} here", file=sys.stderr)
        return
    yield Contender(
        name=f"R, {name}",
        how=how,
        run=partial(_told, package, code, columns),
        share=share,
        rounds=1 if share < 1 else None,
        tolerance=tolerance,
        clock=lambda told: (told.wall, told.cpu),
    )


@cache
def versions() -> dict[str, str]:
    """Return the versions of R and of its packages that are peers, as far as installed."""
    if shutil.which("Rscript") is None:
        return {}
    packages = ", ".join(f'"{package}"' for package in PACKAGES)
    words = _said(VERSIONS.format(packages=packages)).split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _told(package: str, code: str, columns: Mapping[str, NDArray[np.float64]]) -> Told:
    with tempfile.TemporaryDirectory() as folder:
        read = []
        for name, values in columns.items():
            file = Path(folder, name)
            np.asarray(values, dtype=np.float64).tofile(file)
            read.append(f'{name} <- readBin("{file}", "double", {values.size})')
        program = PROGRAM.format(package=package, columns="\n".join(read), code=code)
        wall, cpu, *numbers = (float(word) for word in _said(program).split())
    return Told(numbers=np.array(numbers), wall=wall, cpu=cpu)


def _said(program: str) -> str:
    command = ["Rscript", "--vanilla", "-e", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
