"""What a sealed prediction rests on is told from counts that are those which were sealed."""

import pytest

from probatum.errors import DataError
from probatum.stages.layout import Layout
from probatum.stages.quantum_runs import quantum_runs
from probatum.stages.record import read_cut
from tasks.cut import take
from tests.quantum.backends.building import DEVICE, Losing, Unreachable
from tests.tasks.building import STUDY
from tests.tasks.hardware_building import AT, a_hardware_study, files, seals


def told(places):
    take.fn(STUDY, AT, places.root)
    layout = Layout(study=STUDY, root=places.root)
    return quantum_runs(layout, read_cut(layout))


def test_a_run_is_told_with_what_its_record_says(tmp_path):
    """20 patients in 8 bases with 400 shots: 16 s at 1.60."""
    places = a_hardware_study(tmp_path)
    seals(places, region="eu-de")
    found = told(places)
    [run] = found["runs"]
    assert (run["backend"], run["region"], run["predictions"]) == ("fake_manila", "eu-de", 20)
    assert (run["circuits"], run["shots"]) == (160, 400)
    assert run["calibrated_at"] == "2024-05-27T18:27:23+00:00"
    assert run["oldest_error_rate_at"] < run["calibrated_at"]
    assert run["cost"] == pytest.approx(25.6)
    assert found["sent"] == [{"amount": pytest.approx(25.6), "currency": "EUR"}]


def test_what_was_sent_and_lost_is_in_the_sum(tmp_path):
    places = a_hardware_study(tmp_path)
    seals(places, Losing(device=DEVICE, is_local=True, error=ConnectionError("gone"), times=1))
    found = told(places)
    assert len(found["runs"]) == 1
    assert found["sent"] == [{"amount": pytest.approx(51.2), "currency": "EUR"}]


def test_what_the_provider_never_took_is_not_in_the_sum(tmp_path):
    """It is asked for the job by its tag, and knows of none; one is sent, under that tag."""
    places = a_hardware_study(tmp_path)
    seals(places, Unreachable(device=DEVICE, is_local=True, failures=[ConnectionError("gone")]))
    found = told(places)
    assert len(found["runs"]) == 1
    assert found["sent"] == [{"amount": pytest.approx(25.6), "currency": "EUR"}]


def test_a_study_of_the_fallback_alone_rests_on_no_run(tmp_path):
    places = a_hardware_study(tmp_path)
    seals(places, Losing(device=DEVICE, is_local=True, error=ConnectionError("gone")))
    assert told(places) is None


@pytest.mark.parametrize("spoil", [lambda f: f.unlink(), lambda f: f.write_bytes(b"{}")])
def test_counts_that_are_not_those_sealed_are_refused(tmp_path, spoil):
    places = a_hardware_study(tmp_path)
    seals(places)
    take.fn(STUDY, AT, tmp_path)
    [name] = [file.name for file in files(places)]
    file = places.cut / "executions" / name
    spoil(file)
    layout = Layout(study=STUDY, root=tmp_path)
    with pytest.raises(DataError, match="restore the file"):
        quantum_runs(layout, read_cut(layout))
