"""Whether the evaluation patients may be looked at, and how often they were."""

from dataclasses import dataclass
from typing import Any

from probatum.ledger.chain import Entry
from probatum.ledger.events import Kind, written
from probatum.stages.evidence import Evidence
from probatum.stages.record import Cut

PARTITION = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Every look at the evaluation patients on record, and the one this analysis rests on.

    Attributes
    ----------
    looks : tuple of Entry
        Each opening of the evaluation patients, under whichever protocol and model.
    own : Entry or None
        The first opening under this protocol with this model; None if there is none.
    """

    looks: tuple[Entry, ...]
    own: Entry | None

    def grades(self) -> list[str]:
        """How each look came about."""
        return [entry.event.grade.value for entry in self.looks]

    def as_dict(self) -> dict[str, Any]:
        """The counted looks as they stand in evidence."""
        return {"count": len(self.looks), "events": [_told(entry) for entry in self.looks]}


def opening(cut: Cut, *, protocol_sha256: str, model_sha256: str) -> Opening:
    """What the cut says of openings."""
    looks = tuple(
        entry
        for entry in cut.of(Kind.RESULTS_OPENED)
        if entry.event.payload["partition"] == PARTITION
    )
    wanted = {"protocol_sha256": protocol_sha256, "model_sha256": model_sha256}
    own = [entry for entry in looks if wanted.items() <= entry.event.payload.items()]
    return Opening(looks=looks, own=own[0] if own else None)


def why_closed(quality: Evidence, opened: Opening) -> str:
    """Why the evaluation patients may not be looked at; empty if they may."""
    if not quality.is_performed:
        return f"the quality of the data was not checked: {quality.reason}"
    if not quality.results["blocking_passed"]:
        return f"a blocking quality rule failed: {', '.join(_failed(quality))}"
    if opened.own is None:
        return "the evaluation patients have not been opened"
    return ""


def _failed(quality: Evidence) -> list[str]:
    rules = quality.results["rules"]
    failed = [r["rule"] for r in rules if r["severity"] == "blocking" and not r["passed"]]
    return list(dict.fromkeys(failed))


def _told(entry: Entry) -> dict[str, Any]:
    payload = entry.event.payload
    return {
        "at": written(entry.event.at),
        "entry_digest": entry.digest,
        "model_sha256": payload["model_sha256"],
        "protocol_sha256": payload["protocol_sha256"],
    }
