"""How often an interval held the truth, or a test erred, in samples of one size.

What was simulated is kept in `var/coverage`, under a hash of everything it rests on: a run that
was cut goes on where it was, and a statistic that changed is simulated again.
"""

import hashlib
import json
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import grimp
import numpy as np
import scipy
from threadpoolctl import threadpool_limits

from benchmarks.coverage.row import Row
from benchmarks.coverage.rows import module_of, rows
from probatum.errors import NotEstimable

KEPT = Path(__file__).parents[2] / "var/coverage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Samples in which a row said yes, those in which the statistic exists, and all."""

    yes: int
    asked: int
    drawn: int

    @property
    def share(self) -> float:
        """Per cent of the samples in which the statistic exists, of which there are some."""
        return 100 * self.yes / self.asked

    @property
    def refused(self) -> float:
        """Per cent of all samples."""
        return 100 * (1 - self.asked / self.drawn)


def simulated(share: float, workers: int) -> dict[tuple[str, int], Cell]:
    """Every cell of the page; the costliest first, progress to standard error."""
    wanted = [(row.key, n) for row in rows().values() for n in row.sizes]
    found = {one: known for one in wanted if (known := _kept(*one, share)) is not None}
    missing = sorted(set(wanted) - set(found), key=lambda one: (-one[1], one[0]))
    print(f"coverage: {len(found)} cells kept, {len(missing)} to simulate", file=sys.stderr)
    with ProcessPoolExecutor(max_workers=workers) as pool:
        running = {pool.submit(cell, *one, share): one for one in missing}
        for done, future in enumerate(as_completed(running), start=1):
            found[running[future]] = future.result()
            key, n = running[future]
            print(f"coverage: {done} of {len(missing)}: {key}, {n}", file=sys.stderr)
    return found


def cell(key: str, n: int, share: float) -> Cell:
    """Simulate one cell and keep it."""
    with threadpool_limits(limits=1):
        found = _simulate(rows()[key], n, share)
    KEPT.mkdir(parents=True, exist_ok=True)
    place = _place(key, n, share)
    half_written = place.with_suffix(".part")
    half_written.write_text(json.dumps(asdict(found)), encoding="utf-8")
    half_written.replace(place)
    return found


@np.errstate(all="ignore")
def _simulate(row: Row, n: int, share: float) -> Cell:
    rng = np.random.default_rng([zlib.crc32(row.key.encode()), n])
    yes, asked, drawn = 0, 0, max(int(row.rounds * share), 20)
    for _ in range(drawn):
        try:
            yes += row.says(*row.draw(n, rng))
        except NotEstimable:
            continue
        asked += 1
    return Cell(yes=yes, asked=asked, drawn=drawn)


def _kept(key: str, n: int, share: float) -> Cell | None:
    place = _place(key, n, share)
    return Cell(**json.loads(place.read_text(encoding="utf-8"))) if place.exists() else None


def _place(key: str, n: int, share: float) -> Path:
    words = [_resting_on(module_of(key)), key, str(n), str(rows()[key].rounds), str(share)]
    return KEPT / (hashlib.sha256("\n".join(words).encode()).hexdigest()[:24] + ".json")


@cache
def _resting_on(module: str) -> str:
    """A hash of a module of rows and of all code that it imports."""
    graph = _imports()
    names = {module} | {
        name
        for name in graph.find_upstream_modules(module)
        if name != "probatum.analysis.catalogue"
    }
    parts = [np.__version__, scipy.__version__, *_texts(sorted(names))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _texts(names: list[str]) -> Iterator[str]:
    for name in names:
        file = import_module(name).__file__
        if file is not None:
            yield Path(file).read_text(encoding="utf-8")


@cache
def _imports() -> grimp.ImportGraph:
    return grimp.build_graph("probatum", "benchmarks", cache_dir=None)
