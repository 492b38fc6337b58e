"""Intervals from patients drawn again, with replacement."""

from collections.abc import Iterator

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Row, interval, since
from probatum.analysis import bootstrapped as b

REPLICATES = 400


def rows() -> Iterator[Row]:
    """400 replicates; fewer than anybody should report, enough to see what holds."""
    for kind in ("percentile", "basic", "bca"):
        options = {"seed": 1, "replicates": REPLICATES, "interval": kind}
        yield interval(
            f"bootstrap-auc ({kind})",
            of.scores,
            lambda *a, o=options: b.bootstrap_auc(*a, **o),
            of.area(),
            since(200),
            why="draws from few events",
            rounds=500,
        )
        yield interval(
            f"bootstrap-auc-difference ({kind})",
            of.two_scores,
            lambda *a, o=options: b.bootstrap_auc_difference(*a, **o),
            of.area() - of.area(of.WEAKER),
            since(200),
            why="draws from few events",
            rounds=500,
        )
        yield interval(
            f"bootstrap-slope ({kind})",
            of.risks,
            lambda *a, o=options: b.bootstrap_slope(*a, **o),
            1,
            since(200),
            why="replicates of few events are nearly separated",
            rounds=200,
            sizes=(50, 200),
        )
