"""What a document is made of, before it becomes a web page or a printed one."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strong:
    """Words that carry weight."""

    children: "Inlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emphasis:
    """Words set apart."""

    children: "Inlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A name, a path or a digest, to be read letter by letter."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A claim, by its id and its text; a quantity shows its origin, words do not."""

    id: str
    text: str
    is_quantity: bool
    look: str = "number"
    """``number``, ``good``, ``bad`` or ``code``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A word of standing, such as the grade of the evidence that follows."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The place that references to a claim lead to."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way to another file of the bundle."""

    href: str
    children: "Inlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of a part."""

    level: int
    anchor: str
    children: "Inlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One thought."""

    children: "Inlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    ordered: bool
    items: tuple["Blocks", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """What a reader must not miss: ``good``, ``bad``, ``caution`` or ``note``."""

    kind: str
    blocks: "Blocks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows and columns; one without a header is a list of names with what they stand for."""

    caption: "Inlines"
    header: tuple["Inlines", ...]
    rows: tuple[tuple["Inlines", ...], ...]
    align: tuple[str, ...]
    widths: tuple[float, ...]
    """Share of the page a column asks for; 0 for as much as it needs."""
    dense: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure with its message, its description for those who cannot see it, and its data."""

    name: str
    svg: str
    width: float
    """In points, as drawn."""
    title: "Inlines"
    caption: "Inlines"
    alt: str
    data: tuple[str, ...]
    """The files of evidence it was drawn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Commands, as they are typed."""

    text: str


Inline = Text | Strong | Emphasis | Code | Stated | Badge | Anchor | Link
Block = Heading | Paragraph | Items | Callout | Table | Picture | Listing
Inlines = tuple[Inline, ...]
Blocks = tuple[Block, ...]


def plain_text(inlines: Inlines) -> str:
    """The words of a line, without their dress."""
    return "".join(
        plain_text(part.children) if hasattr(part, "children") else part.text
        for part in inlines
    )


def as_tree(thing: Any) -> Any:
    """Blocks as plain JSON values, each part naming its type under ``is``."""
    if isinstance(thing, tuple):
        return [as_tree(part) for part in thing]
    if not hasattr(type(thing), "__dataclass_fields__"):
        return thing
    parts = {field.name: as_tree(getattr(thing, field.name)) for field in fields(thing)}
    return {"is": type(thing).__name__, **parts}
