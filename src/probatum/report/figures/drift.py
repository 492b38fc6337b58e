"""What changed since development: each column, the predictions and the outcomes, by period."""

from probatum.report.evidence import Node, entries, value_of
from probatum.report.figures.drawing import WIDTH, Figure, board, sheet, svg_of
from probatum.report.figures.heat import Cell, draw_table, height_of
from probatum.report.figures.material import Material


def draw(material: Material, _stage: str) -> Figure:
    """A heat map of periods by columns, with missing shares."""
    results = material.results("drift/drift.json")
    periods = list(results["periods"])
    names = list(
        dict.fromkeys(str(value_of(c["column"])) for p in periods for c in p["columns"])
    )
    rows = [(name, [_column(material, p, name) for p in periods]) for name in names]
    rows.append(("Predicted risk", [_prediction(material, p) for p in periods]))
    rows.append(("Observed / expected", [_calibration(material, p) for p in periods]))
    with sheet(height_of(len(rows))) as drawing:
        said = [material.pen.say(p["period"], "plain") for p in periods]
        draw_table(board(drawing), said, rows)
        svg = svg_of(drawing)
    return Figure(
        name="drift",
        svg=svg,
        width=WIDTH,
        title=_title(material, results),
        alt=_description(said, rows),
        data=("evidence/drift/drift.json",),
    )


def _column(material: Material, period: Node, name: str) -> Cell:
    found = [c for c in period["columns"] if value_of(c["column"]) == name]
    if not found:
        return Cell(status="too few", lines=("not assessed",))
    column, lines = found[0], []
    if _is_there(column, "psi"):
        lines.append(f"PSI {material.pen.say(column['psi'], 'ratio')}")
    if _is_there(column, "missing_share") and value_of(column["missing_share"]) > 0:
        lines.append(f"missing {material.pen.say(column['missing_share'], 'whole_percent')}")
    status = str(value_of(column["status"]))
    return Cell(status=status, lines=tuple(lines) or (status,))


def _prediction(material: Material, period: Node) -> Cell:
    if not _is_there(period, "prediction"):
        return Cell(status="too few", lines=("none",))
    found, lines = period["prediction"], []
    if _is_there(found, "psi"):
        lines.append(f"PSI {material.pen.say(found['psi'], 'ratio')}")
    if _is_there(found, "mean_risk"):
        lines.append(f"mean {material.pen.say(found['mean_risk'], 'percent')}")
    status = str(value_of(found["status"]))
    return Cell(status=status, lines=tuple(lines) or (status,))


def _calibration(material: Material, period: Node) -> Cell:
    if not _is_there(period, "calibration"):
        return Cell(status="too few", lines=("unknown",))
    found = period["calibration"]
    status = str(value_of(found["status"]))
    if not _is_there(found, "observed_expected"):
        return Cell(status=status, lines=(status,))
    said = material.pen.say(found["observed_expected"], "ratio:brief")
    point, _, bounds = said.partition(" ")
    return Cell(status=status, lines=(point, bounds))


def _is_there(node: Node, key: str) -> bool:
    return key in node and value_of(node[key]) is not None


def _title(material: Material, results: Node) -> str:
    count = material.pen.mark(entries(results["alarms"]), "count")
    return f"Limits crossed since development, warnings and alarms together: {count}."


def _description(periods: list[str], rows: list[tuple[str, list[Cell]]]) -> str:
    told = [
        f"{name} in {period}: {cell.status} ({', '.join(cell.lines)})"
        for name, cells in rows
        for period, cell in zip(periods, cells, strict=True)
        if cell.status in ("warning", "alarm")
    ]
    return (
        "Heat map of change since development, periods by columns. "
        f"Outside limits: {'; '.join(told) or 'none'}."
    )
