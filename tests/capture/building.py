"""Files and records of a small made-up study; change the one thing that matters."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.capture.calendar import ends, matures
from probatum.capture.maturity import link
from probatum.capture.reception import Hand, receive
from probatum.capture.sealing import seal
from probatum.capture.standing import Standing
from probatum.cohort.suites import suites
from probatum.cohort.tables import text_of
from probatum.ledger.canonical import sha256
from probatum.ledger.chain import Entry
from probatum.ledger.events import Event, Kind
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol

PROTOCOL_FILE = Path(__file__).parents[1] / "assets" / "small-study" / "protocol.yaml"
PROTOCOL = load_protocol(PROTOCOL_FILE)
SUITES = suites(PROTOCOL)
MODEL_SHA256 = sha256(b"a made-up model")
Row = dict[str, str]


class AModel:
    """A fixed logistic formula, which stands for a frozen model."""

    sha256: str = MODEL_SHA256

    def risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Rises with age, falls with gait speed and vitamin D."""
        score = (
            frame["age"] / 20 - 2 * frame["gait_speed"] - frame["vitamin_d"].fillna(50) / 100
        )
        return (1 / (1 + np.exp(2 - score))).to_numpy(np.float64)

    def fallback_risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """The same without vitamin D."""
        return self.risk(frame.assign(vitamin_d=np.nan)) / 2


def a_case(number: int, period: int = 2004) -> str:
    """The pseudonym of a person."""
    return f"p-{period}-{number:012x}"


def patients(period: int = 2004, n: int = 20, **changes: str) -> list[Row]:
    """Sound baseline rows; ``changes`` apply to the first row."""
    rng = np.random.default_rng(period)
    rows = [
        {
            "person": a_case(number, period),
            "visit_year": str(period),
            "age": str(rng.integers(60, 91)),
            "sex": str(rng.choice(["F", "M"])),
            "gait_speed": f"{rng.uniform(0.4, 1.6):.2f}",
            "vitamin_d": f"{rng.uniform(20, 120):.1f}",
        }
        for number in range(n)
    ]
    rows[0] |= changes
    return rows


def outcomes(period: int = 2004, n: int = 20, **changes: str) -> list[Row]:
    """Sound follow-up rows of the same people; ``changes`` apply to the first row."""
    rng = np.random.default_rng(period + 1)
    rows = [
        {
            "person": a_case(number, period),
            "days": str(rng.integers(10, 900)),
            "fell": str(rng.integers(0, 2)),
        }
        for number in range(n)
    ]
    rows[0] |= changes
    return rows


def as_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as the bytes of a file."""
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def hand(at: datetime | None = None, protocol: Protocol = PROTOCOL) -> Hand:
    """Capture at the end of the first silent period, unless said otherwise."""
    return Hand(protocol=protocol, at=at or ends(2004))


def frozen(protocol: Protocol = PROTOCOL, **changes: Any) -> Event:
    """The event that freezes the made-up model."""
    payload = {"model_sha256": MODEL_SHA256, "protocol_sha256": sha256(b"protocol"), **changes}
    why = "development is over"
    return hand(protocol=protocol).event(Kind.MODEL_FROZEN, why, ("model",), payload)


class ARecord:
    """A record in memory, written by the same decisions as the one on disk."""

    def __init__(self, *events: Event) -> None:
        self.entries: list[Entry] = []
        self.write(events)

    def write(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Append events; give them back."""
        events = tuple(events)
        for event in events:
            self.entries.append(Entry.after(self.entries[-1] if self.entries else None, event))
        return events

    @property
    def standing(self) -> Standing:
        """What it says by now."""
        return Standing.of(self.entries)

    def receives(self, rows: list[Row], hand_: Hand) -> tuple[Event, ...]:
        """A file of patients arrives."""
        return self.write(
            receive("file.csv", as_csv(rows), self.standing, hand_, SUITES["batch"])
        )

    def seals(self, rows: list[Row], hand_: Hand) -> tuple[Event, ...]:
        """The batch just admitted is predicted."""
        batch = self.standing.unsealed[0]
        events = seal(batch, text_of(as_csv(rows), "t"), AModel(), self.standing, hand_)
        return self.write(events)

    def links(self, rows: list[Row], hand_: Hand) -> tuple[Event, ...]:
        """A file of outcomes arrives."""
        return self.write(
            link("file.csv", as_csv(rows), self.standing, hand_, SUITES["followup"])
        )


def a_sealed_record(period: int = 2004, n: int = 20) -> ARecord:
    """A record with one batch admitted and predicted at the end of its period."""
    record = ARecord(frozen())
    record.receives(patients(period, n), hand(ends(period)))
    record.seals(patients(period, n), hand(ends(period)))
    return record


def mature(period: int = 2004) -> Hand:
    """Capture at the instant at which a period's outcomes are known."""
    return hand(matures(period, PROTOCOL.outcome))
