"""Batches too large, too strange or too dangerous to be kept in a folder of text files."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import pandas as pd

from tests.capture.building import a_case, as_csv, patients


def ten_thousand_columns() -> bytes:
    """A sound batch with ten thousand columns that nobody asked for."""
    more = {f"extra_{number}": "" for number in range(10_000)}
    return as_csv([{**row, **more} for row in patients(n=3)])


def a_line_of_ten_megabytes() -> bytes:
    """One cell that goes on and on."""
    return as_csv(patients(n=3, sex="M" * 10_000_000))


def a_zip_bomb() -> bytes:
    """Sixty-four megabytes of nothing in sixty-four kilobytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("baseline-2004.csv", bytes(64_000_000))
    return packed.getvalue()


def ten_thousand_people_of_one_id() -> bytes:
    """Everyone is the same person."""
    (row,) = patients(n=1, person=a_case(700))
    return as_csv([row] * 10_000)


def a_workbook() -> bytes:
    """What a spreadsheet program saves when nobody says CSV: a zip archive of XML."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", as_csv(patients(n=3)))
    return packed.getvalue()


def a_parquet_file() -> bytes:
    """The same people in another format than was agreed."""
    packed = io.BytesIO()
    pd.DataFrame(patients(n=3)).to_parquet(packed)
    return packed.getvalue()


def with_cells(**changes: str) -> Callable[[], bytes]:
    """A sound batch with other cells in its first row."""
    return lambda: as_csv(patients(n=8, **changes))


def everywhere(**changes: Callable[[str], str]) -> Callable[[], bytes]:
    """A sound batch with every cell of some columns changed."""
    return lambda: as_csv(
        {**row, **{name: change(row[name]) for name, change in changes.items()}}
        for row in patients(n=8)
    )


def as_bytes(change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """A sound batch whose bytes are changed."""
    return lambda: change(as_csv(patients(n=8)))


def in_the_middle(line: bytes) -> Callable[[bytes], bytes]:
    """Put a line after the fourth."""

    def put(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        return b"".join([*lines[:4], line, *lines[4:]])

    return put


GENERATED: dict[str, Callable[[], bytes]] = {
    "ten-thousand-columns": ten_thousand_columns,
    "line-of-ten-megabytes": a_line_of_ten_megabytes,
    "zip-bomb": a_zip_bomb,
    "ten-thousand-people-of-one-id": ten_thousand_people_of_one_id,
    "gzipped": as_bytes(gzip.compress),
    "workbook": a_workbook,
    "parquet-named-csv": a_parquet_file,
    "json-document": lambda: json.dumps(patients(n=3)).encode(),
    "web-page": lambda: b"<html><body><h1>502 Bad Gateway</h1></body></html>\n",
    "tabs": as_bytes(lambda content: content.replace(b",", b"\t")),
    "cut-in-the-middle-of-a-line": as_bytes(lambda content: content[:-17]),
    "cut-in-the-middle-of-a-letter": lambda: as_csv(patients(n=3, sex="ä"))[:-30] + b"\xc3",
    "header-again-in-the-middle": as_bytes(
        lambda content: in_the_middle(content.splitlines(keepends=True)[0])(content)
    ),
    "total-below": as_bytes(lambda content: content + b"Total,,560,,8.1,\n"),
    "comment-line": as_bytes(in_the_middle(b"# exported by Mary Miller\n")),
    "same-file-twice-over": as_bytes(
        lambda content: content + b"".join(content.splitlines(keepends=True)[1:])
    ),
    "columns-without-their-header": as_bytes(lambda content: content.split(b"\n", 1)[1]),
    "header-with-a-zero-width-space": as_bytes(
        lambda content: content.replace(b"age", "age\u200b".encode(), 1)
    ),
    "header-in-capitals": as_bytes(
        lambda content: content.replace(b"gait_speed", b"GAIT_SPEED", 1)
    ),
    "id-is-empty": with_cells(person=""),
    "id-with-a-space-behind": with_cells(person=a_case(0) + " "),
    "id-is-a-statement-of-a-database": with_cells(person="'; DROP TABLE entry; --"),
    "id-is-a-path": with_cells(person="../../../etc/passwd"),
    "id-is-written-from-right-to-left": with_cells(person="\u202e" + a_case(0)),
    "id-of-a-hundred-thousand-letters": with_cells(person="p" * 100_000),
    "script-in-a-cell": with_cells(sex="<script>alert('Miller')</script>"),
    "number-is-infinite": with_cells(gait_speed="inf"),
    "number-is-nan": with_cells(gait_speed="NaN"),
    "number-is-too-large-to-hold": with_cells(vitamin_d="1e400"),
    "number-with-a-sign-too-many": with_cells(gait_speed="--1.1"),
    "number-in-other-digits": with_cells(age="\uff17\uff10"),
    "number-with-a-comma-for-thousands": with_cells(vitamin_d="1,210.25"),
    "number-with-its-unit": with_cells(gait_speed="1.1 m/s"),
    "number-below-zero": with_cells(gait_speed="-1.1"),
    "age-with-a-fraction": with_cells(age="70.5"),
    "age-is-a-year-of-birth": with_cells(age="1931"),
    "years-of-birth-for-all": everywhere(age=lambda age: str(2004 - int(age))),
    "two-columns-swapped": everywhere(age=lambda _: "1.1", gait_speed=lambda _: "70"),
    "word-for-missing-in-a-category": with_cells(sex="NULL"),
    "category-with-a-space": with_cells(sex=" F"),
    "category-in-small-letters": everywhere(sex=str.lower),
    "period-is-empty": with_cells(visit_year=""),
    "unit-switched-to-nanograms-per-litre": everywhere(
        vitamin_d=lambda told: f"{400 * float(told):.0f}"
    ),
}
"""A batch made by a line of code, for what is better not kept in a folder of text files."""
