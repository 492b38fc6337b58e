"""What can be asked of a study's record at a terminal: is it whole, what does it prove."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from probatum.errors import DataError, LedgerError
from probatum.ledger.checkpoint import Receipt, read_checkpoints
from probatum.ledger.database import Database
from probatum.ledger.events import Kind, id_of, written
from probatum.ledger.jsonl import (
    read_jsonl,
    records_of,
    write_records,
)
from probatum.ledger.signing import PublicKey
from probatum.ledger.store import Ledger
from probatum.ledger.verification import Head, verify_records

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def ledger() -> None:
    """The record of a study."""


@ledger.command()
@click.argument("study")
def verify(study: str) -> None:
    """Check every entry of the live record, and every checkpoint signed of it."""
    with _live(study) as record:
        _say_sound(study, record.verify())
        for signed in record.checkpoints()[-1:]:
            click.echo(
                f"last checkpoint: {signed.size:,} entries, signed {written(signed.at)} by the "
                f"key {signed.key.short}"
            )


@ledger.command()
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Check a copy of a record: one entry a line, as `export` and a cut hold it."""
    try:
        with file.open("rb") as lines:
            _say_sound(file.name, verify_records(records_of(lines)))
    except OSError as error:
        raise _unreadable(file, error) from error


@ledger.command()
@click.argument("study")
@click.argument("file", type=_FILE)
def export(study: str, file: Path) -> None:
    """Copy the live record out, one entry a line in canonical JSON."""
    with _live(study) as record:
        size = write_records(file, record.records())
    click.echo(f"wrote {size:,} entries to {file}")


@ledger.command()
@click.argument("study")
@click.argument("file", type=_FILE)
def drill(study: str, file: Path) -> int:
    """Restore a back-up aside, check it, and name what it lacks; the live record is only read.

    FILE is a copy as `export` or a cut writes it. Exit code 1: sound, but its end is lost.
    """
    copied = read_jsonl(file)
    with TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.sqlite") as restored:
        restored.adopt(copied)
        head = restored.verify()
    _say_sound(f"{file.name}, restored aside", head)
    with _live(study) as record:
        lost, signed = record.beyond(head), record.checkpoints()
    covered = [one for one in signed if one.size <= head.size]
    if covered:
        click.echo(
            f"equal to the live record up to the checkpoint of {covered[-1].size:,} entries, "
            f"signed {written(covered[-1].at)}, and {head.size - covered[-1].size:,} beyond"
        )
    else:
        click.echo(
            "equal to the live record as far as it goes; no checkpoint was signed of that"
        )
    if not lost:
        click.echo("nothing is lost")
        return 0
    kinds = Counter(entry.event.kind.value for entry in lost)
    click.echo(
        f"lost if it were all there is: entries {lost[0].seq:,} to {lost[-1].seq:,}, written "
        f"{written(lost[0].event.at)} to {written(lost[-1].event.at)}: "
        + ", ".join(f"{n:,} {kind}" for kind, n in kinds.items())
    )
    return 1


@ledger.command()
@click.argument("study")
@click.argument("file", type=_FILE)
@click.option("--checkpoints", type=_FILE, help="What was signed of it, as a cut holds it.")
def restore(study: str, file: Path, checkpoints: Path | None) -> None:
    """Bring the live record up to a back-up that goes further; it is made where there is none.

    Refused where the two say different things: then one of them was changed.
    """
    _expect_study(study)
    with Ledger(Database.of_study(study, Path())) as record:
        signed = read_checkpoints(checkpoints) if checkpoints else ()
        record.adopt(read_jsonl(file), signed)
        _say_sound(study, record.verify())


@ledger.command()
@click.argument("study")
@click.argument("case", required=False)
@click.option("--event", "event_id", help="Prove this event instead: its full id.")
@click.option("--out", type=_FILE, help="Write the receipt here instead of printing it.")
def receipt(study: str, case: str | None, event_id: str | None, out: Path | None) -> None:
    """Prove that the prediction for CASE, a pseudonym, was sealed before a checkpoint.

    The receipt holds that one prediction and nothing of any other; whoever has the public key
    checks it with `probatum ledger prove`.
    """
    from probatum.ledger.canonical import Digest

    if (case is None) == (event_id is None):
        raise click.UsageError("expected a CASE, or --event with an id, and not both")
    wanted = (
        id_of(study, Kind.PREDICTION_SEALED, [case]) if case else Digest(str(event_id).lower())
    )
    with _live(study) as record:
        found = json.dumps(record.receipt(wanted).as_dict(), indent=2, sort_keys=True) + "\n"
    if out is None:
        click.echo(found, nl=False)
    else:
        out.write_text(found, encoding="utf-8")
        click.echo(f"wrote {out}")


@ledger.command()
@click.argument("file", type=_FILE)
@click.option(
    "--key", "public", type=_FILE, required=True, help="Public key of the study's checkpoints."
)
def prove(file: Path, public: Path) -> None:
    """Check a receipt; needs neither the record nor a network."""
    try:
        found = Receipt.from_dict(json.loads(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error
    found.check(PublicKey.read(public))
    event, signed = found.entry.event, found.checkpoint
    click.echo(
        f"proved: entry {found.entry.seq} of {signed.size:,} in the record of {signed.study}, "
        f"{event.kind.value} about {' '.join(event.purpose)}, written {written(event.at)}, "
        f"was there when the checkpoint was signed, {written(signed.at)}"
    )


@contextmanager
def _live(study: str) -> Iterator[Ledger]:
    _expect_study(study)
    place = Database.of_study(study, Path())
    if not place.exists:
        raise LedgerError(
            f"record of {study} — expected {place.name} in var/{study}, got none — run the "
            "study first, or check a copy: probatum ledger check FILE"
        )
    with Ledger(place) as record:
        yield record


def _expect_study(study: str) -> None:
    folder = Path("studies") / study
    if folder.parent != Path("studies") or not (folder / "protocol.yaml").is_file():
        raise DataError(
            f"study {study!r} — expected one of those in studies/, got another — run this at "
            "the top of the project"
        )


def _say_sound(what: str, head: Head) -> None:
    click.echo(f"sound: {what}, {head.size:,} entries\nhead {head.digest}\nroot {head.root}")


def _unreadable(file: Path, error: Exception) -> LedgerError:
    return LedgerError(
        f"{file.name} — expected a readable file of JSON, got {type(error).__name__} — name "
        "the file that was handed over"
    )
