"""What every test is given: a quiet environment, and nothing written outside the project."""

import os
from pathlib import Path

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
