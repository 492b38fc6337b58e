"""How each device changed from one calibration to the next, score and calibration apart."""

from datetime import UTC, datetime

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    INDEX,
    INK,
    MUTED,
    OTHER,
    RIVAL,
    WIDTH,
    Figure,
    axes,
    board,
    label_width,
    sheet,
    svg_of,
)
from probatum.report.figures.material import Material

_FILE = "robustness/robustness.json"
_LOOKS = ((INDEX, "s"), (RIVAL, "^"), (INK, "o"), (OTHER, "D"), (MUTED, "v"))
_PANELS = (
    ("Mean score", "mean_score", 1.0),
    ("Relaxation, µs", "t1_seconds", 1e6),
    ("Dephasing, µs", "t2_seconds", 1e6),
    ("Readout error", "readout_error", 1.0),
    ("Two-qubit error", "two_qubit_error", 1.0),
)
_HIGH, _GAP, _LEFT, _KEY = 62.0, 14.0, 124.0, 22.0


def draw(material: Material, _stage: str) -> Figure:
    """One panel a quantity over one axis of days; one line a device."""
    moments = list(material.results(_FILE)["device_history"]["moments"])
    devices = list(dict.fromkeys(map(_device, moments)))
    height = len(_PANELS) * (_HIGH + _GAP) + _KEY + 30
    with sheet(height) as drawing:
        _key(board(drawing), devices, height - 12)
        for place, (title, name, factor) in enumerate(_PANELS):
            bottom = height - _KEY - (place + 1) * (_HIGH + _GAP)
            panel = axes(drawing, _LEFT, bottom, WIDTH - _LEFT - 12, _HIGH)
            for rank, device in enumerate(devices):
                own = [moment for moment in moments if _device(moment) == device]
                _line(panel, own, name, factor, rank)
            _dress(panel, title, name, moments, is_last=place == len(_PANELS) - 1)
        svg = svg_of(drawing)
    return Figure(
        name="devices",
        svg=svg,
        width=WIDTH,
        title=_title(material, moments),
        alt=_description(material, moments),
        data=(f"evidence/{_FILE}",),
    )


def _device(moment: Node) -> str:
    return str(value_of(moment["device"]))


def _day(moment: Node) -> float:
    at = datetime.fromisoformat(value_of(moment["calibrated_at"]))
    return float(date2num(at.astimezone(UTC)))  # type: ignore[no-untyped-call]


def _value(moment: Node, name: str) -> float | None:
    found = value_of(moment[name] if name == "mean_score" else moment["calibration"][name])
    return None if found is None else float(found)


def _line(panel: Axes, own: list[Node], name: str, factor: float, rank: int) -> None:
    colour, shape = _LOOKS[rank % len(_LOOKS)]
    known = [(_day(m), v * factor) for m in own if (v := _value(m, name)) is not None]
    days, values = [day for day, _ in known], [value for _, value in known]
    panel.plot(days, values, color=colour, marker=shape, markersize=4.5, linewidth=1.2)


def _dress(panel: Axes, title: str, name: str, moments: list[Node], *, is_last: bool) -> None:
    days = [_day(moment) for moment in moments]
    margin = max(0.05 * (max(days) - min(days)), 1.0)
    panel.set_xlim(min(days) - margin, max(days) + margin)
    panel.margins(y=0.25)
    panel.set_ylabel(title, fontsize=8.5, rotation=0, ha="right", va="center")
    panel.yaxis.set_label_coords(-0.12, 0.5)
    panel.locator_params(axis="y", nbins=3)
    if name.endswith("error"):
        panel.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.2g}%")
    locator = AutoDateLocator(minticks=2, maxticks=5)  # type: ignore[no-untyped-call]
    panel.xaxis.set_major_locator(locator)
    panel.xaxis.set_major_formatter(
        ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    )
    panel.tick_params(axis="x", labelbottom=is_last)


def _key(surface: Axes, devices: list[str], y: float) -> None:
    x = 2.0
    for rank, device in enumerate(devices):
        colour, shape = _LOOKS[rank % len(_LOOKS)]
        surface.plot([x + 4], [y + 3], shape, color=colour, markersize=4.5)
        surface.text(x + 12, y, device, fontsize=8.5)
        x += 30 + label_width(device, 8.5)


def _title(material: Material, moments: list[Node]) -> str:
    changed = [m for m in moments if value_of(m["change"]) is not None]
    mark = material.pen.mark
    if not changed:
        return "Each device has been seen at one calibration, so no change can be shown yet."
    most = max(changed, key=lambda m: abs(float(value_of(m["change"]))))
    return (
        f"The mean score changed most on {mark(most['device'], 'text')}: by "
        f"{mark(most['change'], 'auc')} with the calibration of "
        f"{mark(most['calibrated_at'], 'date')}."
    )


def _description(material: Material, moments: list[Node]) -> str:
    say = material.pen.say
    told = "; ".join(
        f"{_device(m)}, calibrated {say(m['calibrated_at'], 'date')}: "
        f"{say(m['mean_score'], 'auc')}"
        for m in moments
    )
    return f"Mean score of the standard tasks, by device and calibration. {told}."
