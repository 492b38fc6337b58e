"""Where each file of a study lies: its protocol, its data, its models and its evidence."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probatum.errors import DataError
from probatum.ledger.canonical import Digest, sha256
from probatum.study.grade import Grade, lowest


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The folders of one study below the root of a working tree."""

    study: str
    root: Path = field(default_factory=Path)

    @property
    def protocol_file(self) -> Path:
        """What the study promised."""
        return self.root / "studies" / self.study / "protocol.yaml"

    @property
    def data(self) -> Path:
        """What was captured."""
        return self.root / "data" / self.study

    @property
    def cut(self) -> Path:
        """The ledger and the batches, as they stood when they were last copied out."""
        return self.data / "cut"

    @property
    def models(self) -> Path:
        """What was built."""
        return self.root / "models" / self.study

    @property
    def evidence(self) -> Path:
        """What was found."""
        return self.root / "evidence" / self.study

    def protocol_sha256(self) -> Digest:
        """SHA-256 of the protocol's bytes: a changed comma is another protocol."""
        return sha256(read_bytes(self.protocol_file))

    def model_sha256(self) -> Digest:
        """SHA-256 of the model that was built, as its making recorded it."""
        return Digest(read_json(self.models / "model.json")["sha256"])

    def data_grade(self) -> Grade:
        """The grade of the people in the data, as their ingestion recorded it."""
        return lowest([read_json(self.data / "ingestion.json")["grade"]])


def read_bytes(path: Path) -> bytes:
    """The content of a file that must be there.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path} — expected a readable file, got {type(error).__name__} — run the stage "
            "or the ingestion that makes it"
        ) from error


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file that must be there.

    Raises
    ------
    DataError
        If it cannot be read or holds no JSON object.
    """
    try:
        value = json.loads(read_bytes(path))
    except ValueError as error:
        raise DataError(f"{path} — expected JSON, got other text — make it again") from error
    if not isinstance(value, dict):
        raise DataError(f"{path} — expected a JSON object, got another value — make it again")
    return value
