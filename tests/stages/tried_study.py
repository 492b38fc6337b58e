"""A small study whose frozen model has been tried elsewhere, and what the trials found."""

import shutil
from pathlib import Path
from typing import Any

from probatum.models.frozen import load
from probatum.stages.layout import Layout
from probatum.stages.retrospective import retrospective
from probatum.stages.robustness import robustness
from tests.small_study import NAME
from tests.stages.staged_study import AStudy, read


def found(study: AStudy) -> dict[str, Any]:
    """The stage is run as the record stands, and its evidence read."""
    layout = study.cuts()
    retrospective(layout, study.protocol)
    robustness(layout, study.protocol)
    return read(layout.evidence / "robustness/robustness.json")


def a_tried_study(developed: Path, root: Path) -> AStudy:
    """Models built, the evaluation people opened, and the stage run once."""
    shutil.copytree(developed, root)
    layout = Layout(study=NAME, root=root)
    study = AStudy(layout=layout, model=load(layout.models))
    study.freezes()
    study.opens()
    found(study)
    return study
