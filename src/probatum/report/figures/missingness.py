"""How much is missing: each column of the data, by period, against the limit promised."""

from probatum.report.evidence import Node, value_of
from probatum.report.figures.drawing import WIDTH, Figure, board, sheet, svg_of
from probatum.report.figures.heat import Cell, draw_table, height_of
from probatum.report.figures.material import Material


def draw(material: Material, _stage: str) -> Figure:
    """A heat map of missing shares; columns that are never missing are left out."""
    found = list(material.results("quality/quality.json")["missingness"])
    periods = sorted({value_of(f["period"]) for f in found}, key=str)
    ever = {str(value_of(f["column"])) for f in found if value_of(f["missing"])}
    names = [n for n in dict.fromkeys(str(value_of(f["column"])) for f in found) if n in ever]
    by_place = {(str(value_of(f["column"])), value_of(f["period"])): f for f in found}
    rows = [
        (name, [_cell(material, by_place.get((name, period))) for period in periods])
        for name in names
    ]
    said = [_said(material, found, period) for period in periods]
    with sheet(height_of(len(rows))) as drawing:
        draw_table(board(drawing), said, rows)
        svg = svg_of(drawing)
    return Figure(
        name="missingness",
        svg=svg,
        width=WIDTH,
        title="Share of values that are missing, for every column in which any is.",
        alt=_description(said, rows),
        data=("evidence/quality/quality.json",),
    )


def _said(material: Material, found: list[Node], period: object) -> str:
    first = next(f for f in found if value_of(f["period"]) == period)
    return material.pen.say(first["period"], "plain")


def _cell(material: Material, found: Node | None) -> Cell:
    if found is None:
        return Cell(status="too few", lines=("none",))
    is_over = bool(value_of(found["over_limit"]))
    return Cell(
        status="warning" if is_over else "ok",
        lines=(material.pen.say(found["share"], "percent"),),
    )


def _description(periods: list[str], rows: list[tuple[str, list[Cell]]]) -> str:
    told = "; ".join(
        f"{name}: "
        + ", ".join(
            f"{period} {cell.lines[0]}" + (" (over its limit)" if cell.status != "ok" else "")
            for period, cell in zip(periods, cells, strict=True)
        )
        for name, cells in rows
    )
    return f"Missing values by column and period. {told or 'Nothing is missing'}."
