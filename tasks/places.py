"""Where a study keeps what lives: its record, its inbox, and what came of each file.

One capture of a study runs at a time on a machine: `capturing` holds a lock, which the system
lets go of when the process ends, however it ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from probatum.cohort.suites import Suite, read_suite
from probatum.ledger.canonical import Digest, sha256
from probatum.ledger.database import Database
from probatum.ledger.store import Ledger
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol

CHECKPOINTS = "checkpoints.jsonl"
"""In a cut: what was signed of its ledger; absent where no key was named."""

CHECKPOINT_KEY = "PROBATUM_CHECKPOINT_KEY"
"""Names the environment variable that holds the file of the key for checkpoints."""

INDEX = "index.json"
"""In a cut's folder of benchmarks: which records lie there, even where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders and files of one study below the root of a working tree."""

    root: Path
    study: str

    @property
    def protocol_file(self) -> Path:
        """What the study promised."""
        return self.root / "studies" / self.study / "protocol.yaml"

    @property
    def live(self) -> Path:
        """What lives: never under data/, never in git."""
        return self.root / "var" / self.study

    @property
    def ledger(self) -> Database:
        """The live record: a file here, or on the server the environment names."""
        return Database.of_study(self.study, self.root)

    @property
    def inbox(self) -> Path:
        """Where an outside system leaves files: written under a hidden name, then renamed."""
        return self.live / "inbox"

    @property
    def admitted(self) -> Path:
        """Files taken in, each named by the first 16 characters of its SHA-256."""
        return self.live / "admitted"

    @property
    def quarantine(self) -> Path:
        """Files set aside, named likewise, each beside a report of why."""
        return self.live / "quarantine"

    @property
    def executions(self) -> Path:
        """What quantum backends answered, and what it cost; absent where none was asked."""
        return self.live / "executions"

    @property
    def benchmarks(self) -> Path:
        """What backends gave on standard tasks; absent where none was put to them."""
        return self.live / "benchmarks"

    @property
    def data(self) -> Path:
        """The study's part of what DVC keeps."""
        return self.root / "data" / self.study

    @property
    def replay(self) -> Path:
        """What the outside system of a replay hands over, when its time has come."""
        return self.data / "replay"

    @property
    def cut(self) -> Path:
        """The copy that numbers are derived from."""
        return self.data / "cut"

    @property
    def models(self) -> Path:
        """The frozen models."""
        return self.root / "models" / self.study

    @property
    def expectations(self) -> Path:
        """The Great Expectations suites that the protocol implies, one file a suite."""
        return self.root / "expectations" / self.study

    def suite(self, name: str) -> Suite:
        """A suite as committed, refused where it is not what the protocol implies."""
        return read_suite(self.expectations, name, self.protocol())

    def protocol(self) -> Protocol:
        """The study's protocol; parsed again only when its bytes have changed."""
        content = self.protocol_file.read_bytes() if self.protocol_file.exists() else b""
        return _protocol(self.protocol_file, sha256(content))


@lru_cache(maxsize=8)
def _protocol(file: Path, _digest: Digest) -> Protocol:
    return load_protocol(file)


def benchmark_name(digest: str) -> str:
    """The name of a file of benchmark records, from the SHA-256 of its content."""
    return f"{digest[:16]}.json"


@contextmanager
def capturing(places: Places) -> Iterator[Ledger]:
    """The live ledger, while no other process captures the same study."""
    for folder in (places.inbox, places.admitted, places.quarantine):
        folder.mkdir(parents=True, exist_ok=True)
    with (places.live / "capture.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with Ledger(places.ledger) as ledger:
            yield ledger


def hand_over(name: str, content: bytes, folder: Path) -> None:
    """Leave a file in a folder so that it is there whole or not at all."""
    partial = folder / f".{name}.part"
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / name)
