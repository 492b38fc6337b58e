"""A small study whose model is frozen for the silent stage, and what the stage found."""

from pathlib import Path
from typing import Any

from probatum.stages.silent import silent
from tests.stages.staged_study import AStudy, a_study, read


def a_silent_study(root: Path) -> AStudy:
    """Model frozen, nobody arrived."""
    study = a_study(root)
    study.freezes()
    return study


def found(study: AStudy) -> dict[str, Any]:
    """The stage is run as the record stands, and its evidence read."""
    silent(study.cuts(), study.protocol)
    return read(study.layout.evidence / "silent/performance.json")
