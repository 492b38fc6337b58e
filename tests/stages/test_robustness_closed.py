"""The trials stay closed until the record lets anyone look at the evaluation people."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from probatum.stages.evidence import read_evidence, write_evidence
from probatum.stages.robustness import robustness
from tests.stages.staged_study import AStudy, a_study, read
from tests.stages.tried_study import found


class TestClosed:
    """Nothing is read of the evaluation people before the record says so."""

    @pytest.fixture
    def study(self, tmp_path: Path) -> AStudy:
        """Quality passed, a model built; its files are not read, as nobody may look."""
        study = a_study(tmp_path)
        study.freezes()
        return study

    def test_without_an_opening_on_record(self, study: AStudy) -> None:
        evidence = found(study)
        assert evidence["status"] == "closed"
        assert evidence["reason"] == "the evaluation patients have not been opened"
        assert evidence["results"] == {}
        folder = study.layout.evidence / "robustness"
        assert {path.name for path in folder.iterdir()} == {"robustness.json", "metrics.json"}

    def test_when_another_model_was_evaluated(self, study: AStudy) -> None:
        found(study)
        path = study.layout.evidence / "retrospective/performance.json"
        other = replace(
            read_evidence(path), status="performed", reason="", model_sha256="ab" * 32
        )
        write_evidence(path, other)
        robustness(study.layout, study.protocol)
        evidence = read(study.layout.evidence / "robustness/robustness.json")
        assert evidence["status"] == "closed"
        assert evidence["reason"] == "the evaluation people were opened for another model"

    def test_without_a_plan_nothing_is_tried(self, study: AStudy) -> None:
        def unplanned(text: dict[str, Any]) -> None:
            del text["robustness"], text["seeds"]["robustness"]

        study.amends(unplanned)
        evidence = found(study)
        assert evidence["status"] == "not planned"
        assert evidence["reason"] == "the protocol has no section robustness"
