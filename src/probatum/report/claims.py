"""Every quantity a document states, with where it came from and how to make it again."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from probatum.errors import ReportError
from probatum.report.evidence import Evidence, Node, place_of, value_of
from probatum.report.writing import is_estimate, unit_of, written

OPEN, CLOSE = "\ue000", "\ue001"
"""Around a marker in a text; from Unicode's private use, so no text of ours holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement of a document that evidence, or the protocol, holds at a known place."""

    id: str
    text: str
    """As the reader sees it."""
    form: str
    measure: str
    """Taken at the pointer: the ``value``, its ``key``, or its number of ``entries``."""
    value: Any
    interval: tuple[float, float] | None
    level: float | None
    n: int | None
    unit: str | None
    method: str | None
    grade: str | None
    file: str
    pointer: str
    sha256: str
    origin: str
    stage: str
    command: str

    @property
    def is_quantity(self) -> bool:
        """Whether it states a number or a verdict, rather than words."""
        return not isinstance(self.value, str) or self.form not in (
            "text",
            "plain",
            "spaced",
            "titled",
        )

    def as_dict(self) -> dict[str, Any]:
        """The claim as plain JSON values, without what it does not have."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in fields.items() if value is not None}


class Claims:
    """The register of what the documents of one bundle say."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._by_place: dict[tuple[str, str, str, str], Claim] = {}
        self._by_id: dict[str, Claim] = {}
        self._used: list[str] = []

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._by_id.values())

    def __getitem__(self, claim_id: str) -> Claim:
        return self._by_id[claim_id]

    def resolve(self, reference: str, form: str) -> Claim:
        """The claim that ``file#pointer`` supports, written in a form, and registered.

        Raises
        ------
        ReportError
            If no evidence holds it.
        """
        return self.state(self.evidence.node(reference), form)

    def state(self, node: Node, form: str) -> Claim:
        """The claim that a node supports, written in a form, and registered once."""
        source, pointer, measure = place_of(node)
        place = (source.file, pointer, measure, form)
        if place not in self._by_place:
            claim = _claim(str(len(self._by_id) + 1), node, form)
            self._by_place[place] = self._by_id[claim.id] = claim
        self.use(self._by_place[place].id)
        return self._by_place[place]

    def use(self, claim_id: str) -> None:
        """Note that the document being written states a claim."""
        if claim_id not in self._used:
            self._used.append(claim_id)

    @contextmanager
    def used(self) -> Iterator[list[str]]:
        """The ids of the claims stated inside the block, in their order."""
        before, self._used = self._used, []
        try:
            yield self._used
        finally:
            inner, self._used = self._used, before
            for claim_id in inner:
                self.use(claim_id)

    def as_bytes(self) -> bytes:
        """The register as the file ``claims.json``, the same for the same documents."""
        claims = {claim.id: claim.as_dict() for claim in self}
        record = {"study": self.evidence.study, "claims": claims}
        return as_json(record)


def as_json(value: Any) -> bytes:
    """JSON as the bundle writes it: sorted keys, two spaces, one line feed at the end."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def restated(evidence: Evidence, claim_id: str, claim: Mapping[str, Any]) -> dict[str, Any]:
    """What a claim must say in every word, given the evidence at its place.

    Raises
    ------
    ReportError
        If nothing stands at the place.
    """
    source = evidence.source(claim["file"])
    node = Node(source, claim["pointer"], claim["measure"])
    return _claim(claim_id, node, claim["form"]).as_dict()


def _claim(claim_id: str, node: Node, form: str) -> Claim:
    source, pointer, measure = place_of(node)
    value = value_of(node)
    if value is None:
        raise ReportError(
            f"{source.file}#{pointer} — expected a value, got nothing — "
            "say in the document that it is absent"
        )
    estimate = value if is_estimate(value) else {}
    has_interval = estimate.get("lower") is not None
    return Claim(
        id=claim_id,
        text=written(value, form),
        form=form,
        measure=measure,
        value=estimate.get("value", value),
        interval=(estimate["lower"], estimate["upper"]) if has_interval else None,
        level=estimate.get("level") if has_interval else None,
        n=estimate.get("n"),
        unit=unit_of(form),
        method=estimate.get("method"),
        grade=source.grade,
        file=source.file,
        pointer=pointer,
        sha256=source.sha256,
        origin=source.origin,
        stage=source.stage,
        command=source.command,
    )


def marker(kind: str, payload: str) -> str:
    """The mark in a text where a claim, a badge or a block will stand."""
    return f"{OPEN}{kind}:{payload}{CLOSE}"
