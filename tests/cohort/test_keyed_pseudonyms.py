"""Whoever has the key finds a pseudonym again; nothing else leads from one to the other."""

import hashlib
import hmac

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from probatum import cli
from probatum.cohort.keyed_pseudonyms import PseudonymKey, pseudonymise
from probatum.cohort.pseudonyms import are_pseudonyms
from probatum.errors import DataError, LedgerError, Refusal
from tests.capture.building import PROTOCOL_FILE

KEY = PseudonymKey(bytes(range(32)))
NAMES = ["00123456", "Zoë Ångström", "7"]


@pytest.fixture
def source(tmp_path):
    """Three people, one of them twice."""
    file = tmp_path / "from.csv"
    rows = [
        f"{name},{age}" for name, age in zip([*NAMES, NAMES[0]], (50, 61, 72, 51), strict=True)
    ]
    file.write_text("\n".join(["mrn,age", *rows]) + "\n", encoding="utf-8")
    return file


def made(source, into="into.csv", **changes):
    how = {"column": "mrn", "into_column": "case_id", "study": "demo", "key": KEY, **changes}
    pseudonymise(source, source.with_name(into), **how)
    return pd.read_csv(source.with_name(into), dtype=str)


def test_a_pseudonym_is_the_hmac_of_rfc_2104():
    content = b"probatum/pseudonym/v1\x00demo\x0000123456"
    digest = hmac.new(bytes(range(32)), content, hashlib.sha256).hexdigest()
    assert KEY.pseudonym("00123456", study="demo") == f"demo-{digest[:12]}"


def test_the_same_person_is_found_again_and_nobody_else(source):
    table = made(source)
    assert list(table.columns) == ["case_id", "age"]
    assert table.case_id[0] == table.case_id[3] == KEY.pseudonym("00123456", study="demo")
    assert table.case_id.nunique() == 3
    assert are_pseudonyms(table.case_id, 2).all()
    assert made(source, "again.csv").equals(table)


def test_nothing_of_an_identifier_is_left(source):
    made(source)
    text = source.with_name("into.csv").read_text(encoding="utf-8")
    assert not any(name in text for name in NAMES[:2])


@given(st.text(min_size=1), st.text(min_size=1))
def test_another_key_another_study_and_another_person_give_other_pseudonyms(one, other):
    told = KEY.pseudonym(one, study="demo")
    assert KEY.pseudonym(f"  {one}\n", study="demo") == told
    assert PseudonymKey(bytes(32)).pseudonym(one, study="demo") != told
    assert KEY.pseudonym(one, study="other")[-12:] != told[-12:]
    if one.strip() not in other and other.strip() not in one:
        assert KEY.pseudonym(other, study="demo") != told


def test_an_umlaut_is_one_however_it_is_composed():
    assert KEY.pseudonym("Zo\u00eb", study="demo") == KEY.pseudonym("Zoe\u0308", study="demo")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age\n50\n", "expected one column 'mrn'"),
        ("mrn,mrn\n1,2\n", "got 2 and 0"),
        ("mrn,case_id\n1,2\n", "got 1 and 1"),
        ("", "got 0 and 0 among 0"),
        ("mrn,age\nJane Doe,50\n,61\n", "line 3 — expected 2 cells and an identifier"),
        ("mrn,age\nJane Doe,50,9\n", "line 2 — expected 2 cells"),
        ('mrn,age\n"Jane Doe,50\n', "expected a CSV file in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_done_is_refused_whole_and_nobody_is_named(source, text, said):
    source.write_text(text)
    with pytest.raises(DataError, match=said) as refused:
        made(source)
    assert "Jane" not in str(refused.value)
    assert sorted(file.name for file in source.parent.iterdir()) == ["from.csv"]


def test_bytes_that_are_no_text_are_refused_without_being_shown(source):
    source.write_bytes(b"mrn,age\nM\xfcller,50\n")
    with pytest.raises(DataError, match="UnicodeDecodeError") as refused:
        made(source)
    assert "ller" not in str(refused.value)


def test_a_result_is_never_written_over(source):
    made(source)
    with pytest.raises(DataError, match="expected no such file yet"):
        made(source)


def test_a_key_survives_its_file_is_its_owners_and_is_not_shown(tmp_path):
    KEY.write(tmp_path / "site.key")
    again = PseudonymKey.read(tmp_path / "site.key")
    assert again.pseudonym("1", study="demo") == KEY.pseudonym("1", study="demo")
    assert bytes(range(32)).hex() not in repr(KEY)
    (tmp_path / "site.key").chmod(0o640)
    with pytest.raises(LedgerError, match="chmod 600"):
        PseudonymKey.read(tmp_path / "site.key")
    (tmp_path / "other.key").write_text("secret")
    (tmp_path / "other.key").chmod(0o600)
    with pytest.raises(LedgerError, match="expected a key for pseudonyms") as refused:
        PseudonymKey.read(tmp_path / "other.key")
    assert "secret" not in str(refused.value)


def probatum(*arguments):
    """What a command prints."""
    done = CliRunner().invoke(cli.probatum, [*map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_a_site_makes_its_key_and_its_pseudonyms_at_a_terminal(source, monkeypatch):
    root = source.parent
    monkeypatch.chdir(root)
    (root / "studies/small-study").mkdir(parents=True)
    (root / "studies/small-study/protocol.yaml").write_bytes(PROTOCOL_FILE.read_bytes())
    assert probatum("keys", "new", "pseudonyms", "site.key") == "wrote site.key\n"
    how = ["--column", "mrn", "--key", "site.key"]
    said = probatum("pseudonymise", "small-study", "--from", source, "--into", "into.csv", *how)
    assert said.startswith("wrote 4 rows to into.csv, with ")
    assert pd.read_csv("into.csv").iloc[:, 0].str.startswith("small-study-").all()


def test_no_key_is_made_inside_a_repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "wrote new.key and new.key.pub" in probatum("keys", "new", "checkpoints", "new.key")
    (tmp_path / ".git").mkdir()
    for purpose in ("checkpoints", "pseudonyms"):
        with pytest.raises(Refusal, match="outside every repository"):
            probatum("keys", "new", purpose, "another.key")
    with pytest.raises(Refusal, match="outside every repository"):
        probatum("keys", "new", "checkpoints", "no-such-folder/new.key")
    assert not list(tmp_path.glob("another*"))
