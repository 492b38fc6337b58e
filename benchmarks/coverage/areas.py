"""Areas under the curve, operating points and precision, from outcomes and scores."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy import special

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Row, interval, null_test, since
from probatum.analysis import discrimination as d

FEW = "clusters of 5: four of them at n = 20"
HALF = "a group holds half of the n patients"
BIASED = "a mean of few precisions: biased upwards, and its error is underrated"


def rows() -> Iterator[Row]:
    """Areas, then points of the curve."""
    yield from _areas()
    yield from _clustered()
    yield from _points()
    yield from _tests()


def _areas() -> Iterator[Row]:
    plain = of.area()
    yield interval(
        "auc (wald)",
        of.scores,
        d.auc,
        plain,
        since(200),
        why="DeLong's error is too small for six events",
    )
    logit = lambda *a: d.auc(*a, interval="logit")  # noqa: E731
    yield interval("auc (logit)", of.scores, logit, plain, since(50))
    gain = plain - of.area(of.WEAKER)
    yield interval("auc-difference", of.two_scores, d.auc_difference, gain, since(200))
    yield interval(
        "auc-difference-unpaired",
        of.two_groups,
        d.auc_difference_unpaired,
        gain,
        since(200),
        why=HALF,
    )


def _clustered() -> Iterator[Row]:
    together = np.sqrt(1 + of.SHARED**2)
    yield interval(
        "clustered-auc",
        of.clustered_scores,
        d.clustered_auc,
        of.area(spread=together),
        since(200),
        why=FEW,
    )
    yield interval(
        "clustered-auc-difference",
        of.clustered_two_scores,
        d.clustered_auc_difference,
        of.area(spread=together) - of.area(of.WEAKER, together),
        since(200),
        why=FEW,
    )


def _points() -> Iterator[Row]:
    yield interval(
        "partial-auc (to a false positive rate of 0.2)",
        of.scores,
        lambda *a: d.partial_auc(*a, fpr_max=0.2),
        lambda: of.partial_area(0.2),
        since(200),
        why="rests on the few controls of the highest scores",
    )
    yield interval(
        "sensitivity-at-specificity (0.8)",
        of.scores,
        lambda *a: d.sensitivity_at_specificity(*a, specificity=0.8),
        special.ndtr(of.SEPARATION + special.ndtri(0.2)),
        since(200),
    )
    yield interval(
        "specificity-at-sensitivity (0.8)",
        of.scores,
        lambda *a: d.specificity_at_sensitivity(*a, sensitivity=0.8),
        special.ndtr(of.SEPARATION - special.ndtri(0.8)),
        since(200),
    )
    for variance in ("influence", "binomial"):
        yield interval(
            f"average-precision ({variance})",
            of.scores,
            lambda *a, v=variance: d.average_precision(*a, variance=v),
            of.mean_precision,
            since(200),
            why=BIASED if variance == "influence" else "",
        )


def _tests() -> Iterator[Row]:
    asked: dict[Callable[..., Any], tuple[of.Draw, str]] = {
        d.auc_difference: (of.equal_scores, "few events"),
        d.auc_difference_unpaired: (of.equal_groups, HALF),
        d.clustered_auc_difference: (of.clustered_equal_scores, FEW),
    }
    for ask, (draw, why) in asked.items():
        yield null_test(
            ask.__name__.replace("_", "-"),
            draw,
            lambda *a, f=ask: f(*a).p_value,
            since(200),
            why=why,
        )
    margin = of.area() - of.area(of.WEAKER)
    yield null_test(
        "auc-difference (non-inferiority, at the margin)",
        lambda n, rng: _turned(of.two_scores(n, rng)),
        lambda *a: d.non_inferiority(d.auc_difference(*a), margin=margin).p_value,
        since(200),
        level=0.025,
    )


def _turned(drawn: tuple[Any, ...]) -> tuple[Any, ...]:
    y, a, b = drawn
    return y, b, a
