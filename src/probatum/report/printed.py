"""A document for paper: a tagged, archivable PDF whose bytes do not change from run to run."""

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from probatum.errors import ReportError
from probatum.report import blocks as b
from probatum.report.claims import as_json
from probatum.report.composition import Document
from probatum.report.web import has_anchors

STANDARDS = ["a-2a", "ua-1"]
"""Archivable with its structure, and readable by those who cannot see it."""


def pdf(document: Document, templates: Path, *, at: datetime, contents: bool) -> bytes:
    """The document as PDF.

    Parameters
    ----------
    document : Document
        What is printed.
    templates : Path
        Folder that holds ``shared/page.typ``.
    at : datetime, aware
        Date the file states as its own; the protocol's, never the clock's.
    contents : bool
        Whether a table of contents stands at the beginning and headings are numbered.

    Raises
    ------
    ReportError
        If the typesetter refuses, such as for a figure without a description.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        blocks = tuple(_placed(block, root) for block in document.blocks)
        (root / "document.json").write_bytes(as_json(_told(document, blocks, contents)))
        page = (templates / "shared" / "page.typ").read_bytes()
        (root / "page.typ").write_bytes(page)
        return _typeset(root, at)


def _typeset(root: Path, at: datetime) -> bytes:
    try:
        return typst.compile(
            str(root / "page.typ"),
            root=str(root),
            pdf_standards=STANDARDS,  # type: ignore[arg-type]
            timestamp=at,
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        raise ReportError(
            f"printed document — expected a page that can be set, got: {error.message} — "
            "mend the template"
        ) from error


def _told(document: Document, blocks: b.Blocks, contents: bool) -> dict[str, Any]:
    return {
        "title": document.title,
        "study": document.study,
        "author": "Probatum",
        "language": document.language,
        "grade": document.grade,
        "version": document.version,
        "protocol": document.protocol_sha256,
        "watermark": "REHEARSAL" if document.is_rehearsal else "",
        "contents": contents,
        "anchored": has_anchors(document.blocks),
        "blocks": b.as_tree(blocks),
    }


def _placed(block: b.Block, root: Path) -> b.Block:
    """The block with its drawing as a file beside the page."""
    if not isinstance(block, b.Picture):
        return block
    (root / f"{block.name}.svg").write_text(block.svg, encoding="utf-8")
    return replace(block, svg=f"{block.name}.svg")
