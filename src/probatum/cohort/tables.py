"""Reading the tables of a study, each cell by the rule the protocol states for its column.

A table is first read as text (`text_of`), so that the quality rules can say what is wrong
with it, and then typed (`typed`), which refuses whatever breaks a rule. A refusal names the
column, the line and the rule, never the value.
"""

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from probatum.errors import DataError
from probatum.study.population import Column, Role
from probatum.study.protocol import Protocol

WHOLE_NUMBER = "[+-]?[0-9]+"
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
"""What a cell of type ``integer`` and of type ``number`` looks like, as regular expressions."""


def read_text(path: Path) -> pd.DataFrame:
    """The cells of a CSV file as text, as `text_of` gives them.

    Raises
    ------
    DataError
        If the file is absent, or is no such table.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path} — expected a table, found no file that can be read — make it first"
        ) from error
    return text_of(content, path.name)


def text_of(content: bytes, name: str) -> pd.DataFrame:
    """The cells of a CSV table as text; an empty cell is ``""``. Row 0 is line 2 of the file.

    The one reading of CSV: what is judged, predicted from and analysed has been read here.

    Parameters
    ----------
    content : bytes
        A whole file. UTF-8 without a byte-order mark, cells separated by commas.
    name : str
        What to call the table in a refusal.

    Raises
    ------
    DataError
        If the content is no UTF-8, no CSV, has no header, names a column twice, or has a row of
        another width than its header. Rows are never padded, cut or skipped.

    Examples
    --------
    >>> text_of(b"case_id,age\\nP-1,070\\n", "t").to_dict("list")
    {'case_id': ['P-1'], 'age': ['070']}
    """
    rows = _rows(content, name)
    header = rows[0] if rows else []
    if not header or len(set(header)) != len(header):
        raise DataError(
            f"{name} — expected a header that names each column once — correct the header"
        )
    for line, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise DataError(
                f"{name}, line {line} — expected {len(header)} cells, got {len(row)} — "
                "export the table again"
            )
    return pd.DataFrame(rows[1:], columns=header, dtype=object)


def _rows(content: bytes, name: str) -> list[list[str]]:
    if content.startswith(codecs.BOM_UTF8):
        raise DataError(
            f"{name} — expected UTF-8 that begins with the header, got a byte-order mark — "
            "export it as plain UTF-8"
        )
    if b"\0" in content:
        raise DataError(f"{name} — expected text, got NUL bytes — export it as UTF-8 text")
    try:
        text = content.decode("utf-8")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{name} — expected a CSV table in UTF-8, got other content — export it again"
        ) from error


def baseline_columns(protocol: Protocol) -> tuple[Column, ...]:
    """What a baseline table holds: all that is known when a prediction is made."""
    return protocol.columns_known_at("baseline")


def followup_columns(protocol: Protocol) -> tuple[Column, ...]:
    """What a follow-up table holds: the case id, and all that becomes known later."""
    identifier = protocol.column(protocol.population.id_column)
    return (identifier, *protocol.columns_known_at("follow_up"))


def model_columns(protocol: Protocol) -> tuple[Column, ...]:
    """What a model is given: the case id and the predictors, nothing else."""
    identifier = protocol.column(protocol.population.id_column)
    return (identifier, *protocol.columns_with(Role.PREDICTOR))


def read_baseline(path: Path, protocol: Protocol) -> pd.DataFrame:
    """A baseline table, typed by the protocol, one row a case."""
    return typed(read_text(path), baseline_columns(protocol), protocol, path.name)


def read_followup(path: Path, protocol: Protocol) -> pd.DataFrame:
    """A follow-up table, typed by the protocol, one row a case."""
    return typed(read_text(path), followup_columns(protocol), protocol, path.name)


def model_input(frame: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The columns of a baseline table that a model may see, and the case id."""
    return frame[[column.name for column in model_columns(protocol)]].copy()


