"""From a template to a finished document: its blocks, its title, its grade, its claims."""

from collections.abc import Callable
from dataclasses import dataclass

from probatum.errors import ReportError
from probatum.report import annex
from probatum.report import blocks as b
from probatum.report.claims import Claim, Claims
from probatum.report.figures.drawing import Figure
from probatum.report.parsing import Parser, repeated_anchors
from probatum.report.templating import Pen


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document, ready to be rendered as a web page or a printed one."""

    name: str
    title: str
    study: str
    """Title of the study."""
    version: str
    """Version and date of the protocol, as printed in the margins."""
    language: str
    grade: str
    protocol_sha256: str
    blocks: b.Blocks
    claims: tuple[Claim, ...]

    @property
    def is_rehearsal(self) -> bool:
        """Whether every page must say that nothing here happened to a patient."""
        return self.grade == "rehearsal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every document of a bundle has in its margins."""

    study: str
    version: str
    grade: str
    protocol_sha256: str


Draw = Callable[[str], Figure]


def composed(name: str, pen: Pen, draw: Draw, frame: Frame) -> Document:
    """The document that the template ``<name>/document.md`` gives.

    Raises
    ------
    ReportError
        If the template asks for what no evidence holds, or two headings share a name.
    """
    claims = pen.claims
    with claims.used() as used:
        text = pen.write(f"{name}/document.md")
        parsed = _Composer(claims, draw).blocks(text)
    stated = tuple(claims[claim_id] for claim_id in used)
    if repeated_anchors(parsed):
        raise ReportError(
            f"document {name} — expected headings of different names, got "
            f"{', '.join(repeated_anchors(parsed))} twice — rename one"
        )
    title, blocks = _titled(name, parsed)
    return Document(
        name=name,
        title=title,
        study=frame.study,
        version=frame.version,
        language="en",
        grade=frame.grade,
        protocol_sha256=frame.protocol_sha256,
        blocks=_with_annex(blocks, stated, claims),
        claims=stated,
    )


def _titled(name: str, blocks: b.Blocks) -> tuple[str, b.Blocks]:
    first = blocks[0]
    if not isinstance(first, b.Heading) or first.level != 1:
        raise ReportError(f"document {name} — expected a title as its first line")
    return b.plain_text(first.children), blocks[1:]


def _with_annex(blocks: b.Blocks, stated: tuple[Claim, ...], claims: Claims) -> b.Blocks:
    """Replace the places of the annex by its tables, now that every claim is known."""
    made = {
        "claims": lambda: annex.claim_tables(stated),
        "files": lambda: annex.file_table(claims.evidence),
    }
    return tuple(
        part
        for block in blocks
        for part in (made[block.text]() if isinstance(block, _Place) else (block,))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    text: str


class _Composer:
    def __init__(self, claims: Claims, draw: Draw) -> None:
        self._claims, self._draw = claims, draw
        self._parser = Parser(self._inside, self._outside, self._drawn)

    def blocks(self, text: str) -> b.Blocks:
        return self._parser.parse(text)

    def _inside(self, kind: str, payload: str) -> b.Inline:
        if kind == "badge":
            badge, _, words = payload.partition("/")
            return b.Badge(kind=badge, text=words)
        return _stated(self._claims[payload])

    def _outside(self, kind: str, payload: str) -> b.Blocks:
        return (_Place(text=payload),)  # type: ignore[return-value]

    def _drawn(self, source: str, caption: b.Inlines) -> b.Picture:
        figure = self._draw(source.removeprefix("figure:"))
        for claim_id in figure.claims:
            self._claims.use(claim_id)
        return b.Picture(
            name=figure.name,
            svg=figure.svg,
            width=figure.width,
            title=self._parser.inlines(figure.title),
            caption=caption,
            alt=figure.alt,
            data=figure.data,
        )


_LOOKS = {"met": "good", "not met": "bad", "passed": "good", "failed": "bad"}


def _stated(claim: Claim) -> b.Stated:
    look = _LOOKS.get(claim.text, "number") if claim.is_quantity else "number"
    look = "code" if claim.form == "digest" else look
    return b.Stated(id=claim.id, text=claim.text, is_quantity=claim.is_quantity, look=look)
