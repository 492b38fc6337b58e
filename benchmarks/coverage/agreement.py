"""How far raters agree: three categories, or measurements, of n cases."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.coverage.row import EXACT, Row, interval, none, null_test, since
from probatum.analysis import agreement as a

SHARES = np.array([0.5, 0.3, 0.2])
RIGHT = 0.7
"""Chance that a rater sees the category; otherwise any of the three is named."""
SEEN = RIGHT * np.eye(3) + (1 - RIGHT) / 3
RATERS = 4
CASES, OF_RATERS, ERROR = 1.0, 0.25, 0.64
"""Variances of cases, of raters and of error."""
FEW_RATERS = none("asymptotic in raters, of whom there are four")
WEIGHTS = {
    "none": np.eye(3),
    "linear": 1 - np.abs(np.subtract.outer(np.arange(3), np.arange(3))) / 2,
    "quadratic": 1 - np.subtract.outer(np.arange(3), np.arange(3)) ** 2 / 4,
}


def rows() -> Iterator[Row]:
    """Two raters, four raters, four measurements."""
    yield from _two()
    yield from _several()
    yield from _measured()
    yield from _by_chance()


def _ratings(n: int, rng: np.random.Generator, raters: int = RATERS) -> np.ndarray:
    """A row for each case, a column for each rater."""
    true = rng.choice(3, n, p=SHARES)[:, None]
    named = rng.integers(3, size=(n, raters))
    return np.where(rng.random((n, raters)) < RIGHT, true, named) + 1


def _pair(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    return tuple(_ratings(n, rng, raters=2).T)


def _long(table: np.ndarray) -> tuple[np.ndarray, ...]:
    case, rater = np.indices(table.shape)
    return rater.ravel(), case.ravel(), table.ravel()


def _joint() -> np.ndarray:
    """Chance of each pair of categories named by two raters of a case."""
    return np.einsum("z,za,zb->ab", SHARES, SEEN, SEEN)


def _kappa(weights: np.ndarray) -> float:
    joint = _joint()
    alone = joint.sum(axis=0)
    by_chance = float(alone @ weights @ alone)
    return (float((joint * weights).sum()) - by_chance) / (1 - by_chance)


def _two() -> Iterator[Row]:
    few = "normal on the scale of kappa, which few cases are not"
    for word, weights in WEIGHTS.items():
        yield interval(
            f"cohen-kappa (weights {word})",
            _pair,
            lambda *r, w=word: a.cohen_kappa(*r, weights=w),
            lambda w=weights: _kappa(w),
            since(200),
            why=few,
        )
    yield interval(
        "prevalence-adjusted-kappa",
        _pair,
        lambda *r: a.prevalence_adjusted_kappa(*r, categories=3),
        lambda: (3 * float(np.trace(_joint())) - 1) / 2,
        since(50),
    )


def _several() -> Iterator[Row]:
    draw = lambda n, rng: _long(_ratings(n, rng))  # noqa: E731
    yield interval("fleiss-kappa", draw, a.fleiss_kappa, lambda: _kappa(np.eye(3)), since(50))
    yield interval(
        "gwet-ac1",
        draw,
        lambda *r: a.gwet_ac1(*r, categories=3),
        _first_coefficient,
        since(50),
    )
    truths = {
        "nominal": lambda: _kappa(WEIGHTS["none"]),
        "interval": lambda: _kappa(WEIGHTS["quadratic"]),
    }
    for metric, truth in truths.items():
        yield interval(
            f"krippendorff-alpha ({metric})",
            draw,
            lambda *r, m=metric: a.krippendorff_alpha(*r, metric=m),
            truth,
            since(50),
        )


def _first_coefficient() -> float:
    joint = _joint()
    alone = joint.sum(axis=0)
    by_chance = float(np.sum(alone * (1 - alone))) / 2
    return (float(np.trace(joint)) - by_chance) / (1 - by_chance)


def _guessed(n: int, rng: np.random.Generator) -> np.ndarray:
    """Every rater names any of three categories, whatever the case."""
    return rng.integers(1, 4, size=(n, RATERS))


def _by_chance() -> Iterator[Row]:
    for word in WEIGHTS:
        yield null_test(
            f"cohen-kappa (weights {word})",
            lambda n, rng: tuple(_guessed(n, rng)[:, :2].T),
            lambda *r, w=word: a.cohen_kappa(*r, weights=w).p_value,
            since(50),
        )
    asked = {
        "fleiss-kappa": a.fleiss_kappa,
        "gwet-ac1": lambda *r: a.gwet_ac1(*r, categories=3),
        "krippendorff-alpha (nominal)": lambda *r: a.krippendorff_alpha(*r, metric="nominal"),
        "krippendorff-alpha (interval)": lambda *r: a.krippendorff_alpha(*r, metric="interval"),
    }
    for name, ask in asked.items():
        yield null_test(
            name,
            lambda n, rng: _long(_guessed(n, rng)),
            lambda *r, f=ask: f(*r).p_value,
            since(50),
        )


def _values(n: int, rng: np.random.Generator, form: str, between: float) -> tuple[Any, ...]:
    """Form 1: each case has raters of its own; 2: raters drawn anew; 3: these raters."""
    raters = {"1": rng.normal(size=(n, RATERS)), "2": rng.normal(size=(1, RATERS))}
    shift = raters.get(form, np.linspace(-1, 1, RATERS)[None])
    noise = np.sqrt(ERROR) * rng.normal(size=(n, RATERS))
    return _long(
        np.sqrt(between) * rng.normal(size=(n, 1)) + np.sqrt(OF_RATERS) * shift + noise
    )


def _measured() -> Iterator[Row]:
    for form in ("1", "2", "3"):
        off = ERROR if form == "3" else ERROR + OF_RATERS
        for unit, parts in {"single": 1, "average": RATERS}.items():
            yield interval(
                f"icc (form {form}, {unit})",
                lambda n, rng, f=form: _values(n, rng, f, CASES),
                lambda *r, f=form, u=unit: a.icc(*r, form=f, unit=u),
                CASES / (CASES + off / parts),
                FEW_RATERS if form == "2" else EXACT,
                why="four raters tell little of the spread of raters" if form == "2" else "",
            )
        yield null_test(
            f"icc (form {form})",
            lambda n, rng, f=form: _values(n, rng, f, 0.0),
            lambda *r, f=form: a.icc(*r, form=f).p_value,
            EXACT,
        )
