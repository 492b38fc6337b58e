"""What was signed for cannot be rewritten, and one entry can be proved without the others."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.checkpoint import Checkpoint, Receipt
from probatum.ledger.database import writing
from probatum.ledger.signing import PublicKey, SigningKey
from probatum.ledger.store import Ledger
from tests.ledger.building import an_event

AT = datetime(1999, 1, 2, tzinfo=UTC)
KEY = SigningKey.generate()


def test_every_entry_below_a_checkpoint_is_proved_with_the_public_key_alone(ledger):
    entries = ledger.append(an_event(n) for n in range(700))
    signed = ledger.checkpoint(KEY, AT)
    for entry in entries[::37]:
        receipt = ledger.receipt(entry.event.id)
        sent = json.loads(json.dumps(receipt.as_dict()))
        Receipt.from_dict(sent).check(KEY.public)
        assert receipt.entry == entry
        assert receipt.checkpoint == signed
        assert len(receipt.path) <= 10


def test_a_proof_over_many_full_subtrees_holds(ledger):
    """66,000 entries: subtrees of 256 and of 65,536 are kept."""
    for start in range(0, 66_000, 11_000):
        entries = ledger.append(an_event(n) for n in range(start, start + 11_000))
    ledger.checkpoint(KEY, AT)
    ledger.receipt(entries[-1].event.id).check(KEY.public)
    ledger.receipt(ledger.append([an_event(40_000)])[0].event.id).check(KEY.public)


def test_the_record_is_signed_for_again_only_when_it_has_grown(ledger):
    ledger.append([an_event(0)])
    first = ledger.checkpoint(KEY, AT)
    assert ledger.checkpoint(KEY, AT + timedelta(days=1)) == first
    ledger.append([an_event(1)])
    second = ledger.checkpoint(KEY, AT + timedelta(days=1))
    assert ledger.checkpoints() == (first, second)
    assert (first.size, second.size) == (1, 2)
    assert ledger.verify().root == second.root


def test_an_empty_record_is_not_signed_for(ledger):
    with pytest.raises(LedgerError, match="expected an entry to sign for"):
        ledger.checkpoint(KEY, AT)


def test_an_entry_after_the_last_checkpoint_or_none_has_no_receipt(ledger):
    (entry,) = ledger.append([an_event(0)])
    with pytest.raises(LedgerError, match="a checkpoint signed after it, got none"):
        ledger.receipt(entry.event.id)
    ledger.checkpoint(KEY, AT)
    with pytest.raises(LedgerError, match="an event in the record, got none"):
        ledger.receipt(an_event(1).id)


def test_a_record_rewritten_whole_is_found_by_its_checkpoint(place):
    """Who owns the database can make a sound chain anew; what was signed for says so."""
    with Ledger(place) as ledger:
        ledger.append(an_event(n) for n in range(5))
        ledger.checkpoint(KEY, AT)
    engine = place.engine()
    with writing(engine) as connection:
        for trigger in ("no_change", "no_removal"):
            on = "" if place.schema is None else " ON entry"
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}{on}")
        connection.exec_driver_sql("DELETE FROM entry")
    engine.dispose()
    with Ledger(place) as ledger:
        ledger.append(an_event(n, why="a better story") for n in range(6))
        with pytest.raises(BrokenChain, match="checkpoint of 5 entries"):
            ledger.verify()
        with pytest.raises(BrokenChain, match="checkpoint of 5 entries"):
            ledger.checkpoint(KEY, AT)


def test_a_record_cut_short_is_found_by_its_checkpoint(place):
    with Ledger(place) as ledger:
        ledger.append(an_event(n) for n in range(5))
        ledger.checkpoint(KEY, AT)
    engine = place.engine()
    with writing(engine) as connection:
        on = "" if place.schema is None else " ON entry"
        connection.exec_driver_sql(
            f"DROP TRIGGER {'no_removal' if place.schema is None else 'no_change'}{on}"
        )
        connection.exec_driver_sql("DELETE FROM entry WHERE seq > 2")
    engine.dispose()
    with Ledger(place) as ledger, pytest.raises(BrokenChain, match="checkpoint of 5 entries"):
        ledger.verify()


@pytest.fixture(scope="module")
def receipt(tmp_path_factory):
    with Ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite") as ledger:
        entries = ledger.append(an_event(n) for n in range(11))
        ledger.checkpoint(KEY, AT)
        return ledger.receipt(entries[4].event.id)


@settings(deadline=None)
@given(data=st.data())
def test_any_byte_changed_in_a_receipt_is_found(receipt, data):
    good = json.dumps(receipt.as_dict(), sort_keys=True).encode()
    place = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.integers(32, 126).filter(lambda byte: byte != good[place]))
    try:
        changed = json.loads(good[:place] + bytes([other]) + good[place + 1 :])
    except ValueError:
        return
    if changed == receipt.as_dict():
        return
    with pytest.raises(LedgerError):
        Receipt.from_dict(changed).check(KEY.public)


def test_a_receipt_signed_by_another_key_is_refused(receipt):
    other = SigningKey.generate().public
    with pytest.raises(BrokenChain, match="give the public key it names"):
        receipt.check(other)


def test_a_checkpoint_of_another_study_is_refused(receipt):
    signed = receipt.checkpoint
    other = Checkpoint.sign(
        KEY, study="another", size=signed.size, head=signed.head, root=signed.root, at=AT
    )
    with pytest.raises(BrokenChain, match="of another record"):
        Receipt(entry=receipt.entry, path=receipt.path, checkpoint=other).check(KEY.public)


@pytest.mark.parametrize("record", [{}, {"entry": {}}, {"checkpoint": 1}])
def test_what_is_no_receipt_is_refused(record):
    with pytest.raises(LedgerError):
        Receipt.from_dict(record)


def test_a_key_survives_its_file_and_is_read_by_its_owner_alone(tmp_path):
    file = tmp_path / "checkpoints.key"
    KEY.write(file)
    assert SigningKey.read(file).public == KEY.public
    assert PublicKey.read(tmp_path / "checkpoints.key.pub") == KEY.public
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(LedgerError, match="never written over"):
        KEY.write(file)
    file.chmod(0o644)
    with pytest.raises(LedgerError, match="chmod 600"):
        SigningKey.read(file)


def test_a_file_that_is_no_key_is_refused_without_being_shown(tmp_path):
    file = tmp_path / "some.key"
    file.write_text("my password")
    file.chmod(0o600)
    for read in (SigningKey.read, PublicKey.read):
        with pytest.raises(LedgerError, match=r"some\.key") as refused:
            read(file)
        assert "my password" not in str(refused.value)
        with pytest.raises(LedgerError, match="readable file"):
            read(tmp_path / "absent.key")


def test_a_private_key_is_not_shown():
    assert "PRIVATE" not in repr(KEY)
    assert "_key" not in repr(KEY)
