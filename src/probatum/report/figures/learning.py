"""What more patients would bring: the AUC of models that learn from more and more of them."""

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    INDEX,
    OTHER,
    RIVAL,
    Figure,
    axes,
    legible,
    sheet,
    spread,
    svg_of,
    wrapped,
)
from probatum.report.figures.material import Material


def draw(material: Material, _stage: str) -> Figure:
    """Learning curves of the index test and its comparators."""
    results = material.results("models/training.json")
    points = list(results["learning_curve"])
    best = str(value_of(results["best_comparator"]))
    names = sorted({str(value_of(p["model"])) for p in points})
    names.sort(key=lambda name: name != material.index_name())
    with sheet(196) as drawing:
        plot = axes(drawing, 48, 38, 270, 150)
        for name in reversed(names):
            own = [p for p in points if value_of(p["model"]) == name]
            _line(plot, own, _look(name, material.index_name(), best))
        _dress(plot, points)
        _label(plot, points, names, material.index_name(), best)
        svg = svg_of(drawing)
    return Figure(
        name="learning",
        svg=svg,
        width=460,
        title=_title(material, points),
        alt=_description(material, points, names),
        data=("models/training.json",),
    )


def _look(name: str, index: str, best: str) -> tuple[str, float, str]:
    if name == index:
        return INDEX, 2.2, "-"
    return (RIVAL, 1.6, "--") if name == best else (OTHER, 1.1, "-.")


def _line(plot: Axes, points: list[Node], look: tuple[str, float, str]) -> None:
    colour, width, dash = look
    n, auc, low, high = (
        [value_of(p[key]) for p in points] for key in ("n", "auc", "low", "high")
    )
    plot.plot(n, auc, color=colour, linewidth=width, linestyle=dash, marker="o", markersize=3)
    if width > 2:
        plot.fill_between(n, low, high, color=colour, alpha=0.13, linewidth=0)


def _dress(plot: Axes, points: list[Node]) -> None:
    sizes = sorted({value_of(p["n"]) for p in points})
    plot.set_xscale("log")
    plot.xaxis.set_major_locator(FixedLocator(sizes))
    plot.xaxis.set_minor_locator(NullLocator())
    plot.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    plot.set_xlabel("Patients learnt from")
    plot.set_ylabel("AUC in cross-validation")


def _label(plot: Axes, points: list[Node], names: list[str], index: str, best: str) -> None:
    last = {str(value_of(p["model"])): value_of(p["auc"]) for p in points}
    most = max(value_of(p["n"]) for p in points)
    low, high = plot.get_ylim()
    ends = spread([last[name] for name in names], 0.14 * (high - low))
    for name, y in zip(names, ends, strict=True):
        text = "\n".join(wrapped(name, 118))
        colour = legible(_look(name, index, best)[0])
        plot.text(most * 1.06, y, text, color=colour, va="center", linespacing=1.0)


def _title(material: Material, points: list[Node]) -> str:
    own = [p for p in points if value_of(p["model"]) == material.index_name()]
    first, last, pen = own[0], own[-1], material.pen
    return (
        f"The index test's AUC in cross-validation: {pen.mark(first['auc'], 'auc')} with "
        f"{pen.mark(first['n'], 'count')} patients, {pen.mark(last['auc'], 'auc')} with "
        f"{pen.mark(last['n'], 'count')}."
    )


def _description(material: Material, points: list[Node], names: list[str]) -> str:
    said = []
    for name in names:
        own = [p for p in points if value_of(p["model"]) == name]
        steps = ", ".join(
            f"{material.pen.say(p['auc'], 'auc')} with {material.pen.say(p['n'], 'count')}"
            for p in own
        )
        said.append(f"{name}: {steps}")
    return f"Learning curves: AUC by number of patients learnt from. {'; '.join(said)}."
