"""The inbox takes whole files and nothing else, says so once, and goes on with the next."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from probatum.capture.calendar import ends
from probatum.cohort.quality import batch_failures
from probatum.cohort.tables import text_of
from probatum.errors import DataError
from probatum.ledger.chain import Entry
from probatum.ledger.events import Kind
from tasks.arrivals import LARGEST
from tasks.inbox import due_now, link_outcomes, receive
from tasks.ledger import entries
from tasks.places import Places, hand_over
from tests.capture.building import PROTOCOL, SUITES, as_csv, patients
from tests.tasks.building import STUDY, a_study

AT = ends(2004)
NOBODY = 65534


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """An empty inbox, and beside it a file that is none of the study's business."""
    places = a_study(tmp_path / "study")
    places.inbox.mkdir(parents=True)
    (tmp_path / "other.csv").write_bytes(as_csv(patients()))
    return places


def recorded(places: Places, kind: Kind) -> list[Entry]:
    return [entry for entry in entries(STUDY, places.root) if entry.event.kind is kind]


def incidents(places: Places) -> list[str]:
    return [entry.event.payload["what"] for entry in recorded(places, Kind.INCIDENT)]


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to a file": (lambda p: p.symlink_to("../../../../other.csv"), "a symbolic link"),
    "a link to nowhere": (lambda p: p.symlink_to("/nowhere/at/all"), "a symbolic link"),
    "a link to itself": (lambda p: p.symlink_to(p.name), "a symbolic link"),
    "a link to a folder": (lambda p: p.symlink_to("/"), "a symbolic link"),
    "a folder": (lambda p: (p / "deeper").mkdir(parents=True), "a folder"),
    "a pipe that nobody writes to": (os.mkfifo, "a pipe or device"),
    "a file of 256 MiB and more": (sparse, "a file larger than 256 MiB"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_file_is_left_alone_said_once_and_stops_nobody(
    fault: str, places: Places
) -> None:
    make, words = FAULTS[fault]
    make(places.inbox / "a Mary Miller.csv")
    hand_over("baseline-2004.csv", as_csv(patients()), places.inbox)
    for _ in range(3):
        receive.fn(STUDY, AT, places.root)
        link_outcomes.fn(STUDY, AT, places.root)
        due_now(STUDY, AT, places.root)
    assert incidents(places) == [f"in the inbox lies {words}, which is not looked at"]
    assert len(recorded(places, Kind.BATCH_ADMITTED)) == 1
    assert [file.name for file in places.inbox.iterdir()] == ["a Mary Miller.csv"]
    assert "Mary" not in str([entry.as_dict() for entry in entries(STUDY, places.root)])


def test_two_things_that_are_no_files_are_two_incidents(places: Places) -> None:
    (places.inbox / "one").mkdir()
    (places.inbox / "two").mkdir()
    receive.fn(STUDY, AT, places.root)
    assert len(incidents(places)) == 2


@contextmanager
def someone_else(*folders: Path) -> Iterator[None]:
    """Go on as a user who owns these folders, but no more than is given to everyone."""
    if os.geteuid() != 0:
        yield
        return
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_may_not_be_read_is_said_once_and_judged_when_it_may() -> None:
    table = text_of(as_csv(patients()), "t")
    batch_failures(table, PROTOCOL, SUITES["batch"])  # imports, while everyone may
    with tempfile.TemporaryDirectory() as folder:
        here = a_study(Path(folder) / "study")
        here.inbox.mkdir(parents=True)
        file = here.inbox / "baseline-2004.csv"
        file.write_bytes(as_csv(patients()))
        file.chmod(0)
        with someone_else(Path(folder)):
            for _ in range(2):
                assert receive.fn(STUDY, AT, here.root) == ()
            assert incidents(here) == [
                "in the inbox lies a file that may not be read, which is not looked at"
            ]
            file.chmod(0o600)
            assert receive.fn(STUDY, AT, here.root) == ("baseline-2004.csv",)


ODD_NAMES = [
    b"Mary Miller 1931.csv",
    b"a..%2f..%2fetc%2fpasswd",
    b"..\\..\\boot.ini"[2:],
    b"a\nb\r\n.csv",
    b"\xff\xfe\x80.csv",
    "Müller.csv".encode(),
    b"x" * 255,
    b"-rf",
    b"$(touch pwned).csv",
    b"no extension",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_of_an_odd_name_is_judged_and_its_name_is_not_repeated(
    name: bytes, places: Places
) -> None:
    file = os.fsencode(places.inbox) + b"/" + name
    Path(os.fsdecode(file)).write_bytes(as_csv(patients()))
    receive.fn(STUDY, AT, places.root)
    (admitted,) = recorded(places, Kind.BATCH_ADMITTED)
    assert admitted.event.payload["name"] == "unnamed"
    assert list(places.inbox.iterdir()) == []
    assert len(list(places.admitted.iterdir())) == 1


@pytest.mark.parametrize(
    "name", [".baseline-2004.csv", "baseline-2004.csv.part", "..csv", "..%2f..%2fetc%2fpasswd"]
)
def test_a_file_still_being_written_is_left_alone(name: str, places: Places) -> None:
    (places.inbox / name).write_bytes(as_csv(patients())[:90])
    assert receive.fn(STUDY, AT, places.root) == ()
    assert [entry.event.kind for entry in entries(STUDY, places.root)] == [Kind.MODEL_FROZEN]
    assert (places.inbox / name).exists()


def test_what_is_kept_is_what_was_judged_whoever_still_holds_the_file(places: Places) -> None:
    outside = places.root / "of-the-sender.csv"
    outside.write_bytes(as_csv(patients()))
    os.link(outside, places.inbox / "baseline-2004.csv")
    receive.fn(STUDY, AT, places.root)
    with outside.open("ab") as file:
        file.write(b"one more row")
    (kept,) = places.admitted.iterdir()
    assert kept.read_bytes() == as_csv(patients())


def test_files_are_judged_in_the_order_of_their_names(places: Places) -> None:
    for number in (3, 1, 2):
        hand_over(f"file-{number}.csv", as_csv(patients(n=3 + number)), places.inbox)
    receive.fn(STUDY, AT, places.root)
    (admitted,) = recorded(places, Kind.BATCH_ADMITTED)
    assert admitted.event.payload["rows"] == 4


def test_a_suite_that_is_not_what_the_protocol_implies_lets_nobody_in(places: Places) -> None:
    suite = places.expectations / "batch.json"
    suite.write_text(suite.read_text().replace('"max_value": 90', '"max_value": 120'))
    hand_over("baseline-2004.csv", as_csv(patients()), places.inbox)
    with pytest.raises(DataError, match="suite that the protocol implies"):
        receive.fn(STUDY, AT, places.root)
    assert recorded(places, Kind.BATCH_RECEIVED) == []
