"""What a stage found, in the one form in which every stage writes it down.

A stage is a function of a `Layout` and a `Protocol`; `stage_main` runs it from the command
line::

    if __name__ == "__main__":
        stage_main("drift", drift)
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from probatum.errors import DataError, NotEstimable, Refusal
from probatum.ledger.canonical import Digest
from probatum.stages.layout import Layout, read_json
from probatum.study.grade import Grade
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol

_DIGITS = ".10g"
"""Ten significant digits: finer than any result, coarser than the last bit of a processor."""


class Status(StrEnum):
    """Whether a stage has results, and if not, why that is as it should be."""

    PERFORMED = "performed"
    NOT_PLANNED = "not planned"
    NOT_YET_PERFORMED = "not yet performed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The results of one stage of one study, with what they rest on.

    Attributes
    ----------
    study, stage : str
        Whose results, and which stage's.
    status : Status
        Evidence without results says why in ``reason``.
    reason : str
        One sentence; empty when the stage was performed.
    grade : Grade
        The lowest grade of anything the results depend on (`probatum.study.grade.lowest`).
    protocol_sha256 : str
        SHA-256 of the protocol's bytes.
    model_sha256 : str or None
        The frozen model, where the results depend on one.
    results : mapping
        JSON values; numbers are finite.
    """

    study: str
    stage: str
    status: Status
    reason: str = ""
    grade: Grade
    protocol_sha256: str
    model_sha256: str | None = None
    results: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Refuse evidence without results that does not say why, and digests that are none."""
        object.__setattr__(self, "status", Status(self.status))
        object.__setattr__(self, "grade", Grade(self.grade))
        Digest(self.protocol_sha256)
        if self.model_sha256 is not None:
            Digest(self.model_sha256)
        if (self.status is Status.PERFORMED) == bool(self.reason):
            raise DataError(
                f"evidence of {self.stage} — expected a reason exactly when the stage was not "
                f"performed, got status {self.status.value!r} — state the reason, or none"
            )

    @property
    def is_performed(self) -> bool:
        """Whether there are results."""
        return self.status is Status.PERFORMED


def write_evidence(path: Path, evidence: Evidence) -> None:
    """Write evidence so that the same findings always give the same bytes.

    Keys are sorted, floats hold ten significant digits, the file ends with a line feed and
    replaces the one before it whole.

    Raises
    ------
    NotEstimable
        If a number is NaN or infinite.
    """
    write_json(path, {part.name: getattr(evidence, part.name) for part in fields(evidence)})


def read_evidence(path: Path) -> Evidence:
    """The evidence in a file.

    Raises
    ------
    DataError
        If the file is absent or holds something else.
    """
    try:
        return Evidence(**read_json(path))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{path} — expected the fields of evidence, got others — run its stage again"
        ) from error


def read_evidence_under(path: Path, protocol_sha256: str) -> Evidence:
    """The evidence in a file, made under the protocol as it is now.

    Raises
    ------
    DataError
        As `read_evidence`; and if the protocol was changed since.
    """
    evidence = read_evidence(path)
    if evidence.protocol_sha256 != protocol_sha256:
        raise DataError(
            f"evidence of {evidence.stage} — expected it under the protocol as it is now, got "
            "it under another — derive the stage again"
        )
    return evidence


def write_json(path: Path, value: Any) -> None:
    """Write any JSON value by the rules of `write_evidence`."""
    settled = _settled(value, path.name)
    text = json.dumps(settled, sort_keys=True, indent=2, ensure_ascii=False)
    _replace(path, text + "\n")


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV: floats with ten significant digits, lines ended by a line feed."""
    _replace(path, table.to_csv(index=False, float_format=f"%{_DIGITS}", lineterminator="\n"))


def empty(folder: Path) -> None:
    """Remove the results of an earlier run, so that none outlives what it rested on."""
    for path in sorted(folder.glob("*.json")) + sorted(folder.glob("*.csv")):
        path.unlink()


def stage_main(name: str, function: Callable[[Layout, Protocol], None]) -> None:
    """Run a stage for the study named on the command line.

    A refusal becomes one sentence on the error stream and exit code 2; a bug keeps its
    traceback.
    """
    parser = argparse.ArgumentParser(prog=f"python -m probatum.stages.{name}")
    parser.add_argument("study", help="name of the study's folder below studies/")
    layout = Layout(study=parser.parse_args().study)
    print(f"{name}: {layout.study} ...", flush=True)
    try:
        function(layout, load_protocol(layout.protocol_file))
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        raise SystemExit(2) from None
    print(f"{name}: {layout.study} written", flush=True)


def _settled(value: Any, place: str) -> Any:
    """The value in plain JSON types, each float at the precision that is kept."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Mapping):
        return {str(key): _settled(item, f"{place}/{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(item, f"{place}/{index}") for index, item in enumerate(value)]
    return _rounded(value, place) if isinstance(value, float) else value


def _rounded(number: float, place: str) -> float:
    if not math.isfinite(number):
        raise NotEstimable(
            f"{place} — expected a finite number, got {number} — report the quantity as not "
            "estimable instead"
        )
    return float(format(number, _DIGITS)) + 0.0


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)
