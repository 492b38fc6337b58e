"""A small made-up study as it stands before a stage is run: data, model, record and cut.

The people are simulated (`small_study`), the record is written by the same decisions as a real
one (`probatum.capture`), and the model is a plain formula unless a real one is asked for.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from probatum.capture.calendar import ends, matures
from probatum.capture.looks import take_look
from probatum.capture.maturity import link
from probatum.capture.reception import Hand, receive
from probatum.capture.sealing import seal
from probatum.capture.standing import Standing
from probatum.cohort.suites import suites
from probatum.cohort.tables import text_of
from probatum.ledger.canonical import sha256
from probatum.ledger.chain import GENESIS, Entry
from probatum.ledger.events import Event, Kind
from probatum.ledger.jsonl import write_jsonl
from probatum.stages.evidence import Evidence, read_evidence, write_evidence, write_json
from probatum.stages.layout import Layout
from probatum.study.grade import Grade
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol
from tests.small_study import NAME, PROTOCOL, people, write_data

AT = datetime(2004, 1, 2, tzinfo=UTC)
FORMULA = sha256(b"a made-up model")


class AFormula:
    """A fixed logistic formula, which stands for a frozen model in the record."""

    def __init__(self, digest: str = FORMULA) -> None:
        self.sha256 = digest

    def risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Rises with age and falls with gait speed, near the truth of the simulation."""
        age, gait = frame["age"].to_numpy(float), frame["gait_speed"].to_numpy(float)
        return 1 / (1 + np.exp(0.6 - 0.05 * (age - 75) + 2.5 * (gait - 1.2)))

    def fallback_risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """The same formula."""
        return self.risk(frame)


@dataclass
class AStudy:
    """A study on disk whose record is written step by step and cut when asked."""

    layout: Layout
    model: Any = field(default_factory=AFormula)
    entries: list[Entry] = field(default_factory=list)

    @property
    def protocol(self) -> Protocol:
        """What it promises now."""
        return load_protocol(self.layout.protocol_file)

    def amends(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the protocol's file, and derive again what was derived under it."""
        text = yaml.safe_load(self.layout.protocol_file.read_text(encoding="utf-8"))
        change(text)
        self.layout.protocol_file.write_text(yaml.safe_dump(text), encoding="utf-8")
        for path in (
            self.layout.evidence / "quality/quality.json",
            self.layout.models / "training.json",
        ):
            now = self.layout.protocol_sha256()
            write_evidence(path, replace(read_evidence(path), protocol_sha256=now))

    def writes(self, events: Iterable[Event]) -> None:
        """Append events to the record."""
        for event in events:
            self.entries.append(Entry.after(self.entries[-1] if self.entries else None, event))

    def notes(self, kind: Kind, *purpose: str, at: datetime = AT, **payload: Any) -> None:
        """Append one event of a person or a program."""
        event = Event(
            kind=kind, study=NAME, at=at, who="test", why="it is so", grade=Grade.REHEARSAL,
            purpose=purpose, payload=payload,
        )  # fmt: skip
        self.writes([event])

    def freezes(self) -> None:
        """The model is frozen under the protocol."""
        hashes = {
            "model_sha256": self.model.sha256,
            "protocol_sha256": self.layout.protocol_sha256(),
        }
        self.notes(Kind.MODEL_FROZEN, hashes["protocol_sha256"], **hashes)

    def opens(self, *purpose: str, **changes: str) -> None:
        """The evaluation people are opened."""
        hashes = {
            "model_sha256": self.model.sha256,
            "protocol_sha256": self.layout.protocol_sha256(),
            "quality_sha256": "0" * 64,
        }
        payload = {"partition": "evaluation", **hashes, **changes}
        self.notes(Kind.RESULTS_OPENED, "evaluation", *purpose, **payload)

    def silently(self, year: int, *steps: str) -> None:
        """A year passes: its people arrive and are predicted, its outcomes are linked."""
        steps = steps or ("receive", "seal", "link", "look")
        for step in steps:
            getattr(self, f"_{step}")(year)

    def cuts(self) -> Layout:
        """Copy the record to where the stages read it."""
        write_jsonl(self.layout.cut / "ledger.jsonl", self.entries)
        head = self.entries[-1].digest if self.entries else GENESIS
        write_json(self.layout.cut / "cut.json", {"entries": len(self.entries), "head": head})
        return self.layout

    def _receive(self, year: int) -> None:
        content = (self.layout.data / f"replay/baseline-{year}.csv").read_bytes()
        name, hand = f"baseline-{year}.csv", self._hand(ends(year))
        suite = suites(self.protocol)["batch"]
        self.writes(receive(name, content, self._standing(), hand, suite))
        batches = self.layout.cut / "batches"
        batches.mkdir(parents=True, exist_ok=True)
        (batches / f"{sha256(content)[:16]}.csv").write_bytes(content)

    def _seal(self, year: int) -> None:
        content = (self.layout.data / f"replay/baseline-{year}.csv").read_bytes()
        rows = text_of(content, "t")
        batch = self._standing().unsealed[0]
        hand = self._hand(ends(year))
        self.writes(seal(batch, rows, self.model, self._standing(), hand))

    def _link(self, year: int) -> None:
        content = (self.layout.data / f"replay/followup-{year}.csv").read_bytes()
        hand = self._hand(matures(year, self.protocol.outcome))
        suite = suites(self.protocol)["followup"]
        self.writes(link(f"followup-{year}.csv", content, self._standing(), hand, suite))

    def _look(self, year: int) -> None:
        hand = self._hand(matures(year, self.protocol.outcome))
        self.writes(take_look(self._standing(), hand))

    def _standing(self) -> Standing:
        return Standing.of(self.entries)

    def _hand(self, at: datetime) -> Hand:
        return Hand(protocol=self.protocol, at=at)


def a_study(root: Path, **options: Any) -> AStudy:
    """A study with data, sound quality and a made-up model, and an empty record."""
    layout = Layout(study=NAME, root=root)
    layout.protocol_file.parent.mkdir(parents=True)
    shutil.copy(PROTOCOL, layout.protocol_file)
    write_data(people(**options), layout.data)
    study = AStudy(layout=layout)
    write_json(layout.models / "model.json", {"sha256": FORMULA})
    has_quality(layout)
    has_training(layout)
    return study


def has_quality(layout: Layout, *failed: str, passed: bool = True) -> None:
    """The data passed their quality rules, or did not."""
    rules = [{"rule": rule, "severity": "blocking", "passed": False} for rule in failed]
    results = {"blocking_passed": passed and not failed, "rules": rules}
    write_evidence(
        layout.evidence / "quality/quality.json", _evidence(layout, "quality", results)
    )


def has_training(layout: Layout) -> None:
    """Development happened."""
    results = {"best_comparator": "logistic regression", "learning_curve": []}
    write_evidence(layout.models / "training.json", _evidence(layout, "develop", results))


def read(path: Path) -> dict[str, Any]:
    """The evidence in a file, as plain JSON."""
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def _evidence(layout: Layout, stage: str, results: dict[str, Any]) -> Evidence:
    return Evidence(
        study=NAME, stage=stage, status="performed", grade="rehearsal",
        protocol_sha256=layout.protocol_sha256(), results=results,
    )  # fmt: skip
