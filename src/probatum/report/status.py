"""Where a study stands, on one screen: what was captured, what is due, who is waited for."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from probatum.capture.due import due
from probatum.capture.looks import information, look_due
from probatum.capture.standing import Standing
from probatum.ledger.chain import Entry
from probatum.ledger.checkpoint import Checkpoint
from probatum.ledger.database import Database
from probatum.ledger.events import Kind, written
from probatum.ledger.store import Ledger
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol

_MILESTONES = {
    Kind.PROTOCOL_LOCKED: "protocol locked",
    Kind.MODEL_FROZEN: "model frozen",
    Kind.RESULTS_OPENED: "evaluation opened",
}
_WIDTH = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that a status is told from."""

    protocol: Protocol
    entries: Sequence[Entry]
    checkpoint: Checkpoint | None
    waiting: int
    """Files in the inbox that are whole."""
    set_aside: int
    evidence: Mapping[str, Mapping[str, Any]]
    """By the file's name, those that are there: ``gates`` and ``silent``."""


def status_text(root: Path, study: str) -> str:
    """The status of a study for a terminal, at most 96 characters wide; nothing is changed.

    What is due is told as of the last thing recorded: this asks no clock.
    """
    return "\n".join(_lines(_seen(root, study), study)) + "\n"


def _seen(root: Path, study: str) -> Seen:
    live, evidence = root / "var" / study, root / "evidence" / study
    files = {
        "gates": evidence / "gates.json",
        "silent": evidence / "silent" / "performance.json",
    }
    entries: Sequence[Entry] = ()
    checkpoints: Sequence[Checkpoint] = ()
    place = Database.of_study(study, root)
    if place.exists:
        with Ledger(place) as ledger:
            entries, checkpoints = ledger.entries(), ledger.checkpoints()
    inbox = live / "inbox"
    whole = [f for f in (inbox.iterdir() if inbox.is_dir() else ()) if _is_whole(f)]
    return Seen(
        protocol=load_protocol(root / "studies" / study / "protocol.yaml"),
        entries=entries,
        checkpoint=checkpoints[-1] if checkpoints else None,
        waiting=len(whole),
        set_aside=len(list((live / "quarantine").glob("*.md"))),
        evidence={
            name: json.loads(file.read_text(encoding="utf-8"))
            for name, file in files.items()
            if file.is_file()
        },
    )


def _is_whole(file: Path) -> bool:
    return not file.name.startswith(".") and not file.name.endswith(".part")


def _lines(seen: Seen, study: str) -> Iterator[str]:
    yield f"{study}: {seen.protocol.study.title}"
    yield ""
    if not seen.entries:
        yield _line("stage", "not begun: nothing is recorded here")
        yield _line("due", f"make evidence STUDY={study}")
        return
    standing = Standing.of(seen.entries)
    yield from _so_far(seen, standing)
    if seen.protocol.silent is not None:
        yield from _captured(seen, standing)
    yield from _incidents(seen.entries)
    yield from _awaited(seen)


def _line(name: str, said: str) -> str:
    return f"{name:<{_WIDTH}}{said}"


def _so_far(seen: Seen, standing: Standing) -> Iterator[str]:
    yield _line("stage", _stage(seen, standing))
    kinds = [entry.event.kind for entry in seen.entries]
    passed = [
        f"{words} {_day(seen.entries[kinds.index(kind)].event.at)}"
        for kind, words in _MILESTONES.items()
        if kind in kinds
    ]
    if passed:
        yield _line("so far", ", ".join(passed))
    last = seen.entries[-1]
    yield _line(
        "record",
        f"{len(seen.entries):,} entries to {written(last.event.at)}, head {last.digest.short}",
    )
    signed = seen.checkpoint
    yield _line(
        "checkpoint",
        f"{signed.size:,} entries, signed {written(signed.at)}"
        if signed
        else "none signed: capture was given no key (docs/ledger.md)",
    )


def _stage(seen: Seen, standing: Standing) -> str:
    silent = seen.protocol.silent
    if silent is None:
        return "retrospective; the protocol plans no silent stage"
    periods = seen.protocol.population.partitions.silent
    captured = {batch.period for batch in standing.batches.values()}
    if not captured:
        return f"retrospective; silent stage ({silent.capture}) not begun"
    return f"silent ({silent.capture}), {len(captured)} of {len(periods)} periods captured"


def _captured(seen: Seen, standing: Standing) -> Iterator[str]:
    yield _line("inbox", f"{seen.waiting:,} waiting, {seen.set_aside:,} set aside")
    batches = [e for e in seen.entries if e.event.kind is Kind.BATCH_ADMITTED]
    if batches:
        event = batches[-1].event
        yield _line(
            "last batch",
            f"{event.payload['name']}, {event.payload['rows']:,} people, admitted "
            f"{_day(event.at)}",
        )
    yield _line("people", _people(seen, standing))
    yield _line("looks", _looks(seen.protocol, standing))
    if standing.latest is not None:
        acts = Counter(
            one.act.value for one in due(seen.protocol, seen.entries, standing.latest)
        )
        told = ", ".join(f"{act} ({n:,})" if n > 1 else act for act, n in acts.items())
        yield _line("due", told or "nothing, as of the last thing captured")


def _people(seen: Seen, standing: Standing) -> str:
    eligible = len(standing.case_ids) - len(standing.ineligible)
    fallback = sum(one.role == "fallback" for one in standing.predictions.values())
    results = seen.evidence.get("silent", {}).get("results", {})
    analysed = results.get("index", {}).get("auc", {}) or {}
    counts = [
        f"{eligible:,} eligible",
        f"{len(standing.predictions):,} sealed"
        + (f" ({fallback:,} by the fallback)" * bool(fallback)),
        f"{len(standing.outcomes):,} matured",
        f"{analysed['n']:,} analysed" if "n" in analysed else "none analysed yet",
    ]
    return ", ".join(counts)


def _looks(protocol: Protocol, standing: Standing) -> str:
    silent = protocol.silent
    if silent is None:
        return "none planned"
    planned, taken = silent.looks, len(standing.looks)
    said = f"{taken} of {len(planned.fractions)} taken"
    last = max((int(name.removeprefix("look-")) for name in standing.looks), default=0)
    if last >= len(planned.fractions):
        return f"{said}: {', '.join(standing.looks)}"
    needed = planned.fractions[last] * planned.planned_outcomes
    known = information(standing, protocol)
    now = "; due now" if look_due(standing, protocol) else ""
    return f"{said}; look-{last + 1} at {needed:,.0f} known outcomes, {known:,} so far{now}"


def _incidents(entries: Sequence[Entry]) -> Iterator[str]:
    found = [e.event for e in entries if e.event.kind in (Kind.INCIDENT, Kind.DEVIATION)]
    if not found:
        yield _line("incidents", "none")
        return
    handled = Counter(event.payload.get("handling", "recorded") for event in found)
    told = ", ".join(f"{n:,} {how}" for how, n in handled.items())
    yield _line("incidents", f"{len(found):,}: {told}")
    yield _line("", f"last {_day(found[-1].at)}: {found[-1].payload['what']}")


def _awaited(seen: Seen) -> Iterator[str]:
    gates = seen.evidence.get("gates", {}).get("results", {}).get("gates", [])
    for gate in gates:
        waits = [one["role"] for one in gate["signed_by"] if one["name"] is None]
        who = f"; not signed: {', '.join(waits)}" if waits else ""
        yield _line("gate", f"{gate['id']}: {gate['status']}{who}")


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