def typed(
    frame: pd.DataFrame, columns: Sequence[Column], protocol: Protocol, name: str
) -> pd.DataFrame:
    """The table with each column in its type and its cells within the protocol's rules.

    Parameters
    ----------
    frame : DataFrame of text
        As `read_text` gives it.
    columns : sequence of Column
        What the table must hold: these and no others.
    name : str
        What to call the table in a refusal.

    Returns
    -------
    DataFrame
        In the order of ``columns``. ``integer``: int64, or Int64 where the protocol allows
        empty cells. ``number``: float64, empty is NaN. ``category``: categorical with the
        protocol's categories. ``text``: string, empty is NA.

    Raises
    ------
    DataError
        Naming column, line and rule of the first cell that breaks a rule, and how many more do.
    """
    _check_columns(frame, columns, name)
    parts = {column.name: _column(frame[column.name], column, name) for column in columns}
    table = pd.DataFrame(parts, index=frame.index)
    identifier = protocol.population.id_column
    if identifier in parts:
        repeated = frame[identifier].duplicated(keep="first").to_numpy()
        _refuse(repeated, identifier, "an id that no row above has", name)
    return table


def lenient(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """The table with each cell that can be read in its type; every other cell is missing.

    Numbers become float64, text and categories stay text. Columns the protocol does not name
    are left out, and so are those the table lacks.
    """
    parts: dict[str, Any] = {}
    for column in columns:
        if column.name in frame:
            parts[column.name] = _readable(frame[column.name], column)
    return pd.DataFrame(parts, index=frame.index)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The table as text, whatever its types; a missing value is ``""``.

    Examples
    --------
    >>> as_text(pd.DataFrame({"age": [61.0, None], "sex": ["F", "M"]})).to_dict("list")
    {'age': ['61', ''], 'sex': ['F', 'M']}
    """
    cells = {name: [_as_text(value) for value in frame[name]] for name in frame.columns}
    return pd.DataFrame(cells, dtype=object)


def _as_text(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, float | np.floating):
        return repr(float(value)).removesuffix(".0")
    return str(value)


def _check_columns(frame: pd.DataFrame, columns: Sequence[Column], name: str) -> None:
    wanted = [column.name for column in columns]
    absent = [column for column in wanted if column not in frame]
    unknown = [n for n, column in enumerate(frame.columns, start=1) if column not in wanted]
    if absent or unknown:
        raise DataError(
            f"{name} — expected the columns {', '.join(wanted)}, got "
            f"{', '.join(absent) or 'none'} missing and the positions "
            f"{', '.join(map(str, unknown)) or 'none'} not named in the protocol — export the "
            "columns of the protocol"
        )


def _column(cells: "pd.Series[Any]", column: Column, name: str) -> "pd.Series[Any]":
    is_empty = (cells == "").to_numpy()
    if column.missing == 0:
        _refuse(is_empty, column.name, "a value in every row", name)
    values = _readable(cells, column)
    unreadable = values.isna().to_numpy() & ~is_empty
    _refuse(unreadable, column.name, _form(column), name)
    if column.allowed is not None:
        low, high = column.allowed
        outside = ~values.between(low, high).to_numpy() & ~is_empty
        _refuse(outside, column.name, f"a value from {low:g} to {high:g}", name)
    return _in_final_type(values, column)


def _readable(cells: "pd.Series[Any]", column: Column) -> "pd.Series[Any]":
    if column.type in ("integer", "number"):
        form = WHOLE_NUMBER if column.type == "integer" else NUMBER
        return cells.where(cells.str.fullmatch(form)).astype("float64")
    if column.type == "category":
        return cells.where(cells.isin(column.categories or ()), None)
    return cells.where(cells != "", None)


def _form(column: Column) -> str:
    if column.type == "category":
        return f"one of {', '.join(column.categories or ())}"
    return "a whole number" if column.type == "integer" else "a number"


def _in_final_type(values: "pd.Series[Any]", column: Column) -> "pd.Series[Any]":
    match column.type:
        case "integer":
            return values.astype("int64" if column.missing == 0 else "Int64")
        case "number":
            return values
        case "category":
            return values.astype(pd.CategoricalDtype(list(column.categories or ())))
        case "text":
            return values.astype("string")


def _refuse(
    broken: "np.ndarray[Any, np.dtype[np.bool_]]", column: str, rule: str, name: str
) -> None:
    rows = np.flatnonzero(broken)
    if rows.size:
        more = f" (and in {rows.size - 1} more)" if rows.size > 1 else ""
        raise DataError(
            f"{name}, line {rows[0] + 2}{more}, column {column} — expected {rule}, got "
            "something else — correct the table where it was made"
        )
