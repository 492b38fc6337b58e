"""The page of coverage and error: two tables, what is off in them, and what stands for what."""

import math
from collections.abc import Iterator, Mapping
from typing import Literal

from benchmarks.coverage.offered import STANDS_FOR
from benchmarks.coverage.row import SIZES, Row
from benchmarks.coverage.rows import rows
from benchmarks.coverage.simulation import Cell

FEWEST = 100
"""Samples in which a statistic must exist for a share to be told."""

HEAD = """# How often intervals hold the truth, and tests find what is not there

Written by `make coverage`. Every interval is asked for at 95 % on samples of 20, 50 and 200
patients (cases, in reader studies and of raters) of a population whose truth is known by
formula or quadrature, never by simulation. The tables say in how many of a hundred samples
an interval held the truth, and in how many a test found what is not there.

**±** is two standard errors of the simulation, in percentage points, at the nominal level:
a cell may be off by that much by chance. In brackets, the share of samples for which the
statistic is refused (an area with one class, say); those samples are left out, and where
fewer than 100 are left the cell is `-`.

**Bold** is a cell that is off: coverage below 93 or above 97; an error outside 4 to 6 (2 to
3 for one-sided tests at 2.5). Where theory promises no more than the level, an error is off
when it exceeds the level by more than ±, and coverage also when it falls short of 95 by
more than that. What theory promises: score methods from five expected in each count; fits
of one and of two parameters from 15 and from 50 events; areas and means of skewed values
from n = 200; reader studies from 50 cases, other agreement from 50. 30 of 100 patients have
the event in most populations.

These promises are ours, and not all were made blind. After a trial with 15 % of the samples
these were changed: the intervals of brier, spiegelhalter, net-benefit and cohen-kappa from
n = 50 to n = 200; icc of form 2 from n = 20 to none; Newcombe's paired-difference from no
worse to n = 50. After a run with all samples two tests of reader studies whose cells lay at
3.8 were given three times as many, and those with fixed cases, which then lay at 3.6, went from
n = 20 to n = 50 like the others. No other was changed after its cells were seen.

Four methods were changed because this page contradicted them: the rank test of
classifier-test erred 9 to 13 times in a hundred, and was taken out; single-arm, on the scale
of the area, erred 4.8 times at 2.5 with n = 200, and is on log odds now; the tests of
fleiss-kappa and of krippendorff-alpha erred 7.1 and 6.5 times at n = 50 with the error of the
interval, and have the error by chance now.

A bold cell at a size below the one promised is where the method does not hold yet, and the
last column says why, where a reason is supposed; the reasons were not tested. A bold cell
at a size that is promised is where this page contradicts the promise: suspect the method,
or its code.
"""


def page(cells: Mapping[tuple[str, int], Cell]) -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    yield from _table("Intervals, nominal 95", "interval", cells)
    yield from _table("Tests, with nothing to find", "test", cells)
    yield "## Represented by another row"
    yield ""
    yield "These call the same code, or only arrange what it gives."
    yield ""
    yield "| statistic | row | why |"
    yield "|---|---|---|"
    for name, (other, why) in sorted(STANDS_FOR.items()):
        yield f"| {name} | {other} | {why} |"


def _table(
    title: str, kind: Literal["interval", "test"], cells: Mapping[tuple[str, int], Cell]
) -> Iterator[str]:
    nominal = " nominal |" if kind == "test" else ""
    sizes = " | ".join(f"n = {n}" for n in SIZES)
    yield f"## {title}"
    yield ""
    yield f"| {kind} |{nominal} theory promises | {sizes} | ± | samples | where it is off |"
    yield "|---" * (8 + bool(nominal)) + "|"
    for row in (one for one in rows().values() if one.kind == kind):
        yield line(row, cells)
    yield ""


def line(row: Row, cells: Mapping[tuple[str, int], Cell]) -> str:
    """One row of a table."""
    nominal = [f"{row.nominal:g}"] if row.kind == "test" else []
    told = [told_of(row, n, cells[row.key, n]) if n in row.sizes else "" for n in SIZES]
    why = row.why if any("**" in one for one in told) else ""
    columns = [
        row.name,
        *nominal,
        row.promise.words,
        *told,
        _error(row),
        f"{row.rounds:,}",
        why,
    ]
    return f"| {' | '.join(columns)} |"


def told_of(row: Row, n: int, found: Cell) -> str:
    """One cell."""
    refused = f" ({found.refused:.0f})" if found.refused >= 0.5 else ""
    if found.asked < FEWEST:
        return f"-{refused}"
    share = f"{found.share:.1f}"
    return (f"**{share}**" if is_off(row, n, found) else share) + refused


def is_off(row: Row, n: int, found: Cell) -> bool:
    """Whether a cell is bold."""
    chance = 2 * math.sqrt(row.nominal * (100 - row.nominal) / found.asked)
    if row.kind == "interval":
        is_short = row.promise.kind == "no worse" and found.share < row.nominal - chance
        return is_short or not 93 <= found.share <= 97
    if row.promise.kind == "none" or n < row.promise.since:
        return not row.nominal * 0.8 <= found.share <= row.nominal * 1.2
    if row.promise.kind == "no worse":
        return found.share > row.nominal + chance
    return not row.nominal * 0.8 <= found.share <= row.nominal * 1.2


def _error(row: Row) -> str:
    return f"{2 * math.sqrt(row.nominal * (100 - row.nominal) / row.rounds):.1f}"
