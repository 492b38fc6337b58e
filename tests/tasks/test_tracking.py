"""A cut is taken note of by DVC, which then knows the data by their digest."""

import subprocess
import sys
from pathlib import Path

import pytest

from probatum.capture.calendar import ends
from tasks.cut import take
from tasks.inbox import deliver, receive
from tests.tasks.building import STUDY, a_study

AT = ends(2004)


def dvc(root: Path, *words: str) -> str:
    command = [sys.executable, "-m", "dvc", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_dvc_knows_each_cut_and_nothing_changes_without_news(tmp_path: Path) -> None:
    a_study(tmp_path)
    dvc(tmp_path, "init", "--no-scm", "--quiet")
    assert take.fn(STUDY, AT, tmp_path)
    first = (tmp_path / "data.dvc").read_bytes()
    assert not take.fn(STUDY, AT, tmp_path)
    assert (tmp_path / "data.dvc").read_bytes() == first
    deliver.fn(STUDY, AT, tmp_path)
    receive.fn(STUDY, AT, tmp_path)
    assert take.fn(STUDY, AT, tmp_path)
    assert (tmp_path / "data.dvc").read_bytes() != first
    assert "up to date" in dvc(tmp_path, "status")
