"""How well each device does the standard tasks, beside a simulator without noise."""

from matplotlib.axes import Axes

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    INDEX,
    INK,
    MUTED,
    OTHER,
    RIVAL,
    RULE,
    WIDTH,
    Figure,
    board,
    sheet,
    svg_of,
)
from probatum.report.figures.material import Material

_FILE = "robustness/robustness.json"
_ROW, _LEFT, _RIGHT = 22.0, 170.0, 440.0
_LOOKS = ((INK, "o"), (INDEX, "s"), (RIVAL, "^"), (OTHER, "D"), (MUTED, "v"))


def draw(material: Material, _stage: str) -> Figure:
    """One row a task and width; one mark a device."""
    records = list(material.results(_FILE)["tasks"])
    kinds = list(dict.fromkeys(map(_kind, records)))
    devices = list(dict.fromkeys(map(_device, records)))
    height = _ROW * (len(kinds) + 1) + 46
    with sheet(height) as drawing:
        surface = board(drawing)
        _key(surface, devices, height - 12)
        for place, kind in enumerate(kinds, start=1):
            y = height - 14 - _ROW * place
            surface.text(2, y - 3, f"{kind[0]}, {kind[1]} qubits", fontsize=8.5)
            surface.plot([_LEFT, _RIGHT], [y, y], color=RULE, linewidth=0.5, zorder=0)
            for record in (r for r in records if _kind(r) == kind):
                _mark(surface, record, devices.index(_device(record)), y)
        _axis(surface, 30)
        svg = svg_of(drawing)
    return Figure(
        name="tasks",
        svg=svg,
        width=WIDTH,
        title=_title(material, records),
        alt=_description(material, records),
        data=(f"evidence/{_FILE}",),
    )


def _kind(record: Node) -> tuple[str, int]:
    return str(value_of(record["job_type"])), int(value_of(record["params"]["width"]))


def _device(record: Node) -> str:
    return str(value_of(record["platform"]["device"]))


def _x(score: float) -> float:
    return _LEFT + score * (_RIGHT - _LEFT)


def _mark(surface: Axes, record: Node, place: int, y: float) -> None:
    score = value_of(record["results"]["score"])
    colour, shape = _LOOKS[place % len(_LOOKS)]
    middle, half = score["value"], score["uncertainty"]
    ends = [_x(max(middle - half, 0)), _x(min(middle + half, 1))]
    surface.plot(ends, [y, y], color=colour, linewidth=1.2)
    surface.plot([_x(middle)], [y], shape, color=colour, markersize=4.5)


def _key(surface: Axes, devices: list[str], y: float) -> None:
    x = 2.0
    for place, device in enumerate(devices):
        colour, shape = _LOOKS[place % len(_LOOKS)]
        surface.plot([x + 4], [y + 3], shape, color=colour, markersize=4.5)
        surface.text(x + 12, y, device, fontsize=8.5)
        x += 30 + 5.2 * len(device)


def _axis(surface: Axes, y: float) -> None:
    surface.plot([_LEFT, _RIGHT], [y, y], color=MUTED, linewidth=0.6)
    for tick in (0.0, 0.5, 1.0):
        surface.plot([_x(tick)] * 2, [y, y - 3], color=MUTED, linewidth=0.6)
        surface.text(_x(tick), y - 13, f"{tick:.1f}", color=MUTED, fontsize=8, ha="center")
    surface.text(_x(0.5), y - 25, "Polarisation fidelity", fontsize=8.5, ha="center")


def _title(material: Material, records: list[Node]) -> str:
    worst = min(records, key=lambda r: float(value_of(r["results"]["score"]["value"])))
    score = material.pen.mark(worst["results"]["score"]["value"], "auc")
    task = material.pen.mark(worst["job_type"], "text")
    device = material.pen.mark(worst["platform"]["device"], "text")
    return f"The lowest score is {score}: {task} on {device}."


def _description(material: Material, records: list[Node]) -> str:
    say = material.pen.say
    told = "; ".join(
        f"{_kind(r)[0]} on {_kind(r)[1]} qubits, {_device(r)}: "
        f"{say(r['results']['score']['value'], 'auc')}"
        for r in records
    )
    return f"Polarisation fidelity of each standard task on each device. {told}."
