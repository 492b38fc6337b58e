"""What the cut says was sealed and what came of it, read from its ledger and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.errors import BrokenChain, CaptureError, LedgerError, ModelError
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry, verify
from probatum.ledger.events import Kind, instant
from probatum.ledger.jsonl import read_jsonl
from probatum.stages.layout import Layout, read_json

_SEALED = ["case_id", "batch_sha256", "role", "risk", "risk_raw", "model_sha256", "seq", "at"]
_OUTCOMES = ["case_id", "time", "event", "known_at", "seq", "at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The verified prefix of the ledger that a study's numbers rest on; it may be empty."""

    entries: tuple[Entry, ...]
    head: Digest

    def of(self, *kinds: Kind) -> tuple[Entry, ...]:
        """The entries of some kinds, in their order."""
        return tuple(entry for entry in self.entries if entry.event.kind in kinds)

    def payloads(self, *kinds: Kind) -> list[dict[str, Any]]:
        """What the entries of some kinds say, in their order."""
        return [dict(entry.event.payload) for entry in self.of(*kinds)]

    def before(self, entry: Entry) -> "Cut":
        """The record as it stood just before an entry was written."""
        return Cut(entries=self.entries[: entry.seq], head=entry.previous)

    def grades(self) -> set[str]:
        """The grades of what happened."""
        return {entry.event.grade.value for entry in self.entries}


def read_cut(layout: Layout) -> Cut:
    """The cut of a study; empty where none was made.

    Raises
    ------
    BrokenChain
        If the ledger was altered.
    LedgerError
        If it holds another study's events.
    """
    path = layout.cut / "ledger.jsonl"
    entries = tuple(read_jsonl(path)) if path.exists() else ()
    head = verify(entries)
    strangers = {entry.event.study for entry in entries} - {layout.study}
    if strangers:
        raise LedgerError(
            f"{path} — expected events of {layout.study} only, got {sorted(strangers)} — "
            "take the cut of this study again"
        )
    return Cut(entries=entries, head=head)


def check_head(layout: Layout, cut: Cut) -> None:
    """Refuse a cut whose ledger does not end where the cut says it does.

    A chain cannot tell that its own end was cut off; the cut keeps the digest of its last entry
    beside it.

    Raises
    ------
    BrokenChain
        If entries are missing at the end, or were added after the cut was made.
    """
    path = layout.cut / "cut.json"
    stated = read_json(path)["head"] if cut.entries or path.exists() else cut.head
    if stated != cut.head:
        raise BrokenChain(
            f"{path} — expected a ledger that ends with {stated[:12]}…, got one that ends with "
            f"{cut.head.short}… — take the cut again, or restore it from a good copy"
        )


def sealed_predictions(cut: Cut) -> pd.DataFrame:
    """One row a sealed prediction: case, batch, role, risk, model, place and time.

    ``risk_raw`` is the risk without error mitigation, missing where none was done.
    """
    return pd.DataFrame(_rows(cut.of(Kind.PREDICTION_SEALED)), columns=_SEALED)


def linked_outcomes(cut: Cut) -> pd.DataFrame:
    """One row a case: the outcome as it was last corrected, and when it was first known.

    A correction replaces follow-up time and event, and never the moment at which an outcome
    was first known.
    """
    rows = {row["case_id"]: row for row in _rows(cut.of(Kind.OUTCOME_LINKED))}
    for correction in _rows(cut.of(Kind.OUTCOME_CORRECTED)):
        changed = {name: correction[name] for name in ("time", "event")}
        rows[correction["case_id"]] = {**rows[correction["case_id"]], **changed}
    return pd.DataFrame(rows.values(), columns=_OUTCOMES)


def frozen_models(cut: Cut, protocol_sha256: str) -> list[str]:
    """SHA-256 of each model frozen under a protocol, the latest last."""
    frozen = cut.payloads(Kind.MODEL_FROZEN)
    return [f["model_sha256"] for f in frozen if f["protocol_sha256"] == protocol_sha256]


def check_model(sealed: pd.DataFrame, model_sha256: str) -> None:
    """Refuse predictions of any model but the frozen one.

    Raises
    ------
    ModelError
        Naming the place of the first such prediction.
    """
    others = sealed[sealed["model_sha256"] != model_sha256]
    if len(others):
        first = others.iloc[0]
        raise ModelError(
            f"entry {first['seq']} — expected a prediction of the frozen model "
            f"{model_sha256[:12]}…, got one of {first['model_sha256'][:12]}… — a changed model "
            "is another study: freeze it and start its silent stage anew"
        )


def check_order(sealed: pd.DataFrame, outcomes: pd.DataFrame) -> None:
    """Refuse an outcome that was known before its prediction was sealed, or has none.

    The order is asked for twice: of the places in the record and of the times stated.

    Raises
    ------
    CaptureError
        Naming the place of the first such outcome.
    """
    orphans = outcomes[~outcomes["case_id"].isin(sealed["case_id"])]
    if len(orphans):
        raise CaptureError(
            f"entry {orphans['seq'].iloc[0]} — expected an outcome of a person with a sealed "
            "prediction, got one without — find out why the prediction is absent"
        )
    both = sealed.merge(outcomes, on="case_id", suffixes=("", "_outcome"))
    known = both["known_at"].map(instant)
    early = both[(both["seq_outcome"] < both["seq"]) | (known <= both["at"])]
    if len(early):
        raise CaptureError(
            f"entry {early['seq'].iloc[0]} — expected a prediction sealed before its outcome "
            f"was known, got one sealed after (entry {early['seq_outcome'].iloc[0]}) — such a "
            "prediction proves nothing: find out how it came about, and do not analyse it"
        )


def _rows(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {**entry.event.payload, "seq": entry.seq, "at": entry.event.at} for entry in entries
    ]
