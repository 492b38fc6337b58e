"""An event says what its kind says, whole, and nothing of it is repeated when it is refused."""

import pytest

from probatum.errors import LedgerError
from probatum.ledger.events import Kind
from probatum.ledger.payloads import PAYLOADS, check
from tests.ledger.building import an_event

SHA = "ab" * 32
SEALED = {
    "batch_sha256": SHA,
    "model_sha256": SHA,
    "inputs_sha256": SHA,
    "case_id": "case-1",
    "role": "index",
    "backend": "exact",
    "risk": 0.125,
}


def test_every_kind_of_event_has_its_fields_stated():
    assert set(PAYLOADS) == set(Kind)


@pytest.mark.parametrize(
    "more", [{}, {"risk_raw": 0.25}, {"shots": None}, {"shots": 4096, "seed": 7, "risk": 1}]
)
def test_a_prediction_is_sealed_with_all_that_it_rests_on(more):
    an_event(kind=Kind.PREDICTION_SEALED, payload={**SEALED, **more})


@pytest.mark.parametrize("field", sorted(SEALED))
def test_a_field_left_out_is_named(field):
    payload = {name: value for name, value in SEALED.items() if name != field}
    with pytest.raises(LedgerError, match=f"expected a field '{field}', got none"):
        check(Kind.PREDICTION_SEALED, payload)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("risk", 1.5),
        ("risk", "0.5"),
        ("risk", True),
        ("risk", None),
        ("risk_raw", -0.1),
        ("model_sha256", "AB" * 32),
        ("model_sha256", "ab"),
        ("case_id", ""),
        ("case_id", 7),
        ("shots", 1.0),
        ("shots", -1),
    ],
)
def test_a_field_of_another_type_is_named_and_its_value_is_not(field, value):
    with pytest.raises(LedgerError, match=f"as '{field}', got a") as refused:
        check(Kind.PREDICTION_SEALED, {**SEALED, field: value})
    if value not in (None, True):
        assert repr(value) not in str(refused.value)


def test_a_field_nobody_asked_for_is_refused_but_where_what_happened_is_open():
    with pytest.raises(LedgerError, match=r"no other field than case_id, .* got 'name'"):
        check(
            Kind.OUTCOME_LINKED,
            {
                "case_id": "case-1",
                "time": 7,
                "event": 1,
                "known_at": "1999-01-01T00:00:00Z",
                "source_sha256": SHA,
                "name": "Jane Doe",
            },
        )
    check(Kind.INCIDENT, {"what": "the freezer failed", "samples": 3})


@pytest.mark.parametrize(
    "reason",
    [{}, {"rule": "x", "count": 1}, {"rule": "x", "count": -1, "case_ids": []}, "x", None],
)
def test_a_reason_is_a_rule_a_count_and_cases(reason):
    file = {"batch_sha256": SHA, "name": "unnamed", "period": None, "rows": 0}
    check(
        Kind.BATCH_QUARANTINED,
        {**file, "reasons": [{"rule": "x", "count": 1, "case_ids": ["case-1"]}]},
    )
    with pytest.raises(LedgerError, match="a list of rule, count and case_ids"):
        check(Kind.BATCH_QUARANTINED, {**file, "reasons": [reason]})
