"""How many decisions flip in each scenario, beside the share that the protocol accepts."""

from matplotlib.axes import Axes

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    ALARM,
    INDEX,
    MUTED,
    RULE,
    WIDTH,
    Figure,
    board,
    sheet,
    svg_of,
    wrapped,
)
from probatum.report.figures.material import Material

_FILE = "robustness/robustness.json"
_ROW, _LINE, _LABELS = 18.0, 10.0, 196.0
_LEFT, _RIGHT, _TEXT = 206.0, 352.0, 360.0


def draw(material: Material, _stage: str) -> Figure:
    """A forest of the share of flips, one row a scenario."""
    results = material.results(_FILE)
    rows = list(results["scenarios"])
    limit = results["sample"]["flip_limit"]
    lines = [wrapped(_label(row), _LABELS, 8.5) for row in rows]
    height = sum(_ROW + _LINE * (len(label) - 1) for label in lines) + 52
    with sheet(height) as drawing:
        surface = board(drawing)
        scale = _Scale(rows, limit)
        y = height - 12
        for x, text, place in ((2, "Scenario", "left"), (_TEXT, "Flips (interval)", "left")):
            surface.text(x, y, text, color=MUTED, fontsize=8.5, ha=place)
        for row, label in zip(rows, lines, strict=True):
            y -= _ROW
            _draw_row(surface, material, row, label, y, scale)
            y -= _LINE * (len(label) - 1)
        scale.draw(surface, y - 8, height - 18)
        svg = svg_of(drawing)
    return Figure(
        name="robustness",
        svg=svg,
        width=WIDTH,
        title=_title(material, rows, limit),
        alt=_description(material, rows),
        data=(f"evidence/{_FILE}",),
    )


class _Scale:
    """Where a share stands on the sheet."""

    def __init__(self, rows: list[Node], limit: Node) -> None:
        most = max(value_of(row["flips"])["upper"] for row in rows)
        self.limit = float(value_of(limit))
        self.most = max(0.1, min(1.0, -(-max(most, self.limit) * 10 // 1) / 10))

    def __call__(self, share: float) -> float:
        return float(_LEFT + min(share / self.most, 1.0) * (_RIGHT - _LEFT))

    def draw(self, surface: Axes, bottom: float, top: float) -> None:
        surface.plot([_LEFT, _RIGHT], [bottom, bottom], color=MUTED, linewidth=0.6)
        for tick in (0.0, self.most / 2, self.most):
            surface.plot([self(tick)] * 2, [bottom, bottom - 3], color=MUTED, linewidth=0.6)
            surface.text(
                self(tick),
                bottom - 13,
                f"{100 * tick:.0f}%",
                color=MUTED,
                fontsize=8,
                ha="center",
            )
        surface.plot([self(0)] * 2, [bottom, top], color=RULE, linewidth=0.8, zorder=0)
        at = self(self.limit)
        surface.plot([at, at], [bottom, top], color=ALARM, linewidth=0.8, zorder=0)


def _label(row: Node) -> str:
    device = f", {value_of(row['device'])}" if value_of(row["device"]) else ""
    shots = f", {value_of(row['shots']):,} shots" if value_of(row["shots"]) else ""
    return f"{value_of(row['name'])}{device}{shots}"


def _draw_row(
    surface: Axes, material: Material, row: Node, label: list[str], y: float, scale: _Scale
) -> None:
    for place, line in enumerate(label):
        surface.text(2, y - _LINE * place, line, fontsize=8.5)
    flips = value_of(row["flips"])
    ends = [scale(flips["lower"]), scale(flips["upper"])]
    surface.plot(ends, [y + 3, y + 3], color=INDEX, linewidth=1.4)
    surface.plot([scale(flips["value"])], [y + 3], "s", color=INDEX, markersize=4.5)
    surface.text(_TEXT, y, material.pen.say(row["flips"], "percent:brief"), fontsize=8.5)


def _title(material: Material, rows: list[Node], limit: Node) -> str:
    worst = max(rows, key=lambda row: float(value_of(row["flips"])["value"]))
    mark = material.pen.mark
    return (
        f"At most {mark(worst['flips'], 'percent:point')} of decisions flip in a scenario; the "
        f"protocol accepts {mark(limit, 'percent')}."
    )


def _description(material: Material, rows: list[Node]) -> str:
    told = "; ".join(
        f"{_label(row)}: {material.pen.say(row['flips'], 'percent:brief')}" for row in rows
    )
    return f"Share of people whose decision flips, with its interval, by scenario. {told}."
