"""How well the models rank: for each share of false alarms, the share of events found."""

from matplotlib.axes import Axes

from probatum.report.evidence import Node, pairs, value_of
from probatum.report.figures.drawing import (
    INDEX,
    INK,
    MUTED,
    OTHER,
    RIVAL,
    RULE,
    Figure,
    axes,
    board,
    percent_ticks,
    sheet,
    svg_of,
    wrapped,
)
from probatum.report.figures.material import Material

_DASHES = ("-.", ":", "-")
"""What tells the comparators apart that are not the best."""
Line = tuple[str, Node, str, float, str]
"""Name, record, colour, width and dash of a curve."""


def draw(material: Material, stage: str) -> Figure:
    """ROC curves of a stage, with each model's area and its interval."""
    file = f"evidence/{stage}/roc.csv"
    lines = _lines(material, stage)
    with sheet(226) as drawing:
        plot = axes(drawing, 44, 38, 180, 180)
        for name, _, colour, width, dash in reversed(lines):
            rows = [row for row in material.evidence.rows(file) if row["model"] == name]
            x, y = material.column(rows, "fpr"), material.column(rows, "tpr")
            plot.plot(x, y, color=colour, linewidth=width, linestyle=dash)
        _dress(plot)
        _operating_point(plot, lines[0][1])
        _key(board(drawing), material, lines)
        svg = svg_of(drawing)
    pen, (_, index, *_) = material.pen, lines[0]
    return Figure(
        name="roc",
        svg=svg,
        width=460,
        title=f"The index test's AUC is {pen.mark(index['auc'], 'auc')}.",
        alt=_description(material, lines),
        data=(file, f"evidence/{stage}/performance.json"),
    )


def _lines(material: Material, stage: str) -> list[Line]:
    results = material.results(f"{stage}/performance.json")
    if "models" not in results:
        return [(material.index_name(), results["index"], INDEX, 2.2, "-")]
    best = value_of(material.results("models/training.json")["best_comparator"])
    lines = []
    for name, record in pairs(results["models"]):
        role, label = value_of(record["role"]), str(value_of(name))
        if role == "index":
            lines.append((label, record, INDEX, 2.2, "-"))
        elif role == "comparator" and label == best:
            lines.append((label, record, RIVAL, 1.6, "--"))
        elif role == "comparator":
            dash = _DASHES[sum(line[2] == OTHER for line in lines) % len(_DASHES)]
            lines.append((label, record, OTHER, 1.1, dash))
    return sorted(lines, key=lambda line: (-line[3], line[0]))


def _dress(plot: Axes) -> None:
    plot.plot([0, 1], [0, 1], color=RULE, linewidth=0.8)
    plot.text(
        0.74,
        0.69,
        "ranking by chance",
        color=MUTED,
        fontsize=8,
        rotation=45,
        ha="center",
        va="center",
    )
    plot.set(xlim=(0, 1), ylim=(0, 1.005))
    plot.set_xlabel("False alarms among those without the event")
    plot.set_ylabel("Found among those with the event")
    percent_ticks(plot)


def _operating_point(plot: Axes, index: Node) -> None:
    found, spared = value_of(index["sensitivity"]), value_of(index["specificity"])
    if found and spared:
        x, y = 1 - spared["value"], found["value"]
        plot.plot([x], [y], "o", color=INDEX, markersize=6, markeredgecolor="white")
        plot.annotate(
            "operating\nthreshold",
            (x, y),
            (x + 0.07, y - 0.2),
            fontsize=8,
            linespacing=1,
            arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.6},
        )


def _key(surface: Axes, material: Material, lines: list[Line]) -> None:
    y = 206.0
    surface.text(252, y, "Area under the curve", color=MUTED, fontsize=8.5)
    for name, record, colour, width, dash in lines:
        y -= 19
        surface.plot([252, 272], [y + 3, y + 3], color=colour, linewidth=width, linestyle=dash)
        for line in wrapped(name, 160):
            surface.text(278, y, line, color=colour if colour != OTHER else INK)
            y -= 12
        surface.text(278, y, _area(material, record), fontsize=8.5)


def _area(material: Material, record: Node) -> str:
    if value_of(record["auc"]) is None:
        return "not estimable"
    return material.pen.say(record["auc"], "auc")


def _description(material: Material, lines: list[Line]) -> str:
    areas = "; ".join(f"{name}: {_area(material, record)}" for name, record, *_ in lines)
    return (
        "ROC curves: the share of events found against the share of false alarms. "
        f"Area under the curve by model: {areas}. The diagonal marks ranking by chance."
    )
