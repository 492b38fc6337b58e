"""The planned looks at the silent stage: what each needed to show, and what it showed."""

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    INDEX,
    INK,
    MUTED,
    RIVAL,
    RULE,
    WIDTH,
    Figure,
    axes,
    board,
    sheet,
    svg_of,
)
from probatum.report.figures.material import Material

_MEASURES = {
    "auc": ("AUC", "auc"),
    "calibration_slope": ("Calibration slope", "ratio"),
    "observed_expected": ("Observed / expected", "ratio"),
    "net_benefit_difference": ("Net benefit", "net_benefit"),
}
_LEFT, _WIDTH = 132.0, 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """The looks planned, what is looked at, and the bound promised for it, where it is one."""

    rows: list[Node]
    measure: str
    goal: Node | None

    @property
    def word(self) -> str:
        return _MEASURES[self.measure][0]

    @property
    def form(self) -> str:
        return _MEASURES[self.measure][1]

    def found(self) -> list[tuple[int, Any]]:
        """Place and estimate of each look that gave one."""
        values = [value_of(row[self.measure]) for row in self.rows]
        return [(place, value) for place, value in enumerate(values) if value]


def draw(material: Material, stage: str) -> Figure:
    """Estimate and interval at each look, against the bound promised, over its boundary."""
    file = f"{stage or 'silent'}/performance.json"
    looks = _looks(material, file)
    with sheet(206) as drawing:
        plot = axes(drawing, _LEFT, 92, _WIDTH, 106)
        for place, found in looks.found():
            if found["lower"] is not None:
                plot.vlines(place, found["lower"], found["upper"], color=INDEX, linewidth=1.8)
            plot.plot([place], [found["value"]], "o", color=INDEX, markersize=6)
        _dress(plot, material, looks)
        _table(board(drawing), material, looks)
        svg = svg_of(drawing)
    return Figure(
        name="looks",
        svg=svg,
        width=WIDTH,
        title=_title(material, looks),
        alt=_description(material, looks),
        data=(f"evidence/{file}",),
    )


def _looks(material: Material, file: str) -> _Looks:
    wanted = material.protocol["silent"]["looks"]["measure"]
    endpoint = next(e for e in material.protocol["endpoints"] if e["id"] == wanted)
    criterion = endpoint["criterion"]
    has_bound = "lower_bound_above" in criterion
    return _Looks(
        rows=list(material.results(file)["looks"]),
        measure=str(value_of(endpoint["measure"])),
        goal=criterion["lower_bound_above"] if has_bound else None,
    )


def _dress(plot: Axes, material: Material, looks: _Looks) -> None:
    ends = [
        found[end] if found[end] is not None else found["value"]
        for _, found in looks.found()
        for end in ("lower", "upper")
    ]
    ends += [value_of(looks.goal)] if looks.goal is not None else []
    low, high = min(ends, default=0.5), max(ends, default=1.0)
    margin = 0.25 * (high - low) + 0.01
    plot.set(xlim=(-0.5, len(looks.rows) - 0.5), ylim=(low - margin, high + margin))
    plot.set_ylabel(f"{looks.word}, interval of the look")
    plot.set_xticks(range(len(looks.rows)), [str(value_of(row["name"])) for row in looks.rows])
    plot.tick_params(axis="x", length=0, labelcolor=INK, labelsize=9)
    if looks.goal is not None:
        _draw_goal(plot, value_of(looks.goal), material.pen.say(looks.goal, "number"))


def _draw_goal(plot: Axes, goal: float, said: str) -> None:
    plot.axhline(goal, color=RIVAL, linewidth=1.2, linestyle="--")
    plot.annotate(
        f"the interval must lie above {said}",
        (-0.48, goal),
        (0, 3),
        textcoords="offset points",
        color=RIVAL,
        fontsize=8.5,
    )


def _table(surface: Axes, material: Material, looks: _Looks) -> None:
    width = _WIDTH / max(len(looks.rows), 1)
    lines = (
        ("known", "Outcomes known", "count"),
        ("critical_value", "Boundary, standard errors", "number"),
        ("level", "Level of the interval", "percent"),
        (looks.measure, looks.word, f"{looks.form}:brief"),
    )
    for line, (key, label, form) in enumerate(lines):
        y = 56.0 - 15 * line
        surface.text(2, y, label, color=MUTED, fontsize=8.5)
        for place, row in enumerate(looks.rows):
            is_there = key in row and value_of(row[key]) is not None
            text = material.pen.say(row[key], form) if is_there else "not taken"
            x = _LEFT + (place + 0.5) * width
            surface.text(x, y, text, fontsize=8.5, ha="center")
        surface.plot([2, _LEFT + _WIDTH], [y + 11] * 2, color=RULE, linewidth=0.4)


def _title(material: Material, looks: _Looks) -> str:
    found = looks.found()
    if not found:
        return "No planned look has been taken."
    said = material.pen.mark(looks.rows[found[-1][0]][looks.measure], looks.form)
    return f"{looks.word} at the latest look taken: {said}."


def _description(material: Material, looks: _Looks) -> str:
    taken = dict(looks.found())
    told = "; ".join(
        f"{value_of(row['name'])}: "
        + (material.pen.say(row[looks.measure], looks.form) if place in taken else "not taken")
        for place, row in enumerate(looks.rows)
    )
    need = (
        f" The interval must lie above {material.pen.say(looks.goal, 'number')}."
        if looks.goal is not None
        else ""
    )
    return (
        f"{looks.word} of the index test at each planned look, with its interval. {told}.{need}"
    )
