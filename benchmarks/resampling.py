"""Two thousand bootstrap replicates of the area and of the calibration slope, and elsewhere.

Ten thousand patients, percentile intervals. Draws differ from one to the other, so intervals
do: a result is the same where the estimate is, and the interval's width but for chance. A peer
that would take minutes draws a share of the replicates, and its time is divided by it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from benchmarks import in_r
from benchmarks.harness import Comparison, Contender, How
from probatum.analysis.bootstrapped import bootstrap_auc, bootstrap_slope
from probatum.analysis.estimate import Estimate

Column = NDArray[Any]
Found = NDArray[np.float64]
"""Estimate, lower and upper bound; one row a statistic."""
Statistic = Callable[[Column, Column], float]

PATIENTS, REPLICATES, SEED = 10_000, 2_000, 1
LIMIT = 10.0
CLOCK = f"{LIMIT:g} s by the clock"
CHANCE = 0.12
"""How far widths of 2,000 replicates may lie apart, as a share; of a tenth, three times it."""

PROC = """
found <- ci.auc(roc(y, p, levels = c(0, 1), direction = "<", quiet = TRUE),
                method = "bootstrap", boot.n = {replicates}, boot.stratified = TRUE,
                progress = "none")
result <- c(auc(y, p, levels = c(0, 1), direction = "<", quiet = TRUE), found[1], found[3])
"""
BOOT = """
slope <- function(data, rows)
  glm.fit(cbind(1, data[rows, 2]), data[rows, 1], family = binomial())$coefficients[2]
found <- boot(cbind(y, qlogis(p)), slope, R = {replicates})
result <- c(found$t0, quantile(found$t, c(0.025, 0.975)))
"""


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Yield the area, the slope, and both one after the other."""
    patients, replicates = (1_000, 400) if quick else (PATIENTS, REPLICATES)
    y, p = cohort(patients)
    yield _comparison("area", y, p, replicates, _areas(y, p, replicates))
    yield _comparison("calibration slope", y, p, replicates, _slopes(y, p, replicates))
    yield _comparison(
        "area and calibration slope",
        y,
        p,
        replicates,
        (
            *_ours(y, p, replicates, bootstrap_auc, bootstrap_slope),
            Contender(name=CLOCK, how="limit", run=partial(time.sleep, LIMIT), rounds=1),
        ),
    )


def _comparison(
    what: str, y: Column, p: Column, replicates: int, contenders: tuple[Contender, ...]
) -> Comparison:
    held = any(contender.name == CLOCK for contender in contenders)
    return Comparison(
        title=f"bootstrap of the {what}",
        params={"patients": y.size, "events": int(y.sum()), "replicates": replicates},
        contenders=contenders,
        difference=_difference,
        targets={CLOCK: 1.0} if held else {},
        tolerance=CHANCE,
    )


def cohort(patients: int) -> tuple[Column, Column]:
    """Return who had the event, and a risk that is a little too bold."""
    rng = np.random.default_rng(0)
    score = rng.normal(-1.5, 1.2, patients)
    return rng.random(patients) < special.expit(0.85 * score), special.expit(score)


def _difference(ours: Found, theirs: Any) -> float | None:
    """The larger of: estimates apart, in widths; and widths apart, as a share."""
    if theirs is None:
        return None
    found = np.reshape(theirs.numbers if isinstance(theirs, in_r.Told) else theirs, (-1, 3))
    width, other = ours[:, 2] - ours[:, 1], found[:, 2] - found[:, 1]
    apart = np.abs(found[:, 0] - ours[:, 0]) / width
    return float(max(apart.max(), np.abs(other / width - 1).max()))


def _ours(
    y: Column, p: Column, replicates: int, *ways: Callable[..., Estimate]
) -> Iterator[Contender]:
    def run(workers: int) -> Found:
        found = [way(y, p, seed=SEED, replicates=replicates, workers=workers) for way in ways]
        return np.array([(one.value, *one.interval) for one in found])

    yield Contender(name="probatum, one thread", how="ours", run=partial(run, 1), threads=1)
    yield Contender(name="probatum, two threads", how="ours", run=partial(run, 2))


# ------------------------------------------------------------------ the area


def _areas(y: Column, p: Column, replicates: int) -> tuple[Contender, ...]:
    from sklearn.metrics import roc_auc_score

    return (
        *_ours(y, p, replicates, bootstrap_auc),
        _of_scipy("scikit-learn roc_auc_score", "as used", roc_auc_score, y, p, replicates),
        _of_scipy("textbook: rank sum", "tuned", rank_sum, y, p, replicates),
        *in_r.contenders(
            "pROC ci.auc, bootstrap",
            how="as used",
            package="pROC",
            code=PROC.format(replicates=replicates),
            columns={"y": y, "p": p},
        ),
    )


def rank_sum(y: Column, p: Column) -> float:
    """Return the area by Wilcoxon's rank sum."""
    events = np.count_nonzero(y)
    above = stats.rankdata(p)[y > 0].sum() - events * (events + 1) / 2
    return float(above / (events * (y.size - events)))


# ------------------------------------------------------------------ the slope


def _slopes(y: Column, p: Column, replicates: int) -> tuple[Contender, ...]:
    few = replicates // 10
    return (
        *_ours(y, p, replicates, bootstrap_slope),
        _of_scipy("statsmodels GLM", "as used", _by_glm, y, p, replicates, few),
        _of_scipy("statsmodels Logit", "as used", _by_logit, y, p, replicates, few),
        _of_scipy("scikit-learn, Newton", "tuned", _by_sklearn, y, p, replicates, few),
        *in_r.contenders(
            "boot with glm.fit",
            how="tuned",
            package="boot",
            code=BOOT.format(replicates=few),
            columns={"y": y, "p": p},
            share=few / replicates,
            tolerance=3 * CHANCE,
        ),
    )


def _by_glm(y: Column, p: Column) -> float:
    import statsmodels.api as sm

    design = sm.add_constant(special.logit(p))
    return float(sm.GLM(y, design, family=sm.families.Binomial()).fit().params[1])


def _by_logit(y: Column, p: Column) -> float:
    import statsmodels.api as sm

    return float(sm.Logit(y, sm.add_constant(special.logit(p))).fit(disp=0).params[1])


def _by_sklearn(y: Column, p: Column) -> float:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10)
    return float(model.fit(special.logit(p)[:, None], y).coef_[0, 0])


# ------------------------------------------------------------------ SciPy's bootstrap


def _of_scipy(
    name: str,
    how: How,
    statistic: Statistic,
    y: Column,
    p: Column,
    replicates: int,
    few: int | None = None,
) -> Contender:
    drawn = few or replicates

    def run() -> Found:
        found = stats.bootstrap(
            (y, p),
            statistic,
            n_resamples=drawn,
            vectorized=False,
            paired=True,
            method="percentile",
            rng=np.random.default_rng(SEED),
        )
        return np.array([[statistic(y, p), *found.confidence_interval]])

    statistic(y, p)  # so that no import is timed
    return Contender(
        name=f"SciPy bootstrap, {name}",
        how=how,
        run=run,
        share=drawn / replicates,
        rounds=1 if few else None,
        threads=1,
        tolerance=3 * CHANCE if few else None,
    )
