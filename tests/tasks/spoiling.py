"""Batches too large, too strange or too dangerous to be kept in a folder of text files."""

import io
import zipfile
from collections.abc import Callable

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


GENERATED: dict[str, Callable[[], bytes]] = {
    "ten-thousand-columns": ten_thousand_columns,
    "line-of-ten-megabytes": a_line_of_ten_megabytes,
    "zip-bomb": a_zip_bomb,
    "ten-thousand-people-of-one-id": ten_thousand_people_of_one_id,
}
