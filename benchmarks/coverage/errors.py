"""Every test of the statistics, on a population of which its hypothesis is true."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.coverage import populations as of
from benchmarks.coverage.interval import SIZES
from benchmarks.coverage.populations import Draw
from probatum.analysis import (
    calibration,
    conformal,
    discrimination,
    drift,
    multiplicity,
    proportion,
    sequential,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test, put to samples of a population in which there is nothing to find.

    Attributes
    ----------
    name : str
        Of the statistic, and in brackets what was asked for.
    draw : callable
        Takes a size and a generator.
    p_value : callable
        Takes what was drawn.
    promise : str
        What theory promises: ``about`` the level, ``at most`` the level, or why neither.
    level : float
        Nominal error: one half of 5 % for one-sided tests of non-inferiority.
    rounds : int
    """

    name: str
    draw: Draw
    p_value: Callable[..., float | None]
    promise: str = "about"
    level: float = 0.05
    rounds: int = 4000
    sizes: tuple[int, ...] = SIZES


def tests() -> Iterator[Test]:
    """Every test, subject by subject."""
    yield from _discrimination()
    yield from _proportions()
    yield from _calibration()
    yield from _drift()
    yield from _together()


def _discrimination() -> Iterator[Test]:
    d = discrimination
    yield Test(
        name="auc-difference",
        draw=of.equal_scores,
        p_value=lambda *a: d.auc_difference(*a).p_value,
    )
    yield Test(
        name="auc-difference-unpaired",
        draw=of.equal_groups,
        p_value=lambda *a: d.auc_difference_unpaired(*a).p_value,
    )
    margin = of.area() - of.area(of.WEAKER)
    yield Test(
        name="auc-difference (non-inferiority, at the margin)",
        draw=lambda n, rng: _turned(of.two_scores(n, rng)),
        p_value=lambda *a: d.non_inferiority(d.auc_difference(*a), margin=margin).p_value,
        level=0.025,
    )


def _turned(drawn: tuple[Any, ...]) -> tuple[Any, ...]:
    y, a, b = drawn
    return y, b, a


def _proportions() -> Iterator[Test]:
    p = proportion

    def discordant(n: int, rng: np.random.Generator) -> tuple[int, ...]:
        return tuple(int(k) for k in rng.multinomial(n, [0.5, 0.15, 0.15, 0.2]))

    promises = {
        "exact": "at most",
        "mid-p": "about",
        "asymptotic": "about",
        "continuity": "at most",
    }
    for method, promise in promises.items():
        yield Test(
            name=f"mcnemar ({method})",
            draw=discordant,
            p_value=lambda _, b, c, __, m=method: p.mcnemar(b, c, method=m).p_value,
            promise=promise,
        )
    yield Test(
        name="paired-difference (tango)",
        draw=discordant,
        p_value=lambda *a: p.paired_difference(*a).p_value,
    )

    def worse_pairs(n: int, rng: np.random.Generator) -> tuple[int, ...]:
        return tuple(int(k) for k in rng.multinomial(n, [0.6, 0.05, 0.15, 0.2]))

    yield Test(
        name="paired-non-inferiority (at the margin)",
        draw=worse_pairs,
        p_value=lambda *a: p.paired_non_inferiority(*a, margin=0.1).p_value,
        level=0.025,
    )

    def two(
        n: int, rng: np.random.Generator, a: float = 0.3, b: float = 0.3
    ) -> tuple[int, ...]:
        return int(rng.binomial(n // 2, a)), n // 2, int(rng.binomial(n // 2, b)), n // 2

    yield Test(
        name="proportion-difference (miettinen-nurminen)",
        draw=two,
        p_value=lambda *a: p.proportion_difference(*a).p_value,
    )
    yield Test(
        name="proportion-non-inferiority (farrington-manning, at the margin)",
        draw=lambda n, rng: two(n, rng, 0.7, 0.8),
        p_value=lambda *a: p.proportion_non_inferiority(*a, margin=0.1).p_value,
        level=0.025,
    )


def _calibration() -> Iterator[Test]:
    c = calibration
    yield Test(
        name="in-the-large", draw=of.risks, p_value=lambda *a: c.in_the_large(*a).p_value
    )
    yield Test(name="slope", draw=of.risks, p_value=lambda *a: c.slope(*a).p_value)
    yield Test(
        name="spiegelhalter", draw=of.risks, p_value=lambda *a: c.spiegelhalter(*a).p_value
    )
    yield Test(
        name="hosmer-lemeshow (validation)",
        draw=of.risks,
        p_value=lambda *a: c.hosmer_lemeshow(*a, setting="validation").p_value,
        promise="about, from some events expected in each group",
    )


def _drift() -> Iterator[Test]:
    d = drift
    yield Test(
        name="ks",
        draw=of.still,
        p_value=lambda *a: d.ks(*a).p_value,
        promise="at most: the asymptotic p-value is conservative in small samples",
    )
    yield Test(name="psi", draw=of.still, p_value=lambda *a: d.psi(*a).p_value)
    yield Test(
        name="jensen-shannon", draw=of.still, p_value=lambda *a: d.jensen_shannon(*a).p_value
    )
    yield Test(
        name="standardised-difference",
        draw=of.still,
        p_value=lambda *a: d.standardised_difference(*a).p_value,
    )


def _together() -> Iterator[Test]:
    yield Test(
        name="holm (four tests, one false claim or more)",
        draw=lambda n, rng: (rng.random(4),),
        p_value=lambda p: float(multiplicity.holm(p).adjusted.min()),
        promise="at most",
        sizes=(200,),
    )
    yield Test(
        name="boundaries (O'Brien-Fleming type, five looks, any crossed)",
        draw=lambda n, rng: (np.cumsum(rng.normal(size=5)) / np.sqrt(np.arange(1, 6)),),
        p_value=lambda z: 0.0 if np.any(np.abs(z) > _LIMITS) else 1.0,
        rounds=40_000,
        sizes=(200,),
    )
    yield Test(
        name="e-value (looked at after every patient)",
        draw=lambda n, rng: ((rng.random(n) < 0.3).astype(float),),
        p_value=lambda x: sequential.e_value(x, null=0.3).p_value,
        promise="at most, at all looks together",
        rounds=1000,
    )
    yield Test(
        name="coverage (beta-binomial)",
        draw=_covered,
        p_value=lambda held: conformal.coverage(held, calibrated_on=99, alpha=0.1).p_value,
        promise="at most: counts leave few p-values",
    )


_LIMITS = sequential.boundaries("obrien_fleming", [0.2, 0.4, 0.6, 0.8, 1.0], 0.05).critical


def _covered(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Whether sets calibrated on 99 patients hold the truth of n new ones."""
    cut = conformal.conformal_quantile(rng.random(99), alpha=0.1)
    return (rng.random(n) <= cut,)
