"""Endpoints are judged in the order promised, whatever was found."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.errors import NotEstimable, ProtocolError
from probatum.stages.endpoints import estimated, judged, measured
from probatum.stages.performance import Predicted
from probatum.study.endpoint import Criterion, Endpoint


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


def cases(outcome: list[int], risk: list[float]) -> Predicted:
    return Predicted(
        outcome=np.array(outcome, dtype=bool),
        risk=np.array(risk),
        weight=np.ones(len(risk)),
        level=0.95,
        resolution=1e-6,
    )


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
    found = measured(an_endpoint(), cases([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
    assert found["value"] == 0.75


def test_what_does_not_exist_is_none_and_not_met() -> None:
    endpoint = an_endpoint()
    found = measured(endpoint, cases([0, 0, 0], [0.1, 0.4, 0.3]))
    assert found is None
    assert judged([endpoint], {"ranks": found})[0]["met"] is False
    with pytest.raises(NotEstimable):
        estimated(endpoint, cases([0, 0, 0], [0.1, 0.4, 0.3]))


def test_a_difference_without_a_rival_is_refused() -> None:
    endpoint = an_endpoint(measure="auc_difference", versus="best_comparator")
    with pytest.raises(ProtocolError, match="comparator"):
        measured(endpoint, cases([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))


def test_a_model_does_not_differ_from_itself() -> None:
    endpoint = an_endpoint(measure="auc_difference", versus="best_comparator")
    people = cases([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    assert measured(endpoint, people, people.risk)["value"] == 0
