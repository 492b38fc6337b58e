"""A replay has the time of the records, and no outcome is handed over before its time."""

from datetime import UTC, datetime
from pathlib import Path

from probatum.capture.calendar import deliveries, ends, matures
from probatum.study.reading import load_protocol
from tests.capture.building import PROTOCOL

FLAGSHIP = load_protocol(Path("studies/flc-mortality/protocol.yaml"))


def test_the_outcomes_of_1998_mature_five_years_after_its_end() -> None:
    assert matures(1998, FLAGSHIP.outcome) == datetime(2004, 1, 1, tzinfo=UTC)


def test_no_outcome_matures_before_the_horizon_of_the_last_patient_of_its_period() -> None:
    for period in range(1990, 2050):
        passed = matures(period, FLAGSHIP.outcome) - ends(period)
        assert passed.days >= FLAGSHIP.outcome.horizon_days


def test_each_silent_period_has_its_patients_at_its_end_and_its_outcomes_at_maturity() -> None:
    assert [(d.at.year, d.name) for d in deliveries(PROTOCOL)] == [
        (2005, "baseline-2004.csv"),
        (2006, "baseline-2005.csv"),
        (2006, "followup-2004.csv"),
        (2007, "followup-2005.csv"),
    ]


def test_a_live_study_and_a_study_without_silent_stage_are_handed_nothing() -> None:
    assert PROTOCOL.silent is not None
    live = PROTOCOL.model_copy(
        update={"silent": PROTOCOL.silent.model_copy(update={"capture": "live"})}
    )
    assert deliveries(live) == deliveries(PROTOCOL.model_copy(update={"silent": None})) == ()
