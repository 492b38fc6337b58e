"""One quiet style for every figure, and the same bytes whenever it is drawn."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet
from matplotlib.ticker import FuncFormatter

INK = "#1b2430"
MUTED = "#5a6573"
RULE = "#c8cfd7"
PALE = "#e9eef3"
INDEX = "#0b5cab"
INDEX_PALE = "#d3e3f4"
RIVAL = "#b4540a"
OTHER = "#7d8793"
GOOD = "#dcebdf"
WARNING = "#f6d68a"
ALARM = "#c8442b"
PAPER = "#ffffff"
COLOURS = {
    "ink": INK,
    "muted": MUTED,
    "rule": RULE,
    "pale": PALE,
    "index": INDEX,
    "index-pale": INDEX_PALE,
    "rival": RIVAL,
    "other": OTHER,
    "good": GOOD,
    "warning": WARNING,
    "alarm": ALARM,
    "paper": PAPER,
}
"""Every colour by its name, so that a page with a dark ground can choose its own."""

WIDTH = 460.0
"""Width of a figure in points: that of the text of a printed page."""
FONT = "Libertinus Serif"

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "probatum",
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.labelsize": 9.0,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "lines.linewidth": 1.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.frameon": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing, its message, its description in words and the files it was drawn from."""

    name: str
    svg: str
    width: float
    title: str
    """The message, as text with markers."""
    alt: str
    data: tuple[str, ...]
    claims: tuple[str, ...] = ()
    """Ids of the claims that the drawing, its title or its description state."""


@contextmanager
def sheet(height: float, width: float = WIDTH) -> Iterator[Sheet]:
    """An empty sheet, ``width`` by ``height`` points, in the one style."""
    defaults: dict[Any, Any] = dict(mpl.rcParamsDefault)
    with mpl.rc_context(defaults | _STYLE | {"backend": "svg"}):
        yield Sheet(figsize=(width / 72, height / 72))


def axes(drawing: Sheet, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes placed in points from the lower left corner of the sheet."""
    wide, high = drawing.get_size_inches() * 72
    return drawing.add_axes((left / wide, bottom / high, width / wide, height / high))


def svg_of(drawing: Sheet) -> str:
    """The drawing as SVG whose bytes depend on nothing but what is drawn."""
    buffer = io.StringIO()
    drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"font-family: [^;\"]*", f"font-family: {FONT}", text)
    return re.sub(r"(font: [^;\"']*)'[^;\"]*", rf"\g<1>{FONT}", text)


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Places moved apart until no two are nearer than ``gap``, in the order given.

    Examples
    --------
    >>> spread([0.5, 0.5], 0.1)
    [0.45, 0.55]
    """
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    groups: list[list[int]] = []
    for index in order:
        groups.append([index])
        while len(groups) > 1 and _top(groups[-2], places, gap) > _bottom(
            groups[-1], places, gap
        ):
            last = groups.pop()
            groups[-1] = groups[-1] + last
    moved = list(places)
    for group in groups:
        start = _bottom(group, places, gap) + gap / 2
        for rank, index in enumerate(group):
            moved[index] = round(start + rank * gap, 6)
    return moved


def _middle(group: list[int], places: Sequence[float]) -> float:
    return sum(places[index] for index in group) / len(group)


def _bottom(group: list[int], places: Sequence[float], gap: float) -> float:
    return _middle(group, places) - gap * len(group) / 2


def _top(group: list[int], places: Sequence[float], gap: float) -> float:
    return _middle(group, places) + gap * len(group) / 2


def label_width(text: str, size: float = 9.0) -> float:
    """A safe guess of how many points a line of text takes."""
    return len(text) * size * 0.56


def wrapped(text: str, width: float, size: float = 9.0) -> list[str]:
    """A text broken into lines that fit ``width`` points."""
    lines, line = [], ""
    for word in text.split():
        if line and label_width(f"{line} {word}", size) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines


def legible(colour: str) -> str:
    """The colour for words beside a line of ``colour``: a pale line has darker words."""
    return MUTED if colour == OTHER else colour


def board(drawing: Sheet) -> Axes:
    """Axes without marks that cover the sheet, in points from its lower left corner."""
    wide, high = drawing.get_size_inches() * 72
    surface = drawing.add_axes((0, 0, 1, 1))
    surface.set_xlim(0, wide)
    surface.set_ylim(0, high)
    surface.set_axis_off()
    return surface


def percent_ticks(surface: Axes, which: str = "both") -> None:
    """Write the ticks of shares as percentages."""
    written = FuncFormatter(lambda value, _: f"{100 * value:.0f}%")
    for name in ("x", "y") if which == "both" else (which,):
        getattr(surface, f"{name}axis").set_major_formatter(written)
