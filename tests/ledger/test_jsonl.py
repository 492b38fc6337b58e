"""The record as text is the same bytes after every journey."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.chain import Entry, verify
from probatum.ledger.jsonl import as_bytes, read_jsonl, write_jsonl
from probatum.ledger.store import Ledger
from tests.ledger.building import a_chain, an_event
from tests.ledger.test_canonical import JSON


def test_export_import_export_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    with Ledger(tmp_path / "one.sqlite") as one, Ledger(tmp_path / "two.sqlite") as two:
        one.append(an_event(n, payload={"risk": n / 7, "text": "é\n\u2028"}) for n in range(20))
        write_jsonl(first, one.entries())
        two.adopt(read_jsonl(first))
        write_jsonl(second, two.entries())
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().count(b"\n") == 20


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON, max_size=4))
def test_any_payload_survives_the_journey(
    tmp_path_factory: pytest.TempPathFactory, payload: dict[str, object]
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    entries = [Entry.after(None, an_event(payload=payload))]
    write_jsonl(path, entries)
    again = read_jsonl(path)
    assert as_bytes(again) == path.read_bytes()
    assert verify(again) == entries[0].digest


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"ledger\.jsonl"):
        read_jsonl(tmp_path / "ledger.jsonl")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line.replace(b'"seq":1', b'"seq": 1'),
        lambda line: line.replace(b'"seq":1', b'"seq":1.0'),
        lambda line: line[:-2] + b"\n",
        lambda line: line[:-1] + b"\r\n",
        lambda line: b"\n",
        lambda line: b"[]\n",
        lambda line: b"\xff" + line,
        lambda line: line.replace(b'"seq":1', b'"seq":1,"seq":1'),
    ],
)
def test_a_line_in_any_other_spelling_is_refused_and_named(
    tmp_path: Path, spoil: object
) -> None:
    path = tmp_path / "ledger.jsonl"
    lines = as_bytes(a_chain(3)).splitlines(keepends=True)
    path.write_bytes(lines[0] + spoil(lines[1]) + lines[2])  # type: ignore[operator]
    with pytest.raises(BrokenChain, match="entry 1 "):
        read_jsonl(path)


def test_a_last_line_without_its_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(as_bytes(a_chain(3))[:-1])
    with pytest.raises(BrokenChain, match="entry 2 "):
        read_jsonl(path)
