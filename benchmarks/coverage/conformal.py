"""Whether sets of predictions hold as many truths as they promised."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.coverage.row import EXACT, Row, conservative, null_test
from probatum.analysis import conformal as c

CALIBRATED = 99
ALPHA = 0.1
ASKED = {"calibrated_on": CALIBRATED, "alpha": ALPHA}


def rows() -> Iterator[Row]:
    """Sets calibrated on 99 patients, or on n."""
    yield Row(
        name="coverage (of the sets of one calibration)",
        kind="interval",
        draw=_covered,
        says=lambda held, truth: _within(c.coverage(held, **ASKED).interval, truth),
        nominal=95,
        promise=conservative("Clopper-Pearson, exact in each tail"),
    )
    yield Row(
        name="coverage-range (over calibrations of n patients)",
        kind="interval",
        draw=lambda n, rng: (n, c.conformal_quantile(rng.random(n), alpha=ALPHA)),
        says=lambda n, truth: _within(c.coverage_range(n, alpha=ALPHA), truth),
        nominal=95,
        promise=EXACT,
    )
    yield null_test(
        "coverage (beta-binomial)",
        _covered,
        lambda held, _: c.coverage(held, **ASKED).p_value,
        conservative("exact and discrete"),
    )


def _covered(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Whether sets hold the truth of n new patients, and the share that they hold."""
    cut = c.conformal_quantile(rng.random(CALIBRATED), alpha=ALPHA)
    return rng.random(n) <= cut, cut


def _within(bounds: tuple[float, float], truth: float) -> bool:
    return bool(bounds[0] <= truth <= bounds[1])
