"""A document as one web page that needs nothing else, and tells of every number its origin."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from probatum.report import annex
from probatum.report import blocks as b
from probatum.report.claims import Claim
from probatum.report.composition import Document
from probatum.report.figures.drawing import COLOURS, FONT


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another document of the bundle, for the way to it."""

    name: str
    title: str
    file: str


def page(document: Document, neighbours: Sequence[Neighbour], templates: Path) -> bytes:
    """The document as HTML, in UTF-8."""
    environment = Environment(
        loader=FileSystemLoader(templates), undefined=StrictUndefined, autoescape=True
    )
    shared = templates / "shared"
    script = (shared / "card.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = environment.get_template("shared/page.html").render(
        document=document,
        documents=neighbours,
        headings=_contents(document.blocks),
        body=Markup(_joined(document.blocks)),  # noqa: S704  (every part escapes its text)
        sources=Markup(_sources(document)),  # noqa: S704
        origins=Markup(_origins(document.claims)),  # noqa: S704
        style=Markup((shared / "style.css").read_text(encoding="utf-8")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_digest=digest,
    )
    return (text.rstrip() + "\n").encode()


def has_anchors(blocks: b.Blocks) -> bool:
    """Whether a document lists its claims itself."""
    return any(
        isinstance(block, b.Table)
        and any(
            isinstance(part, b.Anchor) for row in block.rows for cell in row for part in cell
        )
        for block in blocks
    )


def _contents(blocks: b.Blocks) -> list[Mapping[str, str]]:
    return [
        {"anchor": block.anchor, "text": b.plain_text(block.children)}
        for block in blocks
        if isinstance(block, b.Heading) and block.level == 2
    ]


def _sources(document: Document) -> str:
    if has_anchors(document.blocks) or not document.claims:
        return ""
    return _joined(annex.claim_tables(document.claims))


def _origins(claims: Sequence[Claim]) -> str:
    quantities = [claim for claim in claims if claim.is_quantity]
    files = {
        claim.file: {
            "origin": claim.origin,
            "sha256": claim.sha256,
            "grade": claim.grade,
            "stage": claim.stage,
            "command": claim.command,
        }
        for claim in quantities
    }
    about = {claim.id: _about(claim) for claim in quantities}
    text = json.dumps({"files": files, "claims": about}, sort_keys=True, ensure_ascii=False)
    return text.replace("<", "\\u003c")


def _about(claim: Claim) -> dict[str, Any]:
    place = claim.pointer if claim.measure == "value" else f"{claim.pointer} ({claim.measure})"
    found = {"file": claim.file, "pointer": place, "text": claim.text}
    extra = {"n": f"{claim.n:,}" if claim.n else None, "method": claim.method}
    return found | {name: value for name, value in extra.items() if value}


def _joined(blocks: b.Blocks) -> str:
    return "\n".join(_block(block) for block in blocks)


def _block(block: b.Block) -> str:
    if isinstance(block, b.Heading):
        level = min(block.level, 6)
        inner = _line(block.children)
        return f'<h{level} id="{escape(block.anchor)}">{inner}</h{level}>'
    if isinstance(block, b.Paragraph):
        return f"<p>{_line(block.children)}</p>"
    if isinstance(block, b.Items):
        name = "ol" if block.ordered else "ul"
        items = "".join(f"<li>{_item(item)}</li>" for item in block.items)
        return f"<{name}>{items}</{name}>"
    if isinstance(block, b.Callout):
        return f'<div class="callout {escape(block.kind)}">{_joined(block.blocks)}</div>'
    if isinstance(block, b.Table):
        return _table(block)
    if isinstance(block, b.Picture):
        return _picture(block)
    return f"<pre><code>{escape(block.text)}</code></pre>"


def _item(blocks: b.Blocks) -> str:
    if len(blocks) == 1 and isinstance(blocks[0], b.Paragraph):
        return _line(blocks[0].children)
    return _joined(blocks)


def _table(table: b.Table) -> str:
    look = " ".join(
        word for word, holds in (("dense", table.dense), ("named", not table.header)) if holds
    )
    caption = f"<caption>{_line(table.caption)}</caption>" if table.caption else ""
    head = "".join(
        f'<th scope="col" class="{side}">{_line(cell)}</th>'
        for cell, side in zip(table.header, table.align, strict=False)
    )
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    body = "\n".join(_row(row, table.align) for row in table.rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table">'
        f'<table class="{look}">{caption}{head}<tbody>{body}</tbody></table></div>'
    )


def _row(row: Sequence[b.Inlines], align: Sequence[str]) -> str:
    first, *rest = zip(row, align, strict=True)
    anchor = next((part.id for part in row[0] if isinstance(part, b.Anchor)), None)
    opening = f'<tr id="claim-{escape(anchor)}">' if anchor else "<tr>"
    cells = "".join(f'<td class="{side}">{_line(cell)}</td>' for cell, side in rest)
    return f'{opening}<th scope="row" class="{first[1]}">{_line(first[0])}</th>{cells}</tr>'


def _picture(picture: b.Picture) -> str:
    files = ", ".join(f'<a href="{escape(file)}">{escape(file)}</a>' for file in picture.data)
    caption = f"{_line(picture.caption)} " if picture.caption else ""
    return (
        f'<figure id="figure-{escape(picture.name)}">'
        f'<p class="message">{_line(picture.title)}</p>{inlined(picture)}'
        f'<figcaption>{caption}<span class="data">Data: {files}.</span></figcaption></figure>'
    )


def inlined(picture: b.Picture) -> str:
    """The drawing for a page: own ids, the page's fonts, and colours that follow its ground."""
    svg = picture.svg[picture.svg.index("<svg") :]
    prefix = f"{picture.name}-"
    svg = re.sub(r'\bid="', f'id="{prefix}', svg)
    svg = re.sub(r'href="#', f'href="#{prefix}', svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}", svg)
    for name, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--fig-{name}, {colour})")
    svg = svg.replace(f"font-family: {FONT}", "font-family: sans-serif").replace(FONT, "serif")
    label = escape(picture.alt, quote=True)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1).strip()


def _line(parts: b.Inlines) -> str:
    return "".join(_inline(part) for part in parts)


def _inline(part: b.Inline) -> str:
    if isinstance(part, b.Text):
        return escape(part.text, quote=False)
    if isinstance(part, b.Strong):
        return f"<strong>{_line(part.children)}</strong>"
    if isinstance(part, b.Emphasis):
        return f"<em>{_line(part.children)}</em>"
    if isinstance(part, b.Code):
        return f"<code>{escape(part.text, quote=False)}</code>"
    if isinstance(part, b.Link):
        return f'<a href="{escape(part.href)}">{_line(part.children)}</a>'
    if isinstance(part, b.Badge):
        return f'<span class="badge {escape(part.kind)}">{escape(part.text)}</span>'
    if isinstance(part, b.Anchor):
        return escape(part.text)
    return _stated(part)


def _stated(part: b.Stated) -> str:
    text = escape(part.text, quote=False)
    if not part.is_quantity:
        return f'<span data-claim="{part.id}">{text}</span>'
    text = f"<code>{text}</code>" if part.look == "code" else text
    look = "claim" if part.look in ("number", "code") else f"claim {part.look}"
    return f'<a class="{look}" href="#claim-{part.id}" data-claim="{part.id}">{text}</a>'
