"""A headless Chromium that leaves nothing in the home of whoever runs the tests."""

import os
from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")


def launched(playwright, home):
    """The browser, with a home of its own for crash reports and settings."""
    homes = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    return playwright.chromium.launch(
        executable_path=str(CHROMIUM),
        args=["--no-sandbox"],
        env={**os.environ, **dict.fromkeys(homes, str(home))},
    )
