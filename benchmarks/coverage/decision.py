"""What acting on risks is worth, and what it uses."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Row, interval, none, null_test, since
from probatum.analysis import decision as d

T = of.THRESHOLD
ODDS = T / (1 - T)
AT = {"threshold": T}
PRICES = {"cost_test": 1, "cost_action": 10, "cost_missed": 100, "cost_found": 20}
DAYS = {"days_action": 1, "days_missed": 20, "days_found": 5}


def rows() -> Iterator[Row]:
    """At a threshold of one in five."""
    yield from _benefit()
    yield from _against_a_model()
    yield from _use()
    yield from _tests()


def _events() -> float:
    return of.mean_risk(lambda p: p)


def _model() -> float:
    return of.mean_of_steps(of.worth)


def _gain() -> float:
    return _model() - (_events() - (1 - _events()) * ODDS)


def _benefit() -> Iterator[Row]:
    yield interval(
        "net-benefit", of.risks, _at(d.net_benefit), _model, since(200), why="skewed"
    )
    yield interval(
        "net-benefit-difference (against acting on all)",
        of.risks,
        _at(d.net_benefit_difference),
        _gain,
        since(200),
        why="skewed: rests on the few events below the threshold",
    )
    other_units: dict[Callable[..., Any], tuple[Callable[[], float], str]] = {
        d.standardised_net_benefit: (lambda: _model() / _events(), "a ratio, skewed"),
        d.interventions_avoided: (
            lambda: 100 * _gain() / ODDS,
            "as the difference of net benefit",
        ),
    }
    for ask, (truth, why) in other_units.items():
        name = ask.__name__.replace("_", "-")
        yield interval(name, of.risks, _at(ask), truth, since(200), why=why)
    yield interval(
        "test-trade-off (against acting on all)",
        of.risks,
        lambda *a: d.test_trade_off(*a, **AT, versus="treat_all"),
        lambda: 1 / _gain(),
        none("only samples whose interval has an upper end are counted"),
        why="chosen for a gain above 0",
    )


def _at(ask: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *drawn: ask(*drawn, **AT)


def _two_models(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome, and two models that err alike."""
    log_odds = rng.normal(-1, 1, n)
    y = rng.random(n) < 1 / (1 + np.exp(-log_odds))
    a, b = (1 / (1 + np.exp(-log_odds - 0.5 * rng.normal(size=n))) for _ in "ab")
    return y, a, b


def _against_a_model() -> Iterator[Row]:
    ask = lambda y, a, b: d.net_benefit_difference(y, a, **AT, versus=b)  # noqa: E731
    few = "only patients whom the models part count"
    yield interval(
        "net-benefit-difference (against a model)", _two_models, ask, 0, since(200), why=few
    )
    yield null_test(
        "net-benefit-difference (against a model)",
        _two_models,
        lambda *a: ask(*a).p_value,
        since(200),
        why=few,
    )


def _no_gain(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Risks that say nothing, where acting is worth as much as waiting."""
    return rng.random(n) < T, rng.uniform(T / 2, 3 * T / 2, n)


def _no_saving() -> Callable[..., float | None]:
    """The p-value, a missed event costing so much that acting on the model saves nothing."""
    acted_on = of.mean_of_steps(lambda p: np.where(p >= T, 10 + 20 * p, 0.0))
    prices = PRICES | {"cost_missed": (1 + acted_on) / _found()}

    def p_value(*drawn: Any) -> float | None:
        found: d.Consequences = d.cost_per_outcome(*drawn, **AT, **prices)
        return found.saved_over_none.p_value

    return p_value


def _tests() -> Iterator[Row]:
    for ask in (d.net_benefit_difference, d.interventions_avoided):
        yield null_test(
            f"{ask.__name__.replace('_', '-')} (against acting on all)",
            _no_gain,
            lambda *a, f=ask: f(*a, **AT).p_value,
            since(200),
            why="rests on ten patients below the threshold at n = 20",
        )
    yield null_test(
        "cost-per-outcome (saved over none)",
        of.risks,
        _no_saving(),
        since(200),
        why="skewed: few patients cost most",
    )


def _use() -> Iterator[Row]:
    """Means of the population, by acting on whom the model points out."""
    pieces: dict[str, Callable[[], float]] = {
        "model": _spent,
        "treat_all": lambda: 10 + 20 * _events(),
        "saved_over_all": lambda: 10 + 20 * _events() - _spent(),
        "saved_over_none": lambda: 100 * _events() - _spent(),
        "per_event_found": lambda: (_spent() - 100 * _events()) / _found(),
        "saved_per_event_missed": lambda: (
            (10 + 20 * _events() - _spent()) / (_events() - _found())
        ),
    }
    for piece, truth in pieces.items():
        yield interval(
            f"cost-per-outcome ({piece.replace('_', ' ')})",
            of.risks,
            _priced(piece),
            truth,
            since(200),
            why="skewed: few patients cost most" if "per" not in piece else "Fieller",
        )
    yield interval(
        "bed-days (model)",
        of.risks,
        lambda *a: d.bed_days(*a, **AT, **DAYS).model,
        lambda: 1000 * of.mean_of_steps(lambda p: np.where(p >= T, 1 + 5 * p, 20 * p)),
        since(200),
        why="skewed: few patients stay long",
    )


def _priced(piece: str) -> Callable[..., Any]:
    def ask(*drawn: Any) -> Any:
        found = getattr(d.cost_per_outcome(*drawn, **AT, **PRICES), piece)
        return of.Bounds.of_existing(found)

    return ask


def _spent() -> float:
    return of.mean_of_steps(lambda p: np.where(p >= T, 11 + 20 * p, 1 + 100 * p))


def _found() -> float:
    return of.mean_of_steps(lambda p: np.where(p >= T, p, 0.0))
