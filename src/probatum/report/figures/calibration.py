"""Whether predicted risks come true: of people given a risk, how many had the event."""

import numpy as np
from matplotlib.axes import Axes

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    INDEX,
    INDEX_PALE,
    INK,
    MUTED,
    RULE,
    Figure,
    axes,
    board,
    percent_ticks,
    sheet,
    svg_of,
)
from probatum.report.figures.material import Material

_BINS = np.linspace(0, 1, 101)


def draw(material: Material, stage: str) -> Figure:
    """Smooth and grouped calibration of the index test, over the risks it gave."""
    results = material.results(f"{stage}/performance.json")
    name = material.index_name()
    index = results["models"][name] if "models" in results else results["index"]
    file = f"evidence/{stage}/calibration.csv"
    rows = [row for row in material.evidence.rows(file) if row["model"] == name]
    people = material.evidence.rows(f"evidence/{stage}/predictions.csv")
    with sheet(262) as drawing:
        plot, below = axes(drawing, 44, 86, 180, 168), axes(drawing, 44, 36, 180, 42)
        limit = _limit(material, rows)
        _smooth(plot, material, [row for row in rows if row["kind"] == "smooth"])
        _groups(plot, material, [row for row in rows if row["kind"] == "group"])
        _dress(plot, limit)
        _risks(below, name, people, limit)
        _summary(board(drawing), material, index)
        svg = svg_of(drawing)
    return Figure(
        name="calibration",
        svg=svg,
        width=460,
        title=_title(material, index),
        alt=_description(material, index),
        data=(file, f"evidence/{stage}/predictions.csv"),
    )


def _limit(material: Material, rows: list[dict[str, str]]) -> float:
    groups = [row for row in rows if row["kind"] == "group"] or rows
    parts = [material.column(groups, name) for name in ("predicted", "upper")]
    most = max((float(np.nanmax(part)) for part in parts if part.size), default=1.0)
    return min(1.0, float(np.ceil((most + 0.02) * 10) / 10))


def _smooth(plot: Axes, material: Material, rows: list[dict[str, str]]) -> None:
    names = ("predicted", "observed", "lower", "upper")
    x, y, low, high = (material.column(rows, name) for name in names)
    plot.fill_between(x, low, high, color=INDEX_PALE, linewidth=0)
    plot.plot(x, y, color=INDEX, linewidth=2)


def _groups(plot: Axes, material: Material, rows: list[dict[str, str]]) -> None:
    names = ("predicted", "observed", "lower", "upper")
    x, y, low, high = (material.column(rows, name) for name in names)
    plot.vlines(x, low, high, color=INK, linewidth=0.8)
    plot.plot(x, y, "o", color=INK, markersize=3.6)


def _dress(plot: Axes, limit: float) -> None:
    plot.plot([0, 1], [0, 1], color=RULE, linewidth=0.8, zorder=0)
    plot.set(xlim=(0, limit), ylim=(0, limit))
    plot.set_ylabel("Observed share with the event")
    plot.tick_params(labelbottom=False)
    percent_ticks(plot)


def _risks(below: Axes, name: str, people: list[dict[str, str]], limit: float) -> None:
    for outcome, sign, colour, label in (
        ("1", 1, INDEX, "with the event"),
        ("0", -1, MUTED, "without the event"),
    ):
        risks = [float(p[name]) for p in people if p.get("outcome") == outcome and p[name]]
        count = np.histogram(risks, _BINS)[0]
        share = count / max(count.max(), 1)
        below.vlines((_BINS[:-1] + _BINS[1:]) / 2, 0, sign * share, color=colour, linewidth=1.3)
        place = sign * 0.5
        below.text(1.03 * limit, place, label, color=colour, fontsize=8, va="center")
    below.axhline(0, color=MUTED, linewidth=0.6)
    below.set(xlim=(0, limit), yticks=[], xlabel="Predicted risk")
    below.spines[["left", "bottom"]].set_visible(False)
    percent_ticks(below, "x")


_MEASURES = (
    ("calibration_slope", "Slope", "one: neither over- nor under-spread"),
    ("observed_expected", "Observed / expected events", "one: as many as predicted"),
    ("ici", "Mean absolute difference (ICI)", "zero: perfect agreement"),
)


def _summary(surface: Axes, material: Material, index: Node) -> None:
    y = 240.0
    for key, label, ideal in _MEASURES:
        surface.text(252, y, label, color=MUTED, fontsize=8.5)
        surface.text(252, y - 12, _said(material, index, key))
        surface.text(252, y - 23, ideal, color=MUTED, fontsize=8)
        y -= 42
    _key(surface, y)


def _key(surface: Axes, y: float) -> None:
    surface.plot([252, 272], [y + 3, y + 3], color=INDEX, linewidth=2)
    surface.text(278, y, "smooth curve with band", fontsize=8.5)
    surface.plot([262], [y - 10], "o", color=INK, markersize=3.6)
    surface.text(278, y - 13, "groups of people, with interval", fontsize=8.5)
    surface.plot([252, 272], [y - 23, y - 23], color=RULE, linewidth=0.8)
    surface.text(278, y - 26, "perfect agreement", fontsize=8.5)


def _said(material: Material, index: Node, key: str) -> str:
    form = "auc" if key == "ici" else "ratio"
    if key not in index or value_of(index[key]) is None:
        return "not estimable"
    return material.pen.say(index[key], form)


def _title(material: Material, index: Node) -> str:
    ratio = index["observed_expected"]
    if value_of(ratio) is None:
        return "Predicted risks beside what happened."
    return (
        "Observed events per event predicted by the index test: "
        f"{material.pen.mark(ratio, 'ratio')}."
    )


def _description(material: Material, index: Node) -> str:
    slope, ratio, ici = (_said(material, index, key) for key, *_ in _MEASURES)
    return (
        "Calibration of the index test: observed share with the event against predicted risk, "
        "as a smooth curve with its band and as groups of people, with the distribution of "
        f"predicted risks beneath. Slope {slope}; observed over expected events {ratio}; "
        f"mean absolute difference {ici}."
    )
