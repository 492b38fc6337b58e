"""What a protocol names is computed of the right people, and says how."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from probatum.analysis.calibration import brier_survival, slope
from probatum.analysis.catalogue import estimator, estimators
from probatum.analysis.discrimination import auc_difference
from probatum.analysis.missing import auc_bounds
from probatum.stages.followed import Followed
from probatum.stages.material import Material
from probatum.stages.methods import merged, methods
from probatum.stages.named import ALL, as_numbers, beside_reference, named
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol
from probatum.study.statistics import ColumnStatistic, Prices, Statistic

SOUND = load_protocol(Path(__file__).parents[1] / "assets/small-study/protocol.yaml")
N = 300


@pytest.fixture(scope="module")
def followed() -> Followed:
    """300 people; of one in ten nobody knows how they fared."""
    rng = np.random.default_rng(11)
    time = np.where(rng.random(N) < 0.3, rng.uniform(1, 365, N), 400.0)
    event = time < 365
    lost = rng.random(N) < 0.1
    return Followed.until(365, np.where(lost, 200.0, time), event & ~lost)


@pytest.fixture(scope="module")
def risk(followed: Followed) -> Any:
    rng = np.random.default_rng(12)
    return np.clip(0.25 + 0.2 * followed.outcome + rng.normal(0, 0.15, N), 0.01, 0.99)


@pytest.fixture(scope="module")
def rival(risk: Any) -> Any:
    return np.clip(risk + np.random.default_rng(13).normal(0, 0.1, N), 0.01, 0.99)


def promising(*asked: Statistic, prices: Prices | None = None) -> Protocol:
    analysis = SOUND.analysis.model_copy(update={"statistics": asked, "prices": prices})
    return SOUND.model_copy(update={"analysis": analysis})


def one(name: str, **more: Any) -> Statistic:
    return Statistic(statistic=name, stages=("retrospective",), reason="To try it", **more)


def asked(material: Material, name: str, **more: Any) -> dict[str, Any]:
    return named("retrospective", material, promising(one(name, **more)))[0]


def test_those_of_known_outcome_are_asked_with_their_weights(followed, risk) -> None:
    material = Material.of(followed, risk, SOUND)
    row, known = asked(material, "slope"), followed.known
    alone = slope(
        followed.outcome[known],
        risk[known],
        weight=followed.weight[known],
        limit=SOUND.resolution,
    )
    assert row["result"] == alone.as_dict()
    assert row["basis"] == "known outcome, weighted for censoring"


def test_a_difference_is_index_test_less_best_comparator(followed, risk, rival) -> None:
    row = asked(Material.of(followed, risk, SOUND, rival=rival), "auc-difference")
    k = followed.known
    alone = auc_difference(followed.outcome[k], risk[k], rival[k], weight=followed.weight[k])
    assert row["result"] == alone.as_dict()


def test_statistics_of_censored_outcomes_are_of_everyone(followed, risk) -> None:
    row = asked(Material.of(followed, risk, SOUND), "brier-survival")
    alone = brier_survival(followed.time, followed.event, risk, SOUND.outcome.horizon_days)
    assert row["result"] == alone.as_dict()
    assert row["result"]["n"] == N
    assert row["basis"] == "everyone, followed or lost"


def test_statistics_of_missing_outcomes_see_that_they_are_missing(followed, risk) -> None:
    row = asked(Material.of(followed, risk, SOUND), "auc-bounds")
    unknown = np.where(followed.known, followed.outcome, np.nan)
    assert row["result"] == auc_bounds(unknown, risk).as_dict()
    assert row["result"]["n_unknown"] == np.count_nonzero(~followed.known) > 0


def test_groups_are_those_of_the_attributes_named(followed, risk) -> None:
    sex = np.where(np.arange(N) % 2, "F", "M")
    age = np.where(np.arange(N) < N / 2, "old", "young")
    material = Material.of(followed, risk, SOUND, groups={"sex": sex, "age": age})
    rows = asked(material, "rates-by-group", by=("age",))["result"]
    assert {row["label"] for row in rows} == {"old", "young"}
    assert sum(row["n"] for row in rows) == np.count_nonzero(followed.known)
    both = asked(material, "intersections", by=("sex", "age"))["result"]
    assert len(both) == 4


def test_an_option_is_heard_before_the_protocols_choice(followed, risk) -> None:
    material = Material.of(followed, risk, SOUND)
    assert asked(material, "auc")["result"]["level"] == SOUND.analysis.confidence
    assert asked(material, "auc", options={"confidence": 0.9})["result"]["level"] == 0.9


def test_costs_come_from_the_table_of_prices(followed, risk) -> None:
    prices = Prices(
        source="made up", currency="USD", as_of="2026-01-01",
        cost_test=10, cost_action=20, cost_missed=500, cost_found=100,
        days_action=0, days_missed=5, days_found=2,
    )  # fmt: skip
    protocol = promising(one("cost-per-outcome"), prices=prices)
    row = named("retrospective", Material.of(followed, risk, protocol), protocol)[0]
    arguments = Material.of(followed, risk, protocol).arguments(estimator("bed-days"), {})
    assert row["result"] is not None
    assert arguments["days_missed"] == 5
    assert "cost_test" not in arguments


def test_what_cannot_be_had_says_why_and_stops_nothing(followed) -> None:
    nobody = Followed.until(365, np.full(40, 400.0), np.zeros(40, dtype=bool))
    protocol = promising(one("partial-auc"), one("brier"))
    rows = named("retrospective", Material.of(nobody, np.full(40, 0.2), protocol), protocol)
    assert rows[0]["result"] is None
    assert "expected" in rows[0]["why"]
    assert rows[1]["result"]["value"] == pytest.approx(0.04)
    assert rows[1]["why"] == ""


def test_another_stage_is_not_asked(followed, risk) -> None:
    assert named("silent", Material.of(followed, risk, SOUND), promising(one("auc"))) == []


def test_each_column_is_set_beside_the_reference() -> None:
    rng = np.random.default_rng(5)
    then, now = rng.normal(size=400), rng.normal(1, 1, size=300)
    drift = SOUND.drift.model_copy(
        update={
            "statistics": (
                ColumnStatistic(statistic="ks", reason="To try it"),
                ColumnStatistic(statistic="classifier-test", reason="To try it"),
            )
        }
    )
    protocol = SOUND.model_copy(update={"drift": drift})
    whole = (then[:, None], now[:, None])
    rows = beside_reference({"age": (then, now), ALL: whole}, protocol)
    assert [(row["statistic"], row["column"]) for row in rows] == [
        ("ks", "age"),
        ("classifier-test", ALL),
    ]
    assert rows[0]["result"]["p_value"] < 0.001
    assert rows[1]["result"]["lower"] > 0.6


def test_a_table_becomes_numbers_without_losing_who_is_missing() -> None:
    """A category is 0 and 1; the missing age takes the reference's median, 65, and says so."""
    columns = [
        SimpleNamespace(name="sex", type="category", categories=("F", "M")),
        SimpleNamespace(name="age", type="number", categories=None),
    ]
    reference = pd.DataFrame({"sex": ["F", "M", "F"], "age": [60.0, 65.0, 80.0]})
    people = pd.DataFrame({"sex": ["M", "F"], "age": [np.nan, 71.0]})
    found = as_numbers(people, reference, columns)
    assert found.tolist() == [[0, 1, 65, 1], [1, 0, 71, 0]]


