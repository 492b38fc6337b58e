"""The stand-in study whose backends are put to standard tasks, and what the tasks say of it."""

from datetime import UTC, datetime

from stand_in import write_study

from tasks import benchmark

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
STUDY = "by-hand"


def a_promise(folder):
    """The stand-in study's promise, and nothing else."""
    write_study(folder, STUDY, "0")
    return folder


class Log:
    """What a task said, without a run of Prefect around it."""

    lines: list[str]

    def __init__(self):
        self.lines = []

    def info(self, form, *parts):
        """Keep the line."""
        self.lines.append(form % parts)

    warning = info


def listening(monkeypatch):
    """What the tasks say from now on."""
    kept = Log()
    monkeypatch.setattr(benchmark, "get_run_logger", lambda: kept)
    return kept
