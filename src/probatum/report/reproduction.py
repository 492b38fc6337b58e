"""Everything derived once more in a clean copy, and each output compared with the original.

A plain ``dvc repro`` proves nothing: it answers from its cache. Here the committed state is
cloned, every stage is forced to run by the clone's own code, and the outputs are read beside
those of the original.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from probatum.errors import VerificationFailure
from probatum.report.comparison import Comparison, Verdict, compare

__all__ = ["Comparison", "Verdict", "compare", "reproduce", "reproduction_text"]

Say = Callable[[str], object]
_HINTS = ("To track", "To enable", "git add", "dvc config", "Use `dvc push`", "> env ")
"""What DVC tells its user about git, which is of no use in a copy that is thrown away."""


def reproduce(
    repo: Path, study: str, *, resolution: float, progress: Say
) -> tuple[Comparison, ...]:
    """Derive a study again from what is committed, and compare every output.

    Parameters
    ----------
    repo : Path
        Top of the project; nothing tracked may differ from the last commit.
    study : str
        Name of a folder in ``studies/``.
    resolution : float
        The finest difference that counts as one; from the protocol.
    progress : callable
        Given one line of text at a time.

    Raises
    ------
    VerificationFailure
        If something is not committed, not derived yet, or cannot be derived again.
    """
    repo = repo.resolve()
    _check_committed(repo)
    with tempfile.TemporaryDirectory(prefix="probatum-") as folder:
        copy = Path(folder) / "copy"
        _run(["git", "clone", "--quiet", "--local", str(repo), str(copy)], repo, progress)
        stages = stages_of(copy / "dvc.yaml", study)
        outputs = outputs_of(copy / "dvc.lock", stages)
        _check_derived(repo, outputs)
        progress("the captured data, from the store inside the clone")
        _run(_dvc("pull", "data.dvc"), copy, progress)
        progress(f"every stage of {study}, forced: {', '.join(stages)}")
        _run(_dvc("repro", "--force", "--no-run-cache", *stages), copy, progress)
        return tuple(_compared(repo, copy, outputs, resolution))


def reproduction_text(found: Iterable[Comparison]) -> str:
    """A line a file, then how many fared how.

    Examples
    --------
    >>> print(reproduction_text([Comparison(path="a.json", verdict=Verdict.SAME_BYTES)]))
    a.json: bit-identical
    1 file compared: 1 bit-identical
    <BLANKLINE>
    """
    found = tuple(found)
    counts = Counter(comparison.verdict for comparison in found)
    tally = ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v]) or "none"
    files = "file" if len(found) == 1 else "files"
    lines = [*map(str, found), f"{len(found)} {files} compared: {tally}"]
    return "\n".join(lines) + "\n"


def stages_of(pipeline: Path, study: str) -> tuple[str, ...]:
    """The DVC targets of a study, in the pipeline's order."""
    stages = _read(pipeline).get("stages", {})
    return tuple(f"{word}@{study}" for word, stage in stages.items() if "foreach" in stage)


def outputs_of(lock: Path, stages: Sequence[str]) -> tuple[str, ...]:
    """What the stages wrote when they were last run and committed.

    Raises
    ------
    VerificationFailure
        If a stage was never run.
    """
    recorded = _read(lock).get("stages", {})
    missing = [stage for stage in stages if stage not in recorded]
    if missing or not stages:
        raise VerificationFailure(
            f"{lock.name} — expected every stage of the study, got none for "
            f"{', '.join(missing) or 'it'} — derive the study and commit before reproducing"
        )
    return tuple(out["path"] for stage in stages for out in recorded[stage].get("outs", []))


def _compared(
    repo: Path, copy: Path, outputs: Sequence[str], resolution: float
) -> Iterator[Comparison]:
    for output in outputs:
        for comparison in compare(repo / output, copy / output, resolution=resolution):
            path = f"{output}/{comparison.path}".rstrip("/")
            yield replace(comparison, path=path)


def _check_committed(repo: Path) -> None:
    command = ["git", "status", "--porcelain", "--untracked-files=no"]
    answer = subprocess.run(command, cwd=repo, text=True, capture_output=True)
    if answer.returncode:
        raise VerificationFailure(
            f"{repo} — expected a git working tree, got none — run this at the project's top"
        )
    changed = len(answer.stdout.splitlines())
    if changed:
        raise VerificationFailure(
            f"working tree — expected it as it was committed, got {changed} changed file(s) — "
            "commit them: only what is committed can be reproduced"
        )


def _check_derived(repo: Path, outputs: Sequence[str]) -> None:
    for output in outputs:
        if not (repo / output).exists():
            raise VerificationFailure(
                f"{output} — expected the original to compare with, got none — derive it first"
            )


def _dvc(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dvc", *arguments]


def _run(command: Sequence[str], folder: Path, progress: Say) -> None:
    """Run a program in a folder, its output told line by line."""
    said = list[str]()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as program:
        for line in program.stdout or ():
            said.append(line.strip())
            if line.strip() and not line.strip().startswith(_HINTS):
                progress(f"  | {line.rstrip()}")
    if program.returncode:
        raise VerificationFailure(
            f"{' '.join(command[-3:])} — expected it to succeed in a clean copy, got: "
            f"{_own_words(said)} — commit, and dvc push, all that it needs"
        )


def _own_words(said: Sequence[str]) -> str:
    """The last line of the program that failed; DVC's where it said nothing."""
    spoken = [line for line in said if line] or ["nothing"]
    own = [line for line in spoken if not line.startswith("ERROR: ")]
    return (own or spoken)[-1]


def _environment(folder: Path) -> Mapping[str, str]:
    """This interpreter first on the path, the clone's own code before any installed one."""
    here = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": os.pathsep.join([here, os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": str(folder / "src"),
        "DVC_NO_ANALYTICS": "1",
    }


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise VerificationFailure(
            f"{path.name} — expected it at the top of the project, got none — commit it"
        )
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
