"""A small study whose models were really developed, once for all tests of the stages."""

import shutil
from pathlib import Path

import pytest

from probatum.models.frozen import load
from probatum.stages.develop import develop
from probatum.stages.layout import Layout
from tests.small_study import NAME
from tests.stages.staged_study import AStudy, a_study


@pytest.fixture(scope="session")
def _developed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("developed")
    study = a_study(root)
    develop(study.layout, study.protocol)
    return root


@pytest.fixture
def developed(_developed: Path, tmp_path: Path) -> AStudy:
    """Quality passed and models built; nothing is frozen, opened or captured."""
    root = tmp_path / "study"
    shutil.copytree(_developed, root)
    layout = Layout(study=NAME, root=root)
    return AStudy(layout=layout, model=load(layout.models))
