"""Whatever is changed in a bundle handed over, the verifier finds it and names it."""

import json
import re
import subprocess
import sys
import zipfile

import pytest

from probatum.errors import VerificationFailure
from probatum.ledger.canonical import sha256
from probatum.report.bundle import write
from probatum.report.claims import as_json
from probatum.report.verification import verify
from tests.report.building import MODEL, STUDY, the_bundle


def handed_over(tmp_path, files):
    """A bundle as a folder."""
    write(tmp_path / "bundle", files)
    return tmp_path / "bundle"


def relisted(files):
    """The files with a manifest that lists them as they are: the work of a careful forger."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [
        {"path": path, "bytes": len(content), "sha256": sha256(content)}
        for path, content in sorted(files.items())
        if path != "manifest.json"
    ]
    return {**files, "manifest.json": as_json(manifest)}


def edited(file, change):
    """The bundle with one JSON file changed by a function, and the manifest made to fit."""
    files = dict(the_bundle())
    document = json.loads(files[file])
    change(document)
    return relisted({**files, file: as_json(document)})


def test_an_untouched_bundle_says_what_it_is(tmp_path):
    found = verify(handed_over(tmp_path, the_bundle()))
    assert (found.study, found.grade, found.model_sha256) == (STUDY, "rehearsal", MODEL)
    assert found.entries == 6
    assert found.files == len(the_bundle())
    assert found.claims > 100


@pytest.mark.parametrize("prefix", ["", "handed-over/"])
def test_a_zipped_bundle_is_read_without_unpacking(tmp_path, prefix):
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        for path, content in the_bundle().items():
            archive.writestr(prefix + path, content)
    assert verify(tmp_path / "bundle.zip").study == STUDY
    assert [path.name for path in tmp_path.iterdir()] == ["bundle.zip"]


@pytest.mark.parametrize("path", sorted(the_bundle()))
@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_one_changed_byte_is_found_and_its_file_named(tmp_path, path, part):
    content = bytearray(the_bundle()[path])
    content[round(part * (len(content) - 1))] ^= 1
    files = {**the_bundle(), path: bytes(content)}
    with pytest.raises(VerificationFailure) as failure:
        verify(handed_over(tmp_path, files))
    if path != "manifest.json":
        assert path in str(failure.value)


def test_a_missing_file_is_named(tmp_path):
    files = {path: content for path, content in the_bundle().items() if path != "quality.html"}
    with pytest.raises(VerificationFailure, match=r"quality.html — expected a file of the"):
        verify(handed_over(tmp_path, files))


def test_an_extra_file_is_named(tmp_path):
    files = {**the_bundle(), "evidence/better.json": b"{}"}
    with pytest.raises(VerificationFailure, match=r"evidence/better.json — .* an extra file"):
        verify(handed_over(tmp_path, files))


def first_number(register, form):
    return next(c for c in register["claims"].values() if c["form"].startswith(form))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "0.999"), ("value", 0.999), ("interval", [0.99, 1.0]), ("n", 10_000),
        ("grade", "live"), ("sha256", "0" * 64), ("method", "by eye"), ("pointer", "/results"),
        ("file", "evidence/none.json"), ("command", "true"),
    ],
)  # fmt: skip
def test_a_claim_edited_in_any_word_is_found_though_the_manifest_fits(tmp_path, field, value):
    files = edited("claims.json", lambda r: first_number(r, "auc").update({field: value}))
    with pytest.raises(VerificationFailure, match="claim"):
        verify(handed_over(tmp_path, files))


def test_a_number_edited_on_a_page_is_found_though_the_manifest_fits(tmp_path):
    page = the_bundle()["technical-file.html"].decode()
    forged = re.sub(r"(data-claim=\"\d+\">)0\.780 \(", r"\g<1>0.980 (", page, count=1)
    assert forged != page
    files = relisted({**the_bundle(), "technical-file.html": forged.encode()})
    with pytest.raises(
        VerificationFailure, match=r"technical-file.html — expected the text of"
    ):
        verify(handed_over(tmp_path, files))


def test_evidence_edited_under_a_fitting_manifest_contradicts_its_claims(tmp_path):
    def better(document):
        document["results"]["models"]["quantum kernel classifier"]["auc"]["value"] = 0.99

    files = edited("evidence/retrospective/performance.json", better)
    with pytest.raises(VerificationFailure, match="the sha256 that"):
        verify(handed_over(tmp_path, files))


def test_a_raised_grade_is_found(tmp_path):
    files = edited("manifest.json", lambda manifest: manifest.update(grade="live"))
    with pytest.raises(VerificationFailure, match="lowest grade"):
        verify(handed_over(tmp_path, files))


def test_evidence_of_another_model_is_found(tmp_path):
    files = edited("evidence/drift/drift.json", lambda e: e.update(model_sha256="0" * 64))
    with pytest.raises(VerificationFailure, match=r"drift.json — expected the model_sha256"):
        verify(handed_over(tmp_path, files))


def test_a_protocol_changed_afterwards_is_found(tmp_path):
    protocol = the_bundle()["protocol.yaml"].replace(b"0.55", b"0.50")
    files = relisted({**the_bundle(), "protocol.yaml": protocol})
    with pytest.raises(
        VerificationFailure, match=r"protocol.yaml — expected the protocol that"
    ):
        verify(handed_over(tmp_path, files))


@pytest.mark.parametrize("cut", [1, 3])
def test_a_record_cut_short_is_found_though_the_manifest_lists_it(tmp_path, cut):
    lines = the_bundle()["ledger.jsonl"].splitlines(keepends=True)
    files = relisted({**the_bundle(), "ledger.jsonl": b"".join(lines[:-cut])})
    with pytest.raises(VerificationFailure, match=r"ledger.jsonl — expected the head"):
        verify(handed_over(tmp_path, files))


def test_a_record_with_an_entry_taken_out_is_found(tmp_path):
    lines = the_bundle()["ledger.jsonl"].splitlines(keepends=True)
    files = relisted({**the_bundle(), "ledger.jsonl": b"".join(lines[:2] + lines[3:])})
    with pytest.raises(VerificationFailure, match=r"ledger.jsonl: entry 2"):
        verify(handed_over(tmp_path, files))


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "a\\evil", "c:/evil"])
def test_a_zip_with_a_path_that_leads_outside_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        archive.writestr(name, b"x")
        archive.writestr("manifest.json", b"{}")
    with pytest.raises(VerificationFailure, match="leads outside"):
        verify(tmp_path / "bundle.zip")


def test_a_link_in_a_folder_is_refused(tmp_path):
    folder = handed_over(tmp_path, the_bundle())
    (folder / "more.json").symlink_to("/etc/hosts")
    with pytest.raises(VerificationFailure, match=r"more.json — expected a file, got a link"):
        verify(folder)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_twice_in_a_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        archive.writestr("manifest.json", b"{}")
        archive.writestr("manifest.json", b"{ }")
    with pytest.raises(VerificationFailure, match="it twice"):
        verify(tmp_path / "bundle.zip")


def test_what_is_no_bundle_is_refused(tmp_path):
    (tmp_path / "file.txt").write_text("hello")
    for path in (tmp_path / "file.txt", tmp_path / "absent", tmp_path):
        with pytest.raises(VerificationFailure):
            verify(path)


def test_the_verifier_loads_no_numerical_nor_workflow_library():
    code = (
        "import sys, probatum.report.verification;"
        "heavy = {'numpy', 'pandas', 'matplotlib', 'typst', 'qiskit', 'prefect', 'dvc'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
