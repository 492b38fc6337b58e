"""Where the people went: from those registered to those whose outcome is known."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    INDEX,
    INK,
    MUTED,
    PALE,
    WIDTH,
    Figure,
    board,
    sheet,
    svg_of,
    wrapped,
)
from probatum.report.figures.material import Material

_MAIN, _ASIDE = (24.0, 176.0), (236.0, 222.0)
"""Left edge and width of the boxes of those who stay and of those who leave."""
_GAP = 12.0


def draw(material: Material, stage: str) -> Figure:
    """The flow of people of a stage, those who left beside those who stayed."""
    stage = stage or "retrospective"
    steps = _in_reading_order(list(material.results(f"{stage}/performance.json")["flow"]))
    heights = [_height(step) for step in steps]
    height = sum(heights) + _GAP * len(steps) + 4
    with sheet(height) as drawing:
        surface = board(drawing)
        _boxes(surface, material, steps, heights, height - 4)
        svg = svg_of(drawing)
    first, last = steps[0], steps[-1]
    pen = material.pen
    return Figure(
        name="flow",
        svg=svg,
        width=WIDTH,
        title=(
            f"{_named(first)}: {pen.mark(first['n'], 'count')} people; "
            f"{_named(last).lower()}: {pen.mark(last['n'], 'count')}."
        ),
        alt=_description(material, steps),
        data=(f"evidence/{stage}/performance.json",),
    )


def _in_reading_order(steps: list[Node]) -> list[Node]:
    """Those who leave stand before those who remain without them."""
    ordered: list[Node] = []
    for step in steps:
        is_rest = "unknown" in str(value_of(step["step"])) and bool(ordered)
        ordered.insert(len(ordered) - is_rest, step)
    return ordered


def leaves(step: str) -> bool:
    """Whether a step names people who leave the path to the result.

    Examples
    --------
    >>> leaves("excluded: adult"), leaves("outcome known")
    (True, False)
    """
    return step.startswith(("excluded", "development")) or "unknown" in step


def _named(step: Node) -> str:
    name = str(value_of(step["step"]))
    return name[:1].upper() + name[1:]


def _notes(step: Node) -> list[str]:
    note = str(value_of(step["note"]) or "") if "note" in step else ""
    width = _ASIDE[1] if leaves(str(value_of(step["step"]))) else _MAIN[1]
    return wrapped(note, width - 16, 8) if note else []


def _height(step: Node) -> float:
    return 22.0 + 10 * len(_notes(step))


def _boxes(
    surface: Axes, material: Material, steps: list[Node], heights: list[float], top: float
) -> None:
    y, stem = top, None
    for step, height in zip(steps, heights, strict=True):
        middle = _MAIN[0] + _MAIN[1] / 2
        if leaves(str(value_of(step["step"]))):
            _box(surface, material, step, _ASIDE, y, height)
            _line(surface, [middle, _ASIDE[0] - 3], [y - height / 2] * 2, arrow=True)
        else:
            if stem is not None:
                _line(surface, [middle, middle], [stem, y + 2], arrow=True)
            _box(surface, material, step, _MAIN, y, height)
            stem = y - height
        y -= height + _GAP


def _box(
    surface: Axes,
    material: Material,
    step: Node,
    place: tuple[float, float],
    y: float,
    height: float,
) -> None:
    left, width = place
    is_aside = place is _ASIDE
    surface.add_patch(
        FancyBboxPatch(
            (left, y - height),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=3",
            facecolor="none" if is_aside else PALE,
            edgecolor=MUTED if is_aside else INDEX,
            linewidth=0.7,
        )
    )
    surface.text(left + 8, y - 14, _named(step), color=INK)
    count = material.pen.say(step["n"], "count")
    surface.text(left + width - 8, y - 14, count, ha="right", weight="bold")
    for line, note in enumerate(_notes(step)):
        surface.text(left + 8, y - 25 - 10 * line, note, color=MUTED, fontsize=8)


def _line(surface: Axes, x: list[float], y: list[float], *, arrow: bool) -> None:
    surface.annotate(
        "",
        (x[1], y[1]),
        (x[0], y[0]),
        arrowprops={
            "arrowstyle": "-|>" if arrow else "-",
            "color": MUTED,
            "linewidth": 0.8,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 8,
        },
    )


def _description(material: Material, steps: list[Node]) -> str:
    told = "; ".join(f"{_named(s)}: {material.pen.say(s['n'], 'count')}" for s in steps)
    return f"Flow of people through the stage. {told}."
