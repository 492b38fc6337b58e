"""Several hypotheses at once: how often any true one is given up."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy import special

from benchmarks.coverage.row import EXACT, Row, conservative, null_test
from probatum.analysis import multiplicity as m

ALIKE = 0.5
"""Correlation of the measurements of a patient."""
EFFECT = 3.0
TRUE = 2
"""Of four hypotheses, where some are false."""
CHAIN = [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def rows() -> Iterator[Row]:
    """Four means of correlated normal values of n patients."""
    procedures = {
        "bonferroni": m.bonferroni,
        "holm": m.holm,
        "hochberg": m.hochberg,
        "hommel": m.hommel,
    }
    for name, procedure in procedures.items():
        yield null_test(
            f"{name} (four true hypotheses)",
            lambda n, rng: _p_values(n, rng, (0.0,) * 4),
            lambda p, f=procedure: float(f(p).adjusted.min()),
            conservative("any dependence of positive kind"),
        )
    for name in ("holm", "hochberg", "hommel"):
        yield null_test(
            f"{name} (two true of four hypotheses)",
            lambda n, rng: _p_values(n, rng, (0.0,) * TRUE + (EFFECT,) * (4 - TRUE)),
            lambda p, f=procedures[name]: float(f(p).adjusted[:TRUE].min()),
            conservative("any dependence of positive kind"),
        )
    yield null_test(
        "fixed-sequence (four true hypotheses)",
        lambda n, rng: _p_values(n, rng, (0.0,) * 4),
        lambda p: float(m.fixed_sequence(p).adjusted.min()),
        EXACT,
    )
    yield null_test(
        "graphical (fallback of two shares, four true hypotheses)",
        lambda n, rng: _p_values(n, rng, (0.0,) * 4),
        lambda p: float(m.graphical(p, [0.5, 0.5, 0, 0], CHAIN).adjusted.min()),
        conservative("any dependence"),
    )


def _p_values(n: int, rng: np.random.Generator, drift: Sequence[float]) -> tuple[Any, ...]:
    own, shared = rng.normal(size=(n, 4)), rng.normal(size=(n, 1))
    values = np.sqrt(1 - ALIKE) * own + np.sqrt(ALIKE) * shared
    z = np.sqrt(n) * values.mean(axis=0) + np.array(drift)
    return (2 * special.ndtr(-np.abs(z)),)
