"""Another program as a child: heard line by line, and never left behind."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

_PATIENCE = 5.0
"""Seconds a child gets to end by itself before it is made to."""


@contextmanager
def running(command: Sequence[str], root: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a program with this interpreter first on the path, output in one text stream.

    However the block is left, by an error, a cancellation or Ctrl-C, the program and everything
    it started have ended.
    """
    here = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([here, os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "DVC_NO_ANALYTICS": "1",
    }
    program = subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        yield program
    finally:
        end(program)


def end(program: subprocess.Popen[Any]) -> None:
    """End a program and all its descendants; nothing to do where they have ended."""
    family = _family(program)
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.terminate()
    _, alive = psutil.wait_procs(family, timeout=_PATIENCE)
    for member in alive:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    program.wait()
    if program.stdout:
        program.stdout.close()


def _family(program: subprocess.Popen[Any]) -> list[psutil.Process]:
    if program.poll() is not None:
        return []
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(program.pid)
        return [*parent.children(recursive=True), parent]
    return []
