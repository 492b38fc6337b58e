"""One number of one file: what a statistician asks at a terminal, without a study around it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.analysis.catalogue import (
    Estimator,
    Kind,
    Parameter,
    estimator,
    estimators,
    plain,
)
from probatum.analysis.discrimination import non_inferiority
from probatum.analysis.docstring import plain as plain_words
from probatum.errors import DataError

_SIDES = ("reference", "current")
"""Two groups of patients in two files: those the model was validated on, and those now."""
_OF_A_FILE = (Kind.COLUMN, Kind.TABLE, Kind.COLUMN_OR_WORD)
_NO_TABLE: Mapping[type[Exception], str] = {
    pd.errors.EmptyDataError: "an empty file",
    pd.errors.ParserError: "lines with more columns than the header has",
    UnicodeDecodeError: "another encoding",
    Exception: "a file that cannot be read",
}
"""What a file is that cannot be read as a table."""
_HELD_TO_A_MARGIN = ("discrimination", "proportion", "decision", "bootstrapped", "reader_study")
"""Subjects whose differences are of two models or tests, of which one may be no worse."""
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


class Statistics(click.Group):
    """A command for each estimator there is."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, and the list."""
        return [*super().list_commands(ctx), *sorted(estimators())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        return super().get_command(ctx, cmd_name) or _command(estimator(cmd_name))


stat = Statistics("stat")
"""Each estimator, and their list."""


@stat.command("list")
def stat_list() -> None:
    """Every statistic with one line each."""
    subject = ""
    width = max(len(name) for name in estimators())
    for one in estimators().values():
        if one.subject != subject:
            subject = one.subject
            click.echo(f"\n{subject.replace('_', ' ')}")
        click.echo(f"  {one.name:{width}}  {one.about}")


def _command(asked: Estimator) -> click.Command:
    return click.Command(
        asked.name,
        params=[*_options(asked)],
        callback=_answering(asked),
        help=_help(asked.text),
        short_help=asked.about,
    )


def _help(text: str) -> str:
    """The docstring in plain words, without the parameters: they are the options below it."""
    parts = plain_words(text).replace(".. math::", "Formula:").split("\n\n")
    return "\n\n\b\n".join(part for part in parts if not part.startswith("Parameters\n---"))


def _options(asked: Estimator) -> Iterator[click.Parameter]:
    if any(one.kind in _OF_A_FILE for one in asked.parameters):
        yield click.Option(
            ["--data"], type=_FILE, required=True, help="A CSV file, a line for each patient."
        )
    if _has_two_sides(asked):
        yield click.Option(
            ["--against"], type=_FILE, required=True, help="The CSV file of the reference."
        )
        yield click.Option(
            ["--column", "columns"], multiple=True, required=True, help="What is compared."
        )
    for one in asked.parameters:
        if not (one.name in _SIDES and _has_two_sides(asked)):
            yield from _option(one)
    if _is_a_difference(asked):
        yield click.Option(
            ["--margin", "held_to"], type=float, help="Test non-inferiority by it, too."
        )
    yield click.Option(["--json", "as_json"], is_flag=True, help="Print JSON, with all digits.")


def _option(one: Parameter) -> Iterator[click.Option]:
    if one.kind is Kind.TABLE:
        for name in one.type.COLUMNS:  # type: ignore[attr-defined]
            yield click.Option([f"--{name}"], metavar="COLUMN", default=name, show_default=True)
        return
    flag, about = f"--{one.name.replace('_', '-')}", one.about or None
    if one.kind is Kind.NUMBERS:
        yield click.Option(
            [flag, one.name], metavar="NUMBER,...", required=one.is_required, help=about
        )
    elif one.kind is not Kind.CHOICE:
        what = "COLUMN" if one.kind is Kind.COLUMN else "COLUMN|WORD"
        default = one.name if one.is_required else one.default
        yield click.Option(
            [flag, one.name], metavar=what, default=default, show_default=True, help=about
        )
    elif one.type is bool:
        yield click.Option(
            [f"{flag}/--no-{flag[2:]}", one.name], default=one.default, help=about
        )
    else:
        kind = click.Choice(one.words) if one.words else one.type
        shown: dict[str, Any] = {"required": True}
        if not one.is_required:
            shown = {"default": one.default, "show_default": one.default is not None}
        yield click.Option([flag, one.name], type=kind, help=about, **shown)


def _answering(asked: Estimator) -> Callable[..., None]:
    """What a command does: read, ask, print."""

    def answer(as_json: bool, held_to: float | None = None, **given: Any) -> None:
        found = asked.call(**_arguments(asked, given))
        if held_to is not None:
            found = non_inferiority(found, margin=held_to)
        told = plain(found)
        if as_json:
            click.echo(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False))
        else:
            click.echo("\n".join(_lines(told)))

    return answer