def test_methods_are_read_off_what_was_found(followed, risk) -> None:
    protocol = promising(one("auc"), one("rates-by-group", by=("sex",)))
    groups = {"sex": np.where(np.arange(N) % 2, "F", "M")}
    results = {
        "statistics": named(
            "retrospective", Material.of(followed, risk, protocol, groups=groups), protocol
        )
    }
    told = methods(results)
    assert [row["estimator"] for row in told] == ["auc", "rates-by-group"]
    assert all(row["how"] and row["reference"] and row["about"] for row in told)
    assert told[0]["how"] == [results["statistics"][0]["result"]["method"]]


def test_what_did_not_run_has_no_method() -> None:
    assert methods({"auc": None, "why": "too few"}) == []


def test_methods_that_differ_in_numbers_are_one() -> None:
    assert merged(["Wilson at n 60.0", "Wilson at n 9.5", "Wilson at n 60.0", "exact"]) == [
        "Wilson at n 9.5 to 60.0",
        "exact",
    ]
    assert merged(["loess of degree 2, span 0.75"]) == ["loess of degree 2, span 0.75"]
    assert merged(["[0, 1]", "[0, 1]"]) == ["[0, 1]"]


def test_every_statistic_has_a_reference_to_print() -> None:
    assert [name for name, found in estimators().items() if not found.reference] == []
