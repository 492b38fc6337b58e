"""Data whose hash differs from the promised one are refused when they are pulled."""

import shutil
from pathlib import Path

import pytest
from small_study import run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "clone"
    for name in (".dvc/config", ".dvcignore", "data.dvc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "dvcstore", folder / "dvcstore")
    run(["git", "init", "-q"], folder)
    return folder


def stored(folder):
    return sorted(p for p in folder.rglob("dvcstore/files/md5/*/*") if p.suffix != ".dir")


def test_a_fresh_clone_gets_its_data_without_a_network(clone):
    run(["dvc", "pull", "-q", "data.dvc"], clone)
    assert (clone / "data/flc-mortality/retrospective/baseline.csv").stat().st_size > 100_000


def test_a_stored_file_with_one_byte_changed_is_refused(clone):
    run(["dvc", "pull", "-q", "data.dvc"], clone)
    wanted = {p.read_bytes() for p in (clone / "data").rglob("*") if p.is_file()}
    shutil.rmtree(clone / "data")
    shutil.rmtree(clone / ".dvc/cache")
    victim = next(p for p in stored(clone) if p.read_bytes() in wanted and p.stat().st_size)
    altered = bytearray(victim.read_bytes())
    altered[0] ^= 1
    victim.chmod(0o644)
    victim.write_bytes(altered)
    with pytest.raises(AssertionError, match="failed to pull data"):
        run(["dvc", "pull", "data.dvc"], clone)
    assert bytes(altered) not in {p.read_bytes() for p in (clone / "data").rglob("*.csv")}
