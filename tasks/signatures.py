"""The people who sign: what is asked of whom, the form it is answered on, the answer recorded.

A form is not an identity: whoever can open it can type any name. What counts is the `signed`
event in the ledger, bound to the SHA-256 of the very gates file that was shown and of what the
gate is decided on: an answer stands until something the gate rests on changes. Its payload::

    gate, role          which signature this is
    decision            "approve" or "reject"
    name, meaning       who signs, as printed, and what the signature means
    comment             in the signer's words; may be empty
    basis_sha256        what the gate is decided on, as the gates file states it
    gates_sha256        the evidence/<study>/gates.json that was shown
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.input import RunInput
from prefect.logging import get_run_logger
from prefect.runtime import deployment
from pydantic import Field, create_model

from probatum.errors import LedgerError
from probatum.ledger.canonical import Digest, sha256
from probatum.ledger.events import Event, Kind
from tasks.ledger import entries, record
from tasks.milestones import grade_of_deeds

AWAITING = "criteria met, awaiting signature"
NOT_MET = "criteria not met"
"""Such a gate stays shut whoever signs; its people put that decision on record."""
_SHUT = "The criteria are not met and the gate stays shut: type reject to put that on record"


class SignOff(RunInput):
    """What a person answers when a gate asks for a signature.

    The words are typed, which is a deliberate act; and the lists of Prefect's UI do not open
    under a mouse.
    """

    decision: str = Field(
        pattern="^(approve|reject)$", description="Type the word: approve, or reject"
    )
    printed_name: str = Field(
        min_length=3, pattern=r"^\S.*\S$", description="Your full name, as printed"
    )
    role: str = Field(description="The role in which you sign")
    meaning: str = Field(
        default="approval",
        pattern="^(review|approval|responsibility)$",
        description="What your signature means: review, approval or responsibility",
    )
    comment: str = Field(default="", description="Anything the record should hold with it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One signature that a gate still waits for, and what is shown to the person asked."""

    study: str
    gate: str
    role: str
    shown: str
    criteria_met: bool
    basis_sha256: Digest
    gates_sha256: Digest

    @property
    def key(self) -> str:
        """Name of the question: another gates file is another question."""
        role = re.sub(r"[^a-z0-9]+", "-", self.role.lower())
        return f"{self.gate}-{role}-{self.gates_sha256.short}"

    def form(self) -> type[SignOff]:
        """The form: the role is given; a gate whose criteria are not met cannot be approved."""
        fields: dict[str, Any] = {"role": (Literal[self.role], self.role)}
        if not self.criteria_met:
            fields["decision"] = (str, Field(pattern="^reject$", description=_SHUT))
        form: type[SignOff] = create_model("SignOff", __base__=SignOff, **fields)
        return form.with_initial_data(description=self.shown)


def is_deployed() -> bool:
    """Whether this run can be laid down and taken up again, which a deployment's can."""
    return deployment.id is not None


def outstanding(
    study: str, root: Path = Path(), after: str | None = None
) -> tuple[Request, ...]:
    """The signatures that gates wait for and nobody has given or refused yet, in order.

    Parameters
    ----------
    after : str, optional
        Only the gates after this stage.
    """
    file = root / "evidence" / study / "gates.json"
    shown = file.read_bytes()
    digest = sha256(shown)
    answered = _answered(study, digest, root)
    evidence = json.loads(shown)
    return tuple(
        Request(
            study=study,
            gate=gate["id"],
            role=role,
            shown=_in_words(study, gate, role, evidence["grade"]),
            criteria_met=gate["status"] == AWAITING,
            basis_sha256=Digest(gate["basis_sha256"]),
            gates_sha256=digest,
        )
        for gate, role in _awaited(evidence, after)
        if (gate["id"], role) not in answered
    )


@task(task_run_name="record the signature of the {request.role}", cache_policy=NO_CACHE)
def sign(request: Request, answer: SignOff, at: datetime, root: Path = Path()) -> Digest:
    """Record what was answered; the new head of the ledger. Twice the same is once.

    Raises
    ------
    LedgerError
        If the gates file is no longer the one that was shown.
    Conflict
        If this signature was already given with another answer.
    """
    file = root / "evidence" / request.study / "gates.json"
    if sha256(file.read_bytes()) != request.gates_sha256:
        raise LedgerError(
            f"signature for {request.gate} — expected the gates file that was shown, got a "
            "newer one — read it, and sign that"
        )
    head: Digest = record.fn(request.study, [_signed(request, answer, at, root)], root)
    get_run_logger().info("%s: %s by the %s", request.gate, answer.decision, request.role)
    return head


def _signed(request: Request, answer: SignOff, at: datetime, root: Path) -> Event:
    return Event(
        kind=Kind.SIGNED,
        study=request.study,
        at=at,
        who=answer.printed_name,
        why=f"asked as {request.role} to decide on the gate {request.gate}",
        grade=grade_of_deeds(request.study, root),
        purpose=(request.gate, request.role, request.gates_sha256),
        payload={
            "gate": request.gate,
            "role": request.role,
            "decision": answer.decision,
            "name": answer.printed_name,
            "meaning": answer.meaning,
            "comment": answer.comment,
            "basis_sha256": request.basis_sha256,
            "gates_sha256": request.gates_sha256,
        },
    )


def _awaited(evidence: dict[str, Any], after: str | None) -> Iterator[tuple[Any, str]]:
    for gate in evidence["results"].get("gates", []):
        if gate["status"] in (AWAITING, NOT_MET) and after in (None, gate["after"]):
            for signature in gate["signed_by"]:
                if signature["name"] is None:
                    yield gate, signature["role"]


def _answered(study: str, gates_sha256: Digest, root: Path) -> set[tuple[str, str]]:
    return {
        (entry.event.payload["gate"], entry.event.payload["role"])
        for entry in entries(study, root)
        if entry.event.kind is Kind.SIGNED
        and entry.event.payload["gates_sha256"] == gates_sha256
    }


def _in_words(study: str, gate: dict[str, Any], role: str, grade: str) -> str:
    criteria = "\n".join(
        f"* {criterion['id']}: **{'met' if criterion['met'] else 'not met'}**"
        for criterion in gate["requires"]
    )
    return (
        f"**{gate['id']}**, signature of the {role}: {gate['decides'].lower()} "
        f"(study {study}, evidence of grade *{grade}*)\n\n{criteria}\n\n"
        "The name you type is recorded as typed; this form does not prove who you are. "
        f"You sign what has the SHA-256 `{gate['basis_sha256']}`."
    )
