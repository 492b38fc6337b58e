"""Populations whose truth is known, drawn patient by patient."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import integrate, special, stats

from probatum.errors import NotEstimable

Draw = Callable[[int, np.random.Generator], tuple[Any, ...]]


class Bounds(NamedTuple):
    """An interval that no estimate stands in."""

    interval: tuple[float, float]

    @classmethod
    def of(cls, found: Any) -> "Bounds":
        """Of anything with two bounds."""
        return cls((found.lower, found.upper))

    @classmethod
    def of_existing(cls, found: Any) -> "Bounds":
        """The same, where a quantity may not exist for a sample, or be withheld."""
        if found is None:
            raise NotEstimable("interval — expected one, got none for these patients")
        return cls(found.interval)


EVENTS: Final = 0.3
"""Share of patients with the event, where the population is not about risks."""
SEPARATION: Final = 1.19
"""Standard deviations between the scores of either class: an area of 0.80."""
WEAKER: Final = 0.8
ALIKE: Final = 0.5
"""Correlation of two scores of a patient, within class."""
SITE: Final = 5
"""Patients of a cluster."""
SHARED: Final = 0.5
"""Standard deviation of what patients of a cluster have in common."""
FOUND: Final = 0.8
CLEARED: Final = 0.7
"""Sensitivity and specificity of a test."""
THRESHOLD: Final = 0.2
SPREAD: Final = 1.5
SHIFT: Final = -0.3
"""By how much risks are too extreme, and shifted, in log-odds."""


def _outcome(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.random(n) < EVENTS


def scores(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome and one normal score of area 0.80."""
    y = _outcome(n, rng)
    return y, rng.normal(size=n) + SEPARATION * y


