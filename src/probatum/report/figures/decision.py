"""What acting on the model is worth: net benefit at each risk at which one might act."""

import numpy as np
from matplotlib.axes import Axes

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    INDEX,
    INK,
    MUTED,
    OTHER,
    RIVAL,
    Figure,
    axes,
    legible,
    percent_ticks,
    sheet,
    spread,
    svg_of,
    wrapped,
)
from probatum.report.figures.material import Material

_ALL, _NONE = "treat all", "treat none"
_SHOWN = 0.4
"""Highest threshold drawn: beyond it hardly anyone would wait."""


def draw(material: Material, stage: str) -> Figure:
    """Decision curves of the index test, its best comparator, acting on all and on none."""
    file = f"evidence/{stage}/decision.csv"
    rows = material.evidence.rows(file)
    names = [name for name in _shown(material) if any(row["model"] == name for row in rows)]
    with sheet(206) as drawing:
        plot = axes(drawing, 52, 38, 270, 160)
        ends = [
            _line(plot, material, [row for row in rows if row["model"] == name], name)
            for name in names
        ]
        _dress(plot, material)
        _label(plot, names, ends)
        svg = svg_of(drawing)
    index = _index(material, stage)
    return Figure(
        name="decision",
        svg=svg,
        width=460,
        title=_title(material, index),
        alt=_description(material, index),
        data=(file,),
    )


def _shown(material: Material) -> tuple[str, ...]:
    best = str(value_of(material.results("models/training.json")["best_comparator"]))
    return material.index_name(), best, _ALL, _NONE


def _index(material: Material, stage: str) -> Node:
    results = material.results(f"{stage}/performance.json")
    return results["models"][material.index_name()] if "models" in results else results["index"]


def _look(position: int, name: str) -> tuple[str, float, str]:
    if name in (_ALL, _NONE):
        return OTHER if name == _ALL else INK, 1.0, ":" if name == _ALL else "-"
    return (INDEX, 2.2, "-") if position == 0 else (RIVAL, 1.5, "--")


def _line(plot: Axes, material: Material, rows: list[dict[str, str]], name: str) -> float:
    x, y = material.column(rows, "threshold"), material.column(rows, "net_benefit")
    is_shown = x <= _SHOWN
    colour, width, dash = _look(0 if name == material.index_name() else 1, name)
    plot.plot(x[is_shown], y[is_shown], color=colour, linewidth=width, linestyle=dash)
    return float(y[is_shown][-1])


def _dress(plot: Axes, material: Material) -> None:
    top = max(float(np.max(np.asarray(line.get_ydata()))) for line in plot.lines)
    threshold = material.protocol["model"]["threshold"]
    plot.axvline(value_of(threshold), color=MUTED, linewidth=0.6, linestyle=(0, (2, 2)))
    said = material.pen.say(threshold, "percent")
    plot.text(
        value_of(threshold) + 0.004, 1.04 * top, f"operating threshold {said}", fontsize=8
    )
    plot.set(xlim=(0, _SHOWN), ylim=(-0.15 * top, 1.12 * top))
    plot.set_xlabel("Risk at or above which one would act")
    plot.set_ylabel("Net benefit per patient")
    percent_ticks(plot, "x")


def _label(plot: Axes, names: list[str], ends: list[float]) -> None:
    low, high = plot.get_ylim()
    lowest = low + 0.06 * (high - low)
    visible = [min(max(end, lowest), high) for end in ends]
    for position, (name, y) in enumerate(
        zip(names, spread(visible, 0.13 * (high - low)), strict=True)
    ):
        colour = legible(_look(position, name)[0])
        text = "\n".join(
            wrapped({_ALL: "act on all", _NONE: "act on none"}.get(name, name), 118)
        )
        plot.text(_SHOWN * 1.02, y, text, color=colour, va="center", linespacing=1.0)


def _title(material: Material, index: Node) -> str:
    parts = [
        f"{material.pen.mark(row['versus_treat_all'], 'net_benefit')} at "
        f"{material.pen.mark(row['threshold'], 'whole_percent')}"
        for row in list(index["net_benefit"])[:1]
        if value_of(row["versus_treat_all"])
    ]
    if not parts:
        return "Net benefit of the index test, of acting on all and of acting on none."
    return f"Net benefit of the index test over acting on all: {parts[0]}."


def _description(material: Material, index: Node) -> str:
    worth = "; ".join(
        f"at {material.pen.say(row['threshold'], 'whole_percent')}: "
        f"{material.pen.say(row['versus_treat_all'], 'net_benefit')}"
        for row in index["net_benefit"]
        if value_of(row["versus_treat_all"])
    )
    return (
        "Decision curves: net benefit per patient against the risk at which one would act, for "
        "the index test, its best comparator, acting on all and acting on none. Index test "
        f"minus acting on all, by threshold: {worth}."
    )
