"""Looks at the silent predictions are taken as planned, and cost what the plan says."""

from pathlib import Path
from statistics import NormalDist

import pytest

from probatum.errors import CaptureError
from probatum.ledger.events import Kind
from tests.stages.silent_study import a_silent_study, found
from tests.stages.staged_study import AStudy


@pytest.fixture
def study(tmp_path: Path) -> AStudy:
    return a_silent_study(tmp_path)


class TestLooks:
    """Looks are taken at the information reached, and cost what the plan says."""

    def test_the_boundary_is_that_of_the_information_reached(self, study: AStudy) -> None:
        """O'Brien-Fleming spending at the first look, by its formula and by hand."""
        plan(study, planned=300)
        study.silently(2004)
        results = found(study)["results"]
        look, share = results["looks"][0], results["index"]["n"] / 300
        normal = NormalDist()
        one_side = 2 * (1 - normal.cdf(normal.inv_cdf(1 - 0.025 / 2) / share**0.5))
        assert look["information"] == pytest.approx(share)
        assert look["critical_value"] == pytest.approx(normal.inv_cdf(1 - one_side), abs=1e-6)
        assert look["at"] == "2006-01-01T00:00:00Z"

    def test_a_look_overtaken_by_a_later_one_is_never_taken(self, study: AStudy) -> None:
        study.silently(2004)
        overtaken, taken = found(study)["results"]["looks"]
        assert overtaken["at"] is None
        assert taken["name"] == "look-2"
        assert taken["critical_value"] == pytest.approx(1.959964, abs=1e-6)

    def test_the_interval_of_a_look_is_wider_than_an_ordinary_one(self, study: AStudy) -> None:
        plan(study, planned=300)
        study.silently(2004)
        results = found(study)["results"]
        look = results["looks"][0]
        assert look["critical_value"] > 1.96
        assert look["level"] > 0.95
        assert look["auc"]["lower"] < results["index"]["auc"]["lower"]
        assert look["auc"]["level"] == 0.95
        half = look["critical_value"] * look["auc"]["se"]
        assert look["auc"]["lower"] == pytest.approx(look["auc"]["value"] - half)

    def test_a_look_not_reached_has_no_numbers(self, study: AStudy) -> None:
        plan(study, planned=300)
        study.silently(2004)
        last = found(study)["results"]["looks"][1]
        assert last["fraction"] == 1.0
        assert [last[name] for name in ("known", "at", "critical_value", "auc", "stops")] == [
            None
        ] * 5

    def test_the_last_look_spends_all_that_is_left(self, study: AStudy) -> None:
        plan(study, planned=300)
        study.silently(2004)
        study.silently(2005)
        results = found(study)["results"]
        assert results["complete"]
        assert results["looks"][1]["information"] == 1.0

    def test_the_endpoint_looked_at_takes_the_interval_of_its_last_look(
        self, study: AStudy
    ) -> None:
        plan(study, planned=300)
        study.silently(2004)
        results = found(study)["results"]
        (endpoint,) = results["endpoints"]
        assert endpoint["estimate"] == results["looks"][0]["auc"]

    def test_a_look_that_states_another_number_of_outcomes_is_refused(
        self, study: AStudy
    ) -> None:
        study.silently(2004, "receive", "seal", "link")
        study.notes(Kind.LOOK_TAKEN, "look-1", name="look-1", information=3, planned=150)
        with pytest.raises(CaptureError, match="states 3"):
            found(study)


def plan(study: AStudy, *, planned: int) -> None:
    """Plan the looks for another number of outcomes, and freeze the model anew."""
    study.amends(lambda text: text["silent"]["looks"].update(planned_outcomes=planned))
    study.entries.clear()
    study.freezes()
