"""A table of periods and columns in which the shade of a cell says how far it departs."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from probatum.report.figures.drawing import (
    ALARM,
    GOOD,
    INK,
    MUTED,
    PALE,
    PAPER,
    WARNING,
    WIDTH,
)

_SHADES = {"ok": GOOD, "warning": WARNING, "alarm": ALARM, "too few": PALE}
_SIGNS = {"ok": "", "warning": "▲ ", "alarm": "■ ", "too few": ""}
ROW, LEFT = 30.0, 118.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one cell says, and how far it departs."""

    status: str
    """``ok``, ``warning``, ``alarm``; anything else means that it could not be judged."""
    lines: tuple[str, ...]


def height_of(rows: int) -> float:
    """Points a table of so many rows takes, with its titles and its key."""
    return ROW * rows + 46


def draw_table(surface: Axes, periods: list[str], rows: list[tuple[str, list[Cell]]]) -> None:
    """Draw the cells, the names of rows and columns, and the key."""
    width = (WIDTH - LEFT) / max(len(periods), 1)
    top = height_of(len(rows)) - 18
    for place, period in enumerate(periods):
        surface.text(LEFT + (place + 0.5) * width, top + 6, period, ha="center")
    for row, (name, cells) in enumerate(rows):
        y = top - ROW * (row + 1)
        surface.text(2, y + ROW / 2 - 3, name)
        for place, cell in enumerate(cells):
            _draw_cell(surface, cell, LEFT + place * width, y, width)
    _key(surface)


def _draw_cell(surface: Axes, cell: Cell, x: float, y: float, width: float) -> None:
    shade = _SHADES.get(cell.status, PALE)
    surface.add_patch(
        Rectangle((x + 1, y + 1), width - 2, ROW - 2, facecolor=shade, linewidth=0)
    )
    ink = {"alarm": PAPER, "ok": INK, "warning": INK}.get(cell.status, MUTED)
    step = ROW / (len(cell.lines) + 1)
    for line, text in enumerate(cell.lines):
        sign = _SIGNS.get(cell.status, "") if line == 0 else ""
        place = y + ROW - step * (line + 1) - 3
        surface.text(x + width / 2, place, sign + text, color=ink, fontsize=8, ha="center")


def _key(surface: Axes) -> None:
    x = LEFT
    for status in ("ok", "warning", "alarm", "too few"):
        surface.add_patch(Rectangle((x, 4), 10, 10, facecolor=_SHADES[status], linewidth=0))
        label = {"ok": "within limits", "too few": "too few to judge"}.get(status, status)
        surface.text(x + 14, 6, _SIGNS[status] + label, fontsize=8, color=MUTED)
        x += 78
