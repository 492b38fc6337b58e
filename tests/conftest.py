"""What every test is given: a quiet environment, and nothing written outside the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
for name, value in {
    "DO_NOT_TRACK": "1",
    "DVC_NO_ANALYTICS": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "MPLCONFIGDIR": str(ROOT / "var/matplotlib"),
    "DVC_SITE_CACHE_DIR": str(ROOT / "var/dvc"),
    "DVC_GLOBAL_CONFIG_DIR": str(ROOT / "var/dvc/config"),
    "PREFECT_HOME": str(ROOT / "var/prefect-tests"),
}.items():
    os.environ.setdefault(name, value)


@pytest.fixture(scope="session")
def postgresql():
    """The address of a PostgreSQL database that tests may make schemas in."""
    from tests.postgresql import a_server

    with a_server() as address:
        yield address


@pytest.fixture(scope="session")
def staged(tmp_path_factory):
    """The small project after its programme has run, with everything committed."""
    from small_study import build, commit, run

    folder = build(tmp_path_factory.mktemp("small") / "project")
    run(["python", "-m", "flows.programme", "small-study"], folder)
    run(["dvc", "push", "-q", "data.dvc"], folder)
    commit(folder, "The small study through its stages")
    return folder
