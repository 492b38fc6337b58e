"""Endpoints are judged in the order promised, whatever was found."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.errors import NotEstimable
from probatum.stages.endpoints import estimated, judged, measured
from probatum.stages.followed import Followed
from probatum.stages.material import Material
from probatum.study.endpoint import Criterion, Endpoint
from probatum.study.reading import load_protocol

SOUND = load_protocol(Path(__file__).parents[1] / "assets/small-study/protocol.yaml")


def an_endpoint(name: str = "ranks", **changes: Any) -> Endpoint:
    sound: dict[str, Any] = {
        "id": name,
        "stage": "retrospective",
        "role": "primary",
        "measure": "auc",
        "model": "index",
        "criterion": Criterion(lower_bound_above=0.5),
        "reason": "Better than a coin",
    }
    return Endpoint(**{**sound, **changes})


def people(outcome: list[int], risk: list[float], rival: list[float] | None = None) -> Material:
    """All followed for 400 days, but for the events: those are on day 10 of 365."""
    event = np.array(outcome, dtype=bool)
    followed = Followed.until(365, np.where(event, 10.0, 400.0), event)
    other = None if rival is None else np.array(rival)
    return Material.of(followed, np.array(risk), SOUND, rival=other)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=8))
def test_a_confirmatory_claim_ends_with_the_first_primary_that_is_not_met(
    drawn: list[tuple[bool, bool]],
) -> None:
    endpoints = [
        an_endpoint(f"e{place}", role="primary" if is_primary else "secondary")
        for place, (is_primary, _) in enumerate(drawn)
    ]
    estimates = {
        f"e{place}": {"lower": 0.6 if is_met else 0.4, "upper": 0.9}
        for place, (_, is_met) in enumerate(drawn)
    }
    rows = judged(endpoints, estimates)
    assert [row["met"] for row in rows] == [is_met for _, is_met in drawn]
    primary = [row for row in rows if row["role"] == "primary"]
    failed = [place for place, row in enumerate(primary) if not row["met"]]
    end = failed[0] + 1 if failed else len(primary)
    assert [row["confirmatory"] for row in primary] == [p < end for p in range(len(primary))]
    assert not any(row["confirmatory"] for row in rows if row["role"] == "secondary")


def test_an_area_is_the_share_of_pairs_ranked_rightly() -> None:
    """Two with and two without the event: three of four pairs."""
    found = measured(an_endpoint(), people([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
    assert found["value"] == 0.75
    assert found["estimator"] == "auc"


def test_what_does_not_exist_is_none_and_not_met() -> None:
    endpoint, nobody_fell = an_endpoint(), people([0, 0, 0], [0.1, 0.4, 0.3])
    found = measured(endpoint, nobody_fell)
    assert found is None
    assert judged([endpoint], {"ranks": found})[0]["met"] is False
    with pytest.raises(NotEstimable):
        estimated(endpoint, nobody_fell)


def test_a_model_does_not_differ_from_itself() -> None:
    endpoint = an_endpoint(measure="auc_difference", versus="best_comparator")
    risk = [0.1, 0.4, 0.35, 0.8]
    assert measured(endpoint, people([0, 0, 1, 1], risk, risk))["value"] == 0


def test_an_endpoint_may_be_any_statistic_of_one_number() -> None:
    """At a specificity of one half both with the event are found: 0.4 alone is above 0.35."""
    endpoint = an_endpoint(measure="sensitivity-at-specificity", options={"specificity": 0.5})
    found = measured(endpoint, people([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
    assert found["value"] == 1.0
    assert found["estimator"] == "sensitivity-at-specificity"


def test_what_is_better_small_must_stay_below() -> None:
    endpoint = an_endpoint(measure="brier", criterion=Criterion(upper_bound_below=0.2))
    assert endpoint.criterion.in_words() == "upper bound below 0.2"
    for upper, met in ((0.19, True), (0.21, False)):
        row = judged([endpoint], {"ranks": {"lower": 0.1, "upper": upper}})[0]
        assert row["met"] is met


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"measure": "area"}, "probatum stat list"),
        ({"measure": "roc_curve"}, "a measure of one number"),
        ({"measure": "net_benefit"}, "a threshold"),
        ({"measure": "auc", "threshold": 0.1}, "a threshold"),
        ({"measure": "auc_difference"}, "versus best_comparator"),
        ({"measure": "auc", "versus": "treat_all"}, "versus nothing"),
    ],
)
def test_a_measure_says_what_it_needs(changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        an_endpoint(**changes)
