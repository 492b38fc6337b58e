"""Whether the index test works as well for each group of people whom the protocol protects."""

from matplotlib.axes import Axes

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    INDEX,
    MUTED,
    RULE,
    WIDTH,
    Figure,
    board,
    sheet,
    svg_of,
)
from probatum.report.figures.material import Material

_ROW = 17.0
_LEFT, _RIGHT = 190.0, 340.0


def draw(material: Material, stage: str) -> Figure:
    """A forest of the AUC by group, beside that of everyone."""
    results = material.results(f"{stage}/performance.json")
    groups = list(results["subgroups"])
    everyone = (
        results["models"][material.index_name()] if "models" in results else results["index"]
    )
    attributes = list(dict.fromkeys(str(value_of(g["attribute"])) for g in groups))
    height = _ROW * (len(groups) + len(attributes) + 1) + 44
    with sheet(height) as drawing:
        surface = board(drawing)
        scale = _Scale(groups, everyone)
        y = height - 14
        _titles(surface, y)
        _row(surface, material, "Everyone", everyone, y - _ROW, scale)
        y -= 2 * _ROW
        for attribute in attributes:
            surface.text(2, y, attribute.replace("_", " "), color=MUTED, fontsize=8.5)
            for group in (g for g in groups if value_of(g["attribute"]) == attribute):
                y -= _ROW
                label = str(value_of(group["group"]))
                _row(surface, material, label, group, y, scale)
            y -= _ROW
        scale.draw(surface, y + 6, height - 2 * _ROW + 8, everyone)
        svg = svg_of(drawing)
    return Figure(
        name="subgroups",
        svg=svg,
        width=WIDTH,
        title=_title(material, everyone),
        alt=_description(material, groups),
        data=(f"evidence/{stage}/performance.json",),
    )


class _Scale:
    """Where an AUC stands on the sheet."""

    def __init__(self, groups: list[Node], everyone: Node) -> None:
        found = [value_of(g["auc"]) for g in [*groups, everyone] if value_of(g["auc"])]
        lows = [e["value"] if e["lower"] is None else e["lower"] for e in found]
        self.low = min(0.5, *(int(low * 10) / 10 for low in lows))
        self.high = 1.0

    def __call__(self, auc: float) -> float:
        return _LEFT + (auc - self.low) / (self.high - self.low) * (_RIGHT - _LEFT)

    def draw(self, surface: Axes, bottom: float, top: float, everyone: Node) -> None:
        surface.plot([_LEFT, _RIGHT], [bottom, bottom], color=MUTED, linewidth=0.6)
        steps = [self.low + 0.1 * i for i in range(round((self.high - self.low) * 10) + 1)]
        for tick in steps:
            surface.plot([self(tick)] * 2, [bottom, bottom - 3], color=MUTED, linewidth=0.6)
            surface.text(
                self(tick), bottom - 13, f"{tick:.1f}", color=MUTED, fontsize=8, ha="center"
            )
        whole = value_of(everyone["auc"])
        if whole:
            x = self(whole["value"])
            surface.plot([x, x], [bottom, top], color=RULE, linewidth=0.8, zorder=0)


def _titles(surface: Axes, y: float) -> None:
    for x, text, place in (
        (2, "Group", "left"),
        (150, "People", "right"),
        (184, "Events", "right"),
        ((_LEFT + _RIGHT) / 2, "AUC", "center"),
        (352, "AUC (interval)", "left"),
    ):
        surface.text(x, y, text, color=MUTED, fontsize=8.5, ha=place)


def _row(
    surface: Axes, material: Material, label: str, group: Node, y: float, scale: _Scale
) -> None:
    pen, auc = material.pen, value_of(group["auc"])
    surface.text(2 if label == "Everyone" else 12, y, label)
    for x, key in ((150, "n"), (184, "events")):
        if key in group and value_of(group[key]) is not None:
            surface.text(x, y, pen.say(group[key], "count"), ha="right")
    if auc is None:
        status = value_of(group["status"]) if "status" in group else "not estimable"
        is_small = status == "too small to report"
        surface.text(
            352, y, "too small to report" if is_small else "not estimable", color=MUTED
        )
        return
    if auc["lower"] is not None:
        ends = [scale(auc["lower"]), scale(auc["upper"])]
        surface.plot(ends, [y + 3, y + 3], color=INDEX, linewidth=1.4)
    surface.plot([scale(auc["value"])], [y + 3], "s", color=INDEX, markersize=5)
    surface.text(352, y, pen.say(group["auc"], "auc:brief"))


def _title(material: Material, everyone: Node) -> str:
    whole = material.pen.mark(everyone["auc"], "auc")
    return f"AUC of the index test by group; for everyone it is {whole}."


def _description(material: Material, groups: list[Node]) -> str:
    told = "; ".join(
        f"{value_of(g['group'])}: "
        + (
            material.pen.say(g["auc"], "auc:brief")
            if value_of(g["auc"])
            else "too small to report"
        )
        for g in groups
    )
    return f"Forest plot of the index test's AUC with its interval by group. {told}."
