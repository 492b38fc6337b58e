"""What arrived in the silent stage, what was sealed, what matured, and what went wrong."""

from matplotlib.axes import Axes

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import (
    ALARM,
    INDEX,
    INK,
    MUTED,
    OTHER,
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

_ROWS = (
    ("received", "People received", MUTED),
    ("quarantined", "Held in quarantine", ALARM),
    ("sealed_index", "Sealed by the index test", INDEX),
    ("sealed_fallback", "Sealed by the fallback", RIVAL),
    ("known", "Outcome known", INK),
    ("events", "Events", INK),
    ("incidents", "Incidents", ALARM),
)
_LEFT, _STEP = 132.0, 15.0


def draw(material: Material, stage: str) -> Figure:
    """Sealed predictions by period, over the counts of everything that happened."""
    stage = stage or "silent"
    periods = list(material.results(f"{stage}/performance.json")["timeline"])
    table = _STEP * len(_ROWS)
    with sheet(166 + table) as drawing:
        plot = axes(drawing, _LEFT, table + 34, WIDTH - _LEFT - 8, 104)
        for place, period in enumerate(periods):
            _bars(plot, place, period)
        _dress(plot, material, periods)
        _counts(board(drawing), material, periods, table)
        svg = svg_of(drawing)
    return Figure(
        name="timeline",
        svg=svg,
        width=WIDTH,
        title=_title(material, stage),
        alt=_description(material, periods),
        data=(f"evidence/{stage}/performance.json",),
    )


def _bars(plot: Axes, place: int, period: Node) -> None:
    index, fallback, known = (
        value_of(period[key]) for key in ("sealed_index", "sealed_fallback", "known")
    )
    plot.bar(place - 0.15, index, 0.42, color=INDEX)
    if fallback:
        [bar] = plot.bar(place - 0.15, fallback, 0.42, bottom=index)
        bar.set(facecolor="none", edgecolor=RIVAL, hatch="////")
    plot.bar(place + 0.22, known, 0.2, color=OTHER)


def _dress(plot: Axes, material: Material, periods: list[Node]) -> None:
    top = max([max(value_of(p["received"]), 1) for p in periods], default=1)
    plot.set(xlim=(-0.5, len(periods) - 0.5), ylim=(0, 1.2 * top), ylabel="People")
    plot.set_xticks(
        range(len(periods)), [material.pen.say(p["period"], "plain") for p in periods]
    )
    plot.tick_params(axis="x", length=0, labelsize=9, labelcolor=INK)
    for place, period in enumerate(periods):
        if value_of(period["incidents"]):
            height = value_of(period["sealed_index"]) + value_of(period["sealed_fallback"])
            plot.plot([place - 0.15], [height + 0.07 * top], "v", color=ALARM, markersize=6)
            plot.text(
                place - 0.15,
                height + 0.12 * top,
                "incident",
                color=ALARM,
                fontsize=8,
                ha="center",
            )


def _counts(surface: Axes, material: Material, periods: list[Node], height: float) -> None:
    width = (WIDTH - _LEFT - 8) / max(len(periods), 1)
    note = "wide: sealed, hatched where by the fallback; narrow: outcome known"
    surface.text(WIDTH - 8, height + 152, note, color=MUTED, fontsize=8, ha="right")
    for row, (key, label, colour) in enumerate(_ROWS):
        y = height - _STEP * row
        surface.text(2, y, label, color=colour, fontsize=8.5)
        for place, period in enumerate(periods):
            x = _LEFT + (place + 0.5) * width
            text = material.pen.say(period[key], "count")
            faint = value_of(period[key]) == 0
            surface.text(x, y, text, color=MUTED if faint else INK, fontsize=8.5, ha="center")
        surface.plot([2, WIDTH - 8], [y + 11] * 2, color=RULE, linewidth=0.4)


def _title(material: Material, stage: str) -> str:
    results, pen = material.results(f"{stage}/performance.json"), material.pen
    return (
        f"{pen.mark(results['n_sealed'], 'count')} predictions were sealed, "
        f"{pen.mark(results['n_fallback'], 'count')} of them by the fallback."
    )


def _description(material: Material, periods: list[Node]) -> str:
    say = material.pen.say
    told = "; ".join(
        f"{say(p['period'], 'plain')}: {say(p['sealed_index'], 'count')} by the index test, "
        f"{say(p['sealed_fallback'], 'count')} by the fallback, "
        f"{say(p['known'], 'count')} outcomes known, {say(p['incidents'], 'count')} incidents"
        for p in periods
    )
    return f"Timeline of the silent stage by period. {told}."
