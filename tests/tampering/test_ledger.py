"""Whoever changes the record is found, and the first entry changed is named."""

import dataclasses
import io
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import BrokenChain
from probatum.ledger.chain import Entry, digest_of, verify
from probatum.ledger.jsonl import as_bytes, read_jsonl, records_of
from probatum.ledger.store import Ledger
from probatum.ledger.verification import Verification
from tests.ledger.building import a_chain, an_event

LENGTH = 12
CHAIN = a_chain(LENGTH)
SEAL = {
    "study": "other",
    "who": "somebody else",
    "why": "another reason",
    "purpose": ("another",),
    "payload": {"what": "thawed", "samples": 99},
}


def found_at(entries: list[Entry]) -> int:
    with pytest.raises(BrokenChain) as refusal:
        verify(entries)
    return int(str(refusal.value).split()[1])


@given(st.integers(0, LENGTH - 1), st.sampled_from(sorted(SEAL)))
def test_changing_any_field_of_any_event_is_found_at_that_entry(seq: int, field: str) -> None:
    event = dataclasses.replace(CHAIN[seq].event, **{field: SEAL[field]})
    changed = [*CHAIN]
    changed[seq] = dataclasses.replace(CHAIN[seq], event=event)
    assert found_at(changed) == seq


@given(st.integers(0, LENGTH - 2))
def test_a_changed_event_with_its_digest_made_right_is_found_at_the_next_entry(
    seq: int,
) -> None:
    event = an_event(500)
    digest = digest_of(seq, CHAIN[seq].previous, event)
    changed = [*CHAIN]
    changed[seq] = dataclasses.replace(CHAIN[seq], event=event, digest=digest)
    assert found_at(changed) == seq + 1


@given(st.integers(0, LENGTH - 2))
def test_removing_any_entry_but_the_last_is_found(seq: int) -> None:
    assert found_at(CHAIN[:seq] + CHAIN[seq + 1 :]) == seq


def test_removing_the_last_entry_changes_the_head() -> None:
    assert verify(CHAIN[:-1]) != verify(CHAIN)


@given(st.permutations(range(LENGTH)))
def test_any_other_order_is_found_at_the_first_entry_out_of_place(order: list[int]) -> None:
    if order == sorted(order):
        return
    first = next(place for place, seq in enumerate(order) if place != seq)
    assert found_at([CHAIN[seq] for seq in order]) == first


def test_an_event_recorded_twice_in_a_well_made_chain_is_found() -> None:
    again = Entry.after(CHAIN[-1], CHAIN[3].event)
    assert found_at([*CHAIN, again]) == LENGTH


def _rewrite(path: Path, statement: str) -> None:
    direct = sqlite3.connect(path)
    direct.executescript(
        "DROP TRIGGER no_change; DROP TRIGGER no_removal; DROP TRIGGER only_next;" + statement
    )
    direct.close()


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE entry SET record = replace(record, 'freezer', 'fridge') WHERE seq = 4", 4),
        ("UPDATE entry SET record = '{}' WHERE seq = 4", 4),
        ("UPDATE entry SET record = 'spoiled' WHERE seq = 4", 4),
        ("UPDATE entry SET kind = 'incident' WHERE seq = 4", 4),
        (
            "UPDATE entry SET digest = substr(digest, 2) || substr(digest, 1, 1) "
            "WHERE seq = 11",
            11,
        ),
        ("DELETE FROM entry WHERE seq = 4", 4),
        ("DELETE FROM entry WHERE seq = 0", 0),
    ],
)
def test_a_database_file_changed_behind_its_triggers_is_found(
    tmp_path: Path, statement: str, seq: int
) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.append(entry.event for entry in CHAIN)
    _rewrite(path, statement)
    with pytest.raises(BrokenChain, match=f"entry {seq} "), Ledger(path) as ledger:
        ledger.verify()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_byte_changed_in_the_text_of_the_record_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = as_bytes(CHAIN)
    place = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != good[place]))
    path = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    path.write_bytes(good[:place] + bytes([other]) + good[place + 1 :])
    with pytest.raises(BrokenChain):
        verify(read_jsonl(path))


def test_every_single_byte_changed_in_an_export_of_a_thousand_events_is_named() -> None:
    """Each byte of each line, the line being checked where the lines before it left off.

    Every seventh becomes a line feed, which makes two lines of one; the line feed itself
    becomes another byte, which makes one line of two.
    """
    checked, tried = Verification(), 0
    lines = as_bytes(a_chain(1_000)).splitlines(keepends=True)
    for seq, line in enumerate(lines):
        for place, byte in enumerate(line):
            other = byte ^ (1 << (place + seq) % 8) if place % 7 or byte == 0x0A else 0x0A
            changed = line[:place] + bytes([other]) + line[place + 1 :]
            rest = io.BytesIO(changed + b"".join(lines[seq + 1 : seq + 2])).readlines()
            with pytest.raises(BrokenChain, match=f"^entry {seq} "):
                checked.add(next(records_of(rest, first=seq)))
            tried += 1
        checked.add(line[:-1])
    assert tried == len(b"".join(lines)) > 400_000
    assert checked.finish().size == 1_000
