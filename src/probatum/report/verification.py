"""Whether a bundle is what it says: every file, every statement, and the record behind them.

Needs nothing but the bundle: no network, no version control, no workflow engine.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probatum.errors import LedgerError, ReportError, VerificationFailure
from probatum.ledger.canonical import sha256
from probatum.ledger.chain import verify as verify_chain
from probatum.report.claims import as_json, restated
from probatum.report.container import contents
from probatum.report.evidence import Evidence
from probatum.report.record import entries_of
from probatum.report.statements import statements

_MANIFEST, _CLAIMS = "manifest.json", "claims.json"
_FIELDS = {"study", "grade", "protocol_sha256", "model_sha256", "ledger_head", "files"}
_SHOWN = 20
"""Problems named at most; a bundle with more is not worth reading further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a bundle that holds together says of itself."""

    study: str
    grade: str
    protocol_sha256: str
    model_sha256: str | None
    ledger_head: str | None
    manifest_sha256: str
    """Digest of the manifest: it stands for the whole bundle, and is what one signs."""
    files: int
    claims: int
    entries: int


def verify(path: Path) -> Verified:
    """Check a bundle in a folder or a zip file, and say what it is.

    Raises
    ------
    VerificationFailure
        Naming every file or claim that is not what it should be.
    """
    files = contents(path)
    manifest = _manifest(files)
    claims = _claims(files)
    problems = [
        *_of_files(files, manifest),
        *_of_identity(files, manifest),
        *_of_claims(files, claims, str(manifest["study"])),
        *_of_documents(files, claims),
    ]
    entries, broken = _chain(files, manifest)
    problems += broken
    if problems:
        more = len(problems) - _SHOWN
        rest = [f"and {more} more"] if more > 0 else []
        raise VerificationFailure("\n".join([*problems[:_SHOWN], *rest]))
    return Verified(
        **{name: manifest[name] for name in _FIELDS - {"files"}},
        manifest_sha256=sha256(files[_MANIFEST]),
        files=len(files),
        claims=len(claims),
        entries=entries,
    )


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    manifest = _json(files, _MANIFEST)
    if not isinstance(manifest, dict) or set(manifest) != _FIELDS:
        raise _unlike(_MANIFEST, "the fields of a manifest", "others")
    if as_json(manifest) != files[_MANIFEST]:
        raise _unlike(_MANIFEST, "the one spelling a manifest has", "another")
    rows = manifest["files"]
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and set(row) == {"path", "bytes", "sha256"} for row in rows
    ):
        raise _unlike(_MANIFEST, "path, bytes and sha256 of each file", "something else")
    return manifest


def _claims(files: Mapping[str, bytes]) -> dict[str, Any]:
    register = _json(files, _CLAIMS)
    if not isinstance(register, dict) or set(register) != {"claims", "study"}:
        raise _unlike(_CLAIMS, "a study and its claims", "something else")
    claims = register["claims"]
    if not isinstance(claims, dict) or not all(isinstance(c, dict) for c in claims.values()):
        raise _unlike(_CLAIMS, "claims by their ids", "something else")
    return claims


def _json(files: Mapping[str, bytes], name: str) -> Any:
    if name not in files:
        raise _unlike(name, "a file of the bundle", "none")
    try:
        return json.loads(files[name])
    except ValueError as error:
        raise _unlike(name, "JSON", "other bytes") from error


def _of_files(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    listed = {str(row["path"]): row for row in manifest["files"]}
    if len(listed) != len(manifest["files"]):
        yield _said(_MANIFEST, "each file once", "a file twice")
    for path in sorted(listed.keys() - files.keys()):
        yield _said(path, "a file of the bundle", "none")
    for path in sorted(files.keys() - listed.keys() - {_MANIFEST}):
        yield _said(path, "only files the manifest lists", "an extra file")
    for path in sorted(listed.keys() & files.keys()):
        digest, row = sha256(files[path]), listed[path]
        if row["sha256"] != digest:
            yield _said(path, f"SHA-256 {str(row['sha256'])[:12]}…", f"{digest.short}…")
        elif row["bytes"] != len(files[path]):
            yield _said(path, f"{row['bytes']} bytes", f"{len(files[path])}")


def _of_identity(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    """Whether the manifest's own words are those of the files."""
    protocol = sha256(files["protocol.yaml"]) if "protocol.yaml" in files else None
    if manifest["protocol_sha256"] != protocol:
        yield _said("protocol.yaml", "the protocol that the manifest names", "another")
    model = _json(files, "models/model.json") if "models/model.json" in files else {}
    if manifest["model_sha256"] != model.get("sha256"):
        yield _said("models/model.json", "the model that the manifest names", "another")
    if manifest["study"] != _json(files, _CLAIMS).get("study"):
        yield _said(_CLAIMS, "the study that the manifest names", "another")
    try:
        if manifest["grade"] != _evidence(files, str(manifest["study"])).grade():
            yield _said(_MANIFEST, "the lowest grade of the evidence", "another")
    except ReportError as error:
        yield str(error)
    yield from _of_envelopes(files, manifest)