def two_scores(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome and two correlated scores, of areas 0.80 and 0.71."""
    y = _outcome(n, rng)
    both = rng.normal(size=n)
    a, b = (np.sqrt(ALIKE) * both + np.sqrt(1 - ALIKE) * rng.normal(size=n) for _ in "ab")
    return y, a + SEPARATION * y, b + WEAKER * y


def equal_scores(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome and two correlated scores of one area."""
    y, a, b = two_scores(n, rng)
    return y, a, b + (SEPARATION - WEAKER) * y


def two_groups(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Two halves of patients, scored with areas 0.80 and 0.71."""
    first = np.arange(n) < n // 2
    y = _outcome(n, rng)
    s = rng.normal(size=n) + np.where(first, SEPARATION, WEAKER) * y
    return y, s, np.where(first, "a", "b")


def equal_groups(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Two halves of patients, scored with one area."""
    y, s, group = two_groups(n, rng)
    return y, s + np.where(group == "a", 0, (SEPARATION - WEAKER) * y), group


def clustered_scores(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome, score and cluster; patients of a cluster share part of the score."""
    cluster = np.arange(n) // SITE
    y, s = scores(n, rng)
    return y, s + SHARED * rng.normal(size=n // SITE + 1)[cluster], cluster


def clustered_two_scores(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome, two scores and cluster."""
    cluster = np.arange(n) // SITE
    y, a, b = two_scores(n, rng)
    a, b = (s + SHARED * rng.normal(size=n // SITE + 1)[cluster] for s in (a, b))
    return y, a, b, cluster


def clustered_equal_scores(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome, two scores of one area, and cluster."""
    y, a, b, cluster = clustered_two_scores(n, rng)
    return y, a, b + (SEPARATION - WEAKER) * y, cluster


def area(separation: float = SEPARATION, spread: float = 1.0) -> float:
    """Area under the curve of two normal scores."""
    return float(special.ndtr(separation / np.sqrt(2) / spread))


def partial_area(most: float) -> float:
    """McClish's standardised area up to a false positive rate."""
    found, _ = integrate.quad(lambda f: special.ndtr(SEPARATION + special.ndtri(f)), 0, most)
    least = most**2 / 2
    return 0.5 * (1 + (found - least) / (most - least))


def mean_precision() -> float:
    """Precision at the score of a case, averaged over cases."""

    def at(t: float) -> float:
        hits = EVENTS * special.ndtr(SEPARATION - t)
        return hits / (hits + (1 - EVENTS) * special.ndtr(-t)) * stats.norm.pdf(t - SEPARATION)

    return float(integrate.quad(at, -8, 10)[0])


def risks(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome and risks that are right."""
    p = special.expit(rng.normal(-1, 1, n))
    return rng.random(n) < p, p


def extreme_risks(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome and risks spread one and a half times too widely, and too low on the whole."""
    y, p = risks(n, rng)
    return y, special.expit(SPREAD * special.logit(p) + SHIFT)


def mean_risk(of: Callable[[np.ndarray], np.ndarray]) -> float:
    """Mean of a function of right risks over the population."""
    node, weight = np.polynomial.hermite_e.hermegauss(200)
    return float(of(special.expit(node - 1)) @ weight / weight.sum())


def mean_of_steps(of: Callable[[np.ndarray], np.ndarray]) -> float:
    """The same for a function that jumps, by the midpoint rule on a million quantiles."""
    share = (np.arange(1_000_000) + 0.5) / 1_000_000
    return float(np.mean(of(special.expit(special.ndtri(share) - 1))))


def worth(p: np.ndarray) -> np.ndarray:
    """Net benefit of a patient of right risk."""
    return np.where(p >= THRESHOLD, p - (1 - p) * THRESHOLD / (1 - THRESHOLD), 0.0)


def tested(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome and the result of a test."""
    y = _outcome(n, rng)
    return y, rng.random(n) < np.where(y, FOUND, 1 - CLEARED)


def tested_twice(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome and two tests that share half of their errors; the second finds fewer."""
    y, a = tested(n, rng)
    again = rng.random(n) < np.where(y, 0.7, 0.4)
    return y, a, np.where(rng.random(n) < 0.5, a, again)


def tested_twice_alike(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome and two tests of one worth that share half of their errors."""
    y, a = tested(n, rng)
    again = rng.random(n) < np.where(y, FOUND, 1 - CLEARED)
    return y, a, np.where(rng.random(n) < 0.5, a, again)


def clustered_tests(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome, test and cluster; clusters differ in how easily the test is positive."""
    cluster = np.arange(n) // SITE
    y, u = _outcome(n, rng), 0.8 * rng.normal(size=n // SITE + 1)[cluster]
    return y, u + rng.normal(size=n) > np.where(y, -1.0, 0.8), cluster


def clustered_share(threshold: float) -> float:
    """Share of a clustered test's results above a threshold."""
    return float(special.ndtr(-threshold / np.sqrt(1.64)))


def partly_verified(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Test, who was verified (nine positives of ten, four negatives of ten), and outcome."""
    y, t = tested(n, rng)
    verified = rng.random(n) < np.where(t, 0.9, 0.4)
    return t, verified, np.where(verified, y, np.nan)


def followed(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Time, event and risk by the horizon 1; a third is lost to follow-up before it."""
    lp = rng.normal(size=n)
    happens, lost = rng.exponential(np.exp(0.5 - lp)), rng.exponential(2.0, n)
    time = np.minimum(happens, lost)
    return time, happens <= lost, -np.expm1(-np.exp(lp - 0.5))


def shifted(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """A reference of n patients, and n patients 0.3 standard deviations higher."""
    return rng.normal(size=n), rng.normal(0.3, 1, n)


def still(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Two samples of n patients of one population."""
    return rng.normal(size=n), rng.normal(size=n)


def stability(bins: int = 10, shift: float = 0.3) -> float:
    """The stability index of that shift over the reference's own quantiles."""
    cuts = special.ndtri(np.arange(1, bins) / bins)
    a = np.diff(np.concatenate([[0], special.ndtr(cuts - shift), [1]]))
    return float(np.sum((a - 1 / bins) * np.log(a * bins)))
