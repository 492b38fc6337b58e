"""Reading the text of a document once, into the blocks that every rendering shares."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from probatum.errors import ReportError
from probatum.report import blocks as b
from probatum.report.claims import CLOSE, OPEN

_MARKER = re.compile(f"{OPEN}([a-z]+):(.*?){CLOSE}")
_LABEL = re.compile(r"\[!([a-z]+)\]\s*")
_WIDE = 25
"""Characters up to which a column is as wide as it needs, where another is a sentence."""
_MIDDLING = 34
"""Characters up to which columns share the page by their lengths."""

Inside = Callable[[str, str], b.Inline]
"""What stands for an inline marker of a kind with a payload."""
Outside = Callable[[str, str], b.Blocks]
"""What stands for a marker that fills a paragraph."""
Drawn = Callable[[str, b.Inlines], b.Picture]
"""The figure of a name, with its caption."""


class Parser:
    """Turns Markdown with markers into blocks."""

    def __init__(self, inside: Inside, outside: Outside, drawn: Drawn) -> None:
        self._inside, self._outside, self._drawn = inside, outside, drawn
        self._markdown = MarkdownIt("commonmark").enable("table")

    def parse(self, text: str) -> b.Blocks:
        """The blocks of a text."""
        return self._blocks(SyntaxTreeNode(self._markdown.parse(text)).children)

    def inlines(self, text: str) -> b.Inlines:
        """The parts of one line of text."""
        blocks = self.parse(text)
        if len(blocks) != 1 or not isinstance(blocks[0], b.Paragraph):
            raise ReportError(
                f"line of text — expected one paragraph, got {len(blocks)} blocks"
            )
        return blocks[0].children

    def _blocks(self, nodes: list[SyntaxTreeNode]) -> b.Blocks:
        found: list[b.Block] = []
        for node in nodes:
            if node.type == "table":
                caption = _caption(found)
                found.append(self._table(node, caption))
            else:
                found.extend(self._block(node))
        return tuple(found)

    def _block(self, node: SyntaxTreeNode) -> b.Blocks:
        if node.type == "heading":
            children = self._line(node)
            anchor = _slug(b.plain_text(children))
            return (b.Heading(level=int(node.tag[1]), anchor=anchor, children=children),)
        if node.type == "paragraph":
            return self._paragraph(node)
        if node.type in ("bullet_list", "ordered_list"):
            items = tuple(self._blocks(item.children) for item in node.children)
            return (b.Items(ordered=node.type == "ordered_list", items=items),)
        if node.type == "blockquote":
            return (self._callout(node),)
        if node.type == "fence":
            return (b.Listing(text=_without_markers(node.content).rstrip()),)
        raise ReportError(f"template — expected a block a document knows, got {node.type}")

    def _paragraph(self, node: SyntaxTreeNode) -> b.Blocks:
        (inline,) = node.children
        if len(inline.children) == 1 and inline.children[0].type == "image":
            image = inline.children[0]
            return (self._drawn(str(image.attrs["src"]), self._inlines(image.children)),)
        alone = _MARKER.fullmatch(inline.content.strip())
        if alone and alone[1] == "block":
            return self._outside(alone[1], alone[2])
        return (b.Paragraph(children=self._line(node)),)

    def _callout(self, node: SyntaxTreeNode) -> b.Callout:
        blocks = self._blocks(node.children)
        first = blocks[0].children if isinstance(blocks[0], b.Paragraph) else ()
        label = _LABEL.match(first[0].text) if first and isinstance(first[0], b.Text) else None
        if label is None or not isinstance(first[0], b.Text):
            return b.Callout(kind="note", blocks=blocks)
        rest = b.Text(text=first[0].text[label.end() :])
        opening = b.Paragraph(children=(rest, *first[1:]))
        return b.Callout(kind=label[1], blocks=(opening, *blocks[1:]))

    def _table(self, node: SyntaxTreeNode, caption: b.Inlines) -> b.Table:
        head, *body = node.children
        (titles,) = head.children
        header = tuple(self._line(cell) for cell in titles.children)
        rows = tuple(
            tuple(self._line(cell) for cell in row.children)
            for part in body
            for row in part.children
        )
        align = tuple(_alignment(cell) for cell in titles.children)
        named = header if any(header) else ()
        return b.Table(
            caption=caption, header=named, rows=rows, align=align, widths=widths(header, rows)
        )

    def _line(self, node: SyntaxTreeNode) -> b.Inlines:
        inline = node.children[0] if node.children else None
        return self._inlines(inline.children) if inline is not None else ()

    def _inlines(self, nodes: list[SyntaxTreeNode]) -> b.Inlines:
        return tuple(part for node in nodes for part in self._inline(node))

    def _inline(self, node: SyntaxTreeNode) -> b.Inlines:
        if node.type == "text":
            return self._text(node.content)
        if node.type in ("softbreak", "hardbreak"):
            return (b.Text(text=" "),)
        if node.type == "strong":
            return (b.Strong(children=self._inlines(node.children)),)
        if node.type == "em":
            return (b.Emphasis(children=self._inlines(node.children)),)
        if node.type == "code_inline":
            return self._code(node.content)
        if node.type == "link":
            return (
                b.Link(href=str(node.attrs["href"]), children=self._inlines(node.children)),
            )
        raise ReportError(f"template — expected words a document knows, got {node.type}")

    def _code(self, text: str) -> b.Inlines:
        parts = self._text(text)
        return tuple(
            replace(part, look="code") if isinstance(part, b.Stated) else _as_code(part)
            for part in parts
        )

    def _text(self, text: str) -> b.Inlines:
        parts: list[b.Inline] = []
        end = 0
        for found in _MARKER.finditer(text):
            parts += [b.Text(text=text[end : found.start()])] if found.start() > end else []
            parts.append(self._inside(found[1], found[2]))
            end = found.end()
        return (*parts, *([b.Text(text=text[end:])] if end < len(text) else []))


def _as_code(part: b.Inline) -> b.Inline:
    return b.Code(text=part.text) if isinstance(part, b.Text) else part


def _caption(found: list[b.Block]) -> b.Inlines:
    """Take the paragraph before a table as its caption if it begins with ``Table:``."""
    last = found[-1] if found else None
    if not isinstance(last, b.Paragraph) or not isinstance(last.children[0], b.Text):
        return ()
    opening = last.children[0].text
    if not opening.startswith("Table: "):
        return ()
    found.pop()
    return (b.Text(text=opening.removeprefix("Table: ")), *last.children[1:])


def _without_markers(text: str) -> str:
    if OPEN in text:
        raise ReportError("listing — expected fixed text, got a claim — state it in a sentence")
    return text


def _alignment(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return style.removeprefix("text-align:") or "left"


def widths(
    header: tuple[b.Inlines, ...], rows: tuple[tuple[b.Inlines, ...], ...]
) -> tuple[float, ...]:
    """The share of the page each column asks for, from the length of what stands in it."""
    lengths = [
        [len(b.plain_text(row[column])) for row in (header, *rows)]
        for column in range(len(header))
    ]
    longest = [max(column, default=0) for column in lengths]
    if not any(header):
        return (1.0, *(2.2 for _ in longest[1:]))
    if max(longest) <= _MIDDLING:
        return tuple(float(max(most, 9)) for most in longest)
    return tuple(0.0 if most <= _WIDE else min(most, 90) ** 0.6 for most in longest)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def repeated_anchors(found: b.Blocks) -> list[str]:
    """Anchors that two headings share; a link to them would lead astray."""
    anchors = sorted(block.anchor for block in found if isinstance(block, b.Heading))
    return [one for one, other in pairwise(anchors) if one == other]
