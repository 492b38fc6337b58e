"""A change is found where there is one, with the limit it passed, and nowhere else."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from probatum.errors import ModelError
from probatum.stages.drift import drift, write_interactive_page
from probatum.stages.shift import held_to, held_within, shift
from probatum.study.conduct import Drift, Limit, Range
from probatum.study.population import Column, Role
from probatum.study.reading import load_protocol
from tests.small_study import NAME, PROTOCOL
from tests.stages.staged_study import AStudy, a_study, read

LIMITS: Drift = load_protocol(PROTOCOL).drift


def found(study: AStudy) -> dict[str, Any]:
    drift(study.cuts(), study.protocol)
    return read(study.layout.evidence / "drift/drift.json")


def test_nothing_is_said_before_a_batch_is_admitted(tmp_path: Path) -> None:
    study = a_study(tmp_path)
    study.freezes()
    evidence = found(study)
    assert evidence["status"] == "not yet performed"
    assert evidence["results"] == {}


class TestWithPeople:
    """Two silent years; in the second nine of ten people have no vitamin D."""

    @pytest.fixture
    def study(self, developed: AStudy) -> AStudy:
        """Both years have passed."""
        developed.freezes()
        developed.silently(2004)
        developed.silently(2005)
        return developed

    def test_a_value_that_is_no_longer_recorded_raises_the_alarm(self, study: AStudy) -> None:
        results = found(study)["results"]
        alarms = [row for row in results["alarms"] if row["level"] == "alarm"]
        assert {(row["period"], row["column"], row["measure"]) for row in alarms} == {
            (2005, "vitamin_d", "missing_share")
        }
        now = pd.read_csv(study.layout.data / "replay/baseline-2005.csv")["vitamin_d"].isna()
        people = pd.read_csv(study.layout.data / "retrospective/baseline.csv")
        then = people[people["visit_year"] <= 2002]["vitamin_d"].isna()
        assert alarms[0]["observed"] == pytest.approx(now.mean() - then.mean())
        assert alarms[0]["limit"] == 0.2

    def test_the_role_that_predicted_is_compared_with_its_own_reference(
        self, study: AStudy
    ) -> None:
        periods = found(study)["results"]["periods"]
        assert [row["prediction"]["role"] for row in periods] == ["index", "fallback"]
        assert {row["prediction"]["status"] for row in periods} <= {"ok", "warning"}

    def test_calibration_is_held_to_the_limits_once_outcomes_matured(
        self, study: AStudy
    ) -> None:
        periods = found(study)["results"]["periods"]
        assert [row["calibration"]["status"] for row in periods] == ["ok", "ok"]

    def test_evidently_stands_beside_without_ids_or_times(self, study: AStudy) -> None:
        monitor = found(study)["results"]["evidently"]
        assert {tuple(sorted(row)) for row in monitor["results"]} == {
            ("column", "measure", "period", "value")
        }
        shares = {
            row["period"]: row["value"]
            for row in monitor["results"]
            if (row["column"], row["measure"]) == ("vitamin_d", "missing_share")
        }
        now = pd.read_csv(study.layout.data / "replay/baseline-2005.csv")["vitamin_d"]
        assert shares[2005] == pytest.approx(now.isna().mean())

    def test_the_same_cut_gives_the_same_bytes(self, study: AStudy) -> None:
        path = study.layout.evidence / "drift/drift.json"
        found(study)
        once = path.read_bytes()
        found(study)
        assert path.read_bytes() == once

    def test_the_interactive_page_is_no_evidence(self, study: AStudy, tmp_path: Path) -> None:
        study.cuts()
        path = tmp_path / "pages" / "drift.html"
        write_interactive_page(NAME, path, study.layout.root)
        assert "<html" in path.read_text(encoding="utf-8")
        assert not (study.layout.evidence / "drift").exists()


def test_a_period_whose_outcomes_are_to_come_is_not_judged(developed: AStudy) -> None:
    developed.freezes()
    developed.silently(2004, "receive", "seal")
    (period,) = found(developed)["results"]["periods"]
    assert period["calibration"]["status"] == "not matured"
    assert period["calibration"]["observed_expected"] is None


def test_a_model_that_is_not_the_frozen_one_is_refused(developed: AStudy) -> None:
    study = AStudy(layout=developed.layout)
    study.freezes()
    study.silently(2004)
    with pytest.raises(ModelError, match="frozen model"):
        found(study)


NUMBER = Column(
    name="score", role=Role.PREDICTOR, type="number", known_at="baseline",
    allowed=(-10.0, 10.0), meaning="A score", missing=1.0,
)  # fmt: skip


def scores(values: Any) -> pd.DataFrame:
    return pd.DataFrame({"score": np.asarray(values, dtype=float)})


def test_the_same_people_show_no_change() -> None:
    people = scores(np.arange(200) / 20)
    row = shift(NUMBER, people, people, LIMITS).as_dict(200, LIMITS)
    assert (row["psi"], row["standardised_difference"], row["status"]) == (0, 0, "ok")


def test_a_shift_of_half_a_standard_deviation_raises_the_alarm() -> None:
    rng = np.random.default_rng(1)
    before, now = rng.normal(size=2000), rng.normal(size=500) + 0.5
    row = shift(NUMBER, scores(before), scores(now), LIMITS).as_dict(500, LIMITS)
    assert row["status"] == "alarm"
    assert "standardised_difference" in row["why"]
    assert row["psi"] > row["psi_by_chance"]


def test_few_people_are_not_judged() -> None:
    now = scores(np.full(LIMITS.minimum_cases - 1, 9.0))
    row = shift(NUMBER, scores(np.arange(100) / 20), now, LIMITS).as_dict(len(now), LIMITS)
    assert row["status"] == "too few"
    assert row["psi"] is None


def test_chance_alone_gives_an_index_of_its_degrees_of_freedom_over_the_people() -> None:
    """Ten bins, 100 people now and 400 before: 9 x (1/100 + 1/400) = 0.1125."""
    now, before = scores(np.arange(100) / 10), scores(np.arange(400) / 40)
    row = shift(NUMBER, before, now, LIMITS).as_dict(100, LIMITS)
    assert row["psi_by_chance"] == pytest.approx(0.1125)


@pytest.mark.parametrize(
    ("size", "level", "limit"),
    [(0.1, "ok", None), (0.11, "warning", 0.1), (-0.3, "alarm", 0.25)],
)
def test_a_limit_is_passed_when_the_effect_lies_beyond_it(
    size: float, level: str, limit: float | None
) -> None:
    bounds = Limit(warning=0.1, alarm=0.25)
    finding = held_to(bounds, size, column="score", measure="psi")
    assert (finding.level, finding.limit) == (level, limit)


@pytest.mark.parametrize(
    ("ratio", "level", "limit"),
    [(1.0, "ok", None), (1.4, "warning", 1.33), (0.5, "alarm", 0.6)],
)
def test_a_ratio_is_held_to_the_bound_it_lies_beyond(
    ratio: float, level: str, limit: float | None
) -> None:
    bounds = Range(warning=(0.75, 1.33), alarm=(0.6, 1.67))
    finding = held_within(bounds, ratio, column="risk", measure="observed_expected")
    assert (finding.level, finding.limit) == (level, limit)