def _arguments(asked: Estimator, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns and choices by the names the estimator knows them by."""
    table = _read(given["data"]) if given.get("data") else pd.DataFrame()
    found: dict[str, Any] = {}
    if _has_two_sides(asked):
        before, columns = _read(given["against"]), given["columns"]
        if any(one.name in _SIDES and _is_of_numbers(one) for one in asked.parameters):
            for side, column in product((before, table), columns):
                _refuse_words(side, column)
        found = {"reference": _columns(before, columns), "current": _columns(table, columns)}
    for one in asked.parameters:
        if one.name in found:
            continue
        if one.kind is Kind.TABLE:
            parts = {name: _column(table, given[name], name) for name in one.type.COLUMNS}  # type: ignore[attr-defined]
            found[one.name] = one.type(**parts)
        else:
            value = given[one.name]
            found[one.name] = None if value is None else _argument(one, value, table)
    return found


def _argument(one: Parameter, value: Any, table: pd.DataFrame) -> Any:
    if one.kind is Kind.NUMBERS:
        return _numbers(one.name, value)
    if one.kind is Kind.COLUMN or (one.kind is Kind.COLUMN_OR_WORD and value in table):
        if _is_of_numbers(one):
            _refuse_words(table, value)
        return _column(table, value, one.name)
    return value


def _is_of_numbers(one: Parameter) -> bool:
    return re.search(r"\) of (float|bool)", one.about) is not None


def _refuse_words(table: pd.DataFrame, column: str) -> None:
    """Refuse a column that has words where numbers are asked for, and say how many."""
    values = table.get(column, pd.Series(dtype=float))
    words = int((pd.to_numeric(values, errors="coerce").isna() & values.notna()).sum())
    if words:
        raise DataError(
            f"column {column!r} — expected numbers, got words in {words} of {len(values)} "
            "lines — write numbers (yes and no as 1 and 0), or nothing where nothing is known"
        )


def _numbers(name: str, text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise DataError(
            f"--{name.replace('_', '-')} — expected numbers with commas between them, "
            f"got {text!r}"
        ) from error


def _read(path: Path) -> pd.DataFrame:
    """The file, each number as near as a double comes to what is written."""
    try:
        table = pd.read_csv(path, float_precision="round_trip", encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        found = next(words for kind, words in _NO_TABLE.items() if isinstance(error, kind))
        raise DataError(
            f"{path} — expected a CSV file in UTF-8 with a header, got {found} "
            "— save it as CSV with commas"
        ) from error
    header = str(table.columns[0])
    for sign, words in {";": "semicolons", "\t": "tabs"}.items():
        if table.shape[1] == 1 and sign in header:
            raise DataError(
                f"{path} — expected commas between columns, got {words} — save it as CSV with "
                "commas"
            )
    if table.empty:
        raise DataError(f"{path} — expected a line for each patient, got a header alone")
    return table


def _column(table: pd.DataFrame, column: str, role: str) -> NDArray[Any]:
    if column not in table:
        raise DataError(
            f"column {column!r} — expected one of {', '.join(map(str, table.columns))}, got "
            f"none of that name — name the right one with --{role.replace('_', '-')}"
        )
    return np.asarray(table[column])


def _columns(table: pd.DataFrame, columns: Sequence[str]) -> NDArray[Any] | pd.DataFrame:
    """One column as a vector; several side by side, with their names."""
    found = {column: _column(table, column, "column") for column in columns}
    return found[columns[0]] if len(found) == 1 else pd.DataFrame(found)


def _lines(plain: Any) -> Iterator[str]:
    """A result for reading: names before values, columns of one length as a table."""
    if isinstance(plain, list):
        yield from _table(pd.DataFrame(plain)) if plain else ("none",)
        return
    if not isinstance(plain, dict):
        yield _short(plain)
        return
    lists = {name: value for name, value in plain.items() if isinstance(value, list)}
    tables = {name: rows for name, rows in lists.items() if rows and isinstance(rows[0], dict)}
    columns = {name: value for name, value in lists.items() if name not in tables}
    width = max(len(name) for name in plain)
    for name, value in plain.items():
        if name not in lists and value is not None:
            yield f"{name.replace('_', ' '):{width}}  {_short(value)}"
    for name, rows in tables.items():
        yield f"\n{name.replace('_', ' ')}"
        yield from _table(pd.DataFrame(rows))
    for place, length in enumerate(dict.fromkeys(map(len, columns.values()))):
        alike = {name: value for name, value in columns.items() if len(value) == length}
        if len(alike) == 1:
            [(name, value)] = alike.items()
            yield f"{name.replace('_', ' '):{width}}  {', '.join(map(_short, value))}"
        else:
            yield from ("",) if place else ()
            yield from _table(pd.DataFrame(alike))


def _table(frame: pd.DataFrame) -> Iterator[str]:
    yield frame.map(_short).to_string(index=False)


def _short(value: Any) -> str:
    if value is None or value != value:
        return "-"
    if isinstance(value, dict) and "value" in value and value.get("lower") is not None:
        point, low, high = (_short(value[name]) for name in ("value", "lower", "upper"))
        return f"{point} ({low} to {high})"
    if isinstance(value, dict):
        return ", ".join(f"{k} {_short(v)}" for k, v in value.items() if v is not None)
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def _has_two_sides(asked: Estimator) -> bool:
    return {one.name for one in asked.parameters} >= {*_SIDES}


def _is_a_difference(asked: Estimator) -> bool:
    is_of_two = asked.gives_estimate and asked.subject in _HELD_TO_A_MARGIN
    names = {one.name for one in asked.parameters}
    return is_of_two and "difference" in asked.name and "margin" not in names
