"""Work done in a process of its own, which says how long it took and how much it held."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.harness import Contender, How


def contender(
    name: str, how: How, work: Callable[[], dict[str, Any]], *, share: float = 1.0
) -> Contender:
    """Work timed by the process that does it: its start is no part of the work."""
    return Contender(
        name=name,
        how=how,
        run=work,
        share=share,
        rounds=1,
        clock=lambda found: (found["seconds"], found["processor_seconds"]),
    )


def figures(module: str, *arguments: str, allowed: int) -> dict[str, Any]:
    """Run a module of benchmarks, which prints its figures as JSON.

    Raises
    ------
    RuntimeError
        Where it held more bytes than are allowed.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if found["peak_bytes"] > allowed:
        raise RuntimeError(f"{' '.join(arguments)} held {found['peak_bytes'] >> 20} MiB")
    return found


def most_resident() -> int:
    """Return the most bytes this process held.

    As Linux tells of the process itself: what ``getrusage`` says is at least what the process
    that started this one held, however little this one does.
    """
    status = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in status if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024