def _of_envelopes(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    """Whether every result is of this study, this protocol and this model."""
    for path in sorted(files):
        if not (path.startswith("evidence/") and path.endswith(".json")):
            continue
        envelope = _json(files, path)
        if not isinstance(envelope, dict) or "results" not in envelope:
            continue
        for name in ("study", "protocol_sha256", "model_sha256"):
            stated = envelope.get(name)
            if stated is not None and stated != manifest[name]:
                yield _said(path, f"the {name} of the manifest", "another")


def _evidence(files: Mapping[str, bytes], study: str) -> Evidence:
    held = {p: c for p, c in files.items() if p not in (_MANIFEST, _CLAIMS)}
    return Evidence(study=study, files=held)


def _of_claims(
    files: Mapping[str, bytes], claims: Mapping[str, Any], study: str
) -> Iterator[str]:
    """Whether the evidence still supports each claim, in every word of it."""
    evidence = _evidence(files, study)
    for claim_id, claim in claims.items():
        try:
            held = restated(evidence, claim_id, claim)
        except (ReportError, KeyError, TypeError):
            yield _said(f"claim {claim_id}", "a value at its place in the evidence", "none")
            continue
        place = f"{claim['file']}#{claim['pointer']}"
        for name in sorted(held.keys() | claim.keys()):
            if json.dumps(held.get(name)) != json.dumps(claim.get(name)):
                yield _said(f"claim {claim_id}", f"the {name} that {place} holds", "another")


def _of_documents(files: Mapping[str, bytes], claims: Mapping[str, Any]) -> Iterator[str]:
    """Whether every statement of a page is the claim it names."""
    for path in sorted(files):
        if path.endswith(".html"):
            for claim_id, text in statements(files[path].decode(errors="replace")):
                if claims.get(claim_id, {}).get("text") != text:
                    yield _said(path, f"the text of claim {claim_id}", "another")


def _chain(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> tuple[int, list[str]]:
    """How many entries the record has, and what is wrong with it."""
    if "ledger.jsonl" not in files:
        is_none = manifest["ledger_head"] is None
        return 0, [] if is_none else [_said("ledger.jsonl", "a record", "none")]
    try:
        entries = entries_of(files["ledger.jsonl"])
    except LedgerError as error:
        return 0, [f"ledger.jsonl: {error}"]
    problems = []
    if verify_chain(entries) != manifest["ledger_head"]:
        problems.append(_said("ledger.jsonl", "the head that the manifest names", "another"))
    if strangers := {e.event.study for e in entries} - {manifest["study"]}:
        problems.append(_said("ledger.jsonl", "this study's entries", ", ".join(strangers)))
    return len(entries), problems


def _said(what: str, expected: str, got: str) -> str:
    return f"{what} — expected {expected}, got {got} — ask for a good copy"


def _unlike(what: str, expected: str, got: str) -> VerificationFailure:
    return VerificationFailure(_said(what, expected, got))
