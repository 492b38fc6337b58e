"""Everything an assessor is handed: documents, evidence, record, and the list of all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from probatum.errors import ReportError
from probatum.ledger.canonical import sha256
from probatum.report.claims import Claims, as_json
from probatum.report.composition import Document, Frame, composed
from probatum.report.evidence import Evidence, value_of
from probatum.report.figures.gallery import Gallery
from probatum.report.printed import pdf
from probatum.report.record import head_of
from probatum.report.templating import Pen
from probatum.report.web import Neighbour, page

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    name: str
    title: str
    is_printed: bool = False
    has_contents: bool = False

    @property
    def file(self) -> str:
        return f"{self.name}.html"


_KINDS = (
    _Kind(name="technical-file", title="Technical file", is_printed=True, has_contents=True),
    _Kind(name="ethics-summary", title="Ethics summary", is_printed=True),
    _Kind(name="advantage", title="Is there an advantage?", is_printed=True),
    _Kind(name="model-card", title="Model card"),
    _Kind(name="quality", title="Data quality"),
    _Kind(name="datasheet", title="Datasheet"),
    _Kind(name="index", title="Overview"),
)
_SHOWN = (_KINDS[-1], *_KINDS[:-1])
"""The order in which a page leads to the others."""


def collected(root: Path, study: str) -> Evidence:
    """The files of a study from which its bundle is made, below the root of a working tree.

    Raises
    ------
    ReportError
        If the study has no protocol, or nothing was found yet.
    """
    protocol = root / "studies" / study / "protocol.yaml"
    evidence = root / "evidence" / study
    if not protocol.is_file() or not evidence.is_dir():
        raise ReportError(
            f"study {study} — expected a protocol and a folder of evidence, got not both — "
            "run the stages before the dossier"
        )
    files = {path.name: path.read_bytes() for path in sorted(protocol.parent.glob("*.yaml"))}
    for path in sorted(evidence.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            files[f"evidence/{path.relative_to(evidence).as_posix()}"] = path.read_bytes()
    data = root / "data" / study
    places = {f"models/{n}": root / "models" / study / n for n in _OF_MODELS}
    places |= {"ingestion.json": data / "ingestion.json"}
    places |= {"ledger.jsonl": data / "cut" / "ledger.jsonl"}
    found = {name: path.read_bytes() for name, path in places.items() if path.is_file()}
    return Evidence(study=study, files=files | found)


_OF_MODELS = ("training.json", "model.json", "circuit.qasm")


def bundle(evidence: Evidence, templates: Path) -> dict[str, bytes]:
    """Every file of the bundle, by its path; the same evidence gives the same bytes.

    Parameters
    ----------
    evidence : Evidence
        What the documents may speak from.
    templates : Path
        Folder of the templates.

    Raises
    ------
    ReportError
        If a document asks for what no evidence holds.
    """
    _refuse_another_protocol(evidence)
    claims = Claims(evidence)
    pen = Pen(claims, templates, _facts(evidence))
    gallery = Gallery(evidence, claims, pen)
    frame = _frame(evidence)
    documents = [(kind, composed(kind.name, pen, gallery, frame)) for kind in _KINDS]
    files = dict(evidence.files)
    for kind, document in documents:
        files |= _rendered(kind, document, templates, _date(evidence))
    files["claims.json"] = claims.as_bytes()
    files[MANIFEST] = as_json(manifest(evidence, files))
    return files


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a bundle; what an earlier one left in the folder is removed."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for name, content in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def manifest(evidence: Evidence, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the bundle is, and every other file of it with its size and digest."""
    record = evidence.files.get("ledger.jsonl")
    model = evidence.node("models/model.json") if evidence.has("models/model.json") else None
    return {
        "study": evidence.study,
        "grade": evidence.grade(),
        "protocol_sha256": sha256(evidence.files["protocol.yaml"]),
        "model_sha256": value_of(model["sha256"]) if model is not None else None,
        "ledger_head": None if record is None else head_of(record),
        "files": [
            {"path": path, "bytes": len(content), "sha256": sha256(content)}
            for path, content in sorted(files.items())
            if path != MANIFEST
        ],
    }


def _refuse_another_protocol(evidence: Evidence) -> None:
    promised = sha256(evidence.files["protocol.yaml"])
    for file in sorted(evidence.files):
        document = evidence.source(file).document if file.endswith(".json") else None
        used = document.get("protocol_sha256") if isinstance(document, dict) else None
        if used not in (None, promised):
            raise ReportError(
                f"{file} — expected it under protocol {promised.short}…, got it under "
                f"{used[:12]}… — derive its stage again"
            )


def _facts(evidence: Evidence) -> dict[str, Any]:
    protocol = evidence.node("protocol.yaml")
    names = {
        "ingestion": "ingestion.json",
        "model": "models/model.json",
        "datasheet": "datasheet.yaml",
    }
    present = {
        name: evidence.node(file) if evidence.has(file) else None
        for name, file in names.items()
    }
    return {
        "protocol": protocol,
        "index": protocol["model"]["index"]["name"],
        "grade": evidence.grade(),
        "has": evidence.has,
        **present,
    }


def _frame(evidence: Evidence) -> Frame:
    study = evidence.node("protocol.yaml")["study"]
    version, date = (value_of(study[name]) for name in ("version", "date"))
    return Frame(
        study=str(value_of(study["title"])),
        version=f"protocol version {version} of {date}",
        grade=evidence.grade(),
        protocol_sha256=sha256(evidence.files["protocol.yaml"]),
    )


def _date(evidence: Evidence) -> datetime:
    """The day the documents state as theirs: the protocol's."""
    date = value_of(evidence.node("protocol.yaml")["study"]["date"])
    return datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)


def _rendered(
    kind: _Kind, document: Document, templates: Path, at: datetime
) -> dict[str, bytes]:
    neighbours = [Neighbour(name=k.name, title=k.title, file=k.file) for k in _SHOWN]
    files = {kind.file: page(document, neighbours, templates)}
    if kind.is_printed:
        printed = pdf(document, templates, at=at, contents=kind.has_contents)
        files[f"{kind.name}.pdf"] = printed
    return files
