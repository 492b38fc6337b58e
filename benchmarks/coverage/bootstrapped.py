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
        for ask, draw, truth in (
            (b.bootstrap_auc, of.scores, of.area()),
            (b.bootstrap_auc_difference, of.two_scores, of.area() - of.area(of.WEAKER)),
        ):
            yield interval(
                f"{ask.__name__.replace('_', '-')} ({kind})",
                draw,
                lambda *a, f=ask, o=options: f(*a, **o),
                truth,
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
