"""The mitigation the protocol states is sealed with its effect, and paid for like any run."""

import numpy as np
import pytest
import yaml
from sklearn.metrics import roc_auc_score

from probatum.capture.calendar import ends
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.models.frozen import load
from probatum.models.on_backend import rescored
from probatum.quantum.backends.faults import BudgetExceeded
from probatum.quantum.backends.kept import read_run
from probatum.quantum.backends.transport import Runtime
from probatum.stages.layout import Layout
from probatum.stages.mitigation_effect import mitigation_effect
from probatum.stages.record import read_cut
from probatum.stages.timeline import timeline
from probatum.stages.unblinded import sealed_with_period, unblind
from tasks.cut import take
from tasks.inbox import deliver, link_outcomes
from tests.capture.building import PROTOCOL
from tests.quantum.backends.building import DEVICE, Losing, Unreachable
from tests.tasks.building import STUDY
from tests.tasks.hardware_building import (
    AT,
    KERNEL,
    VARIATIONAL,
    a_hardware_study,
    files,
    said,
    seals,
)


def a_mitigated_study(root, method="both", **changes):
    places = a_hardware_study(root, **changes)
    protocol = yaml.safe_load(places.protocol_file.read_text())
    protocol["backends"]["mitigation"] = method
    protocol["robustness"]["mitigation"] = [method] if method != "none" else []
    places.protocol_file.write_text(yaml.safe_dump(protocol))
    return places


def sealed(places, name):
    return np.array([payload[name] for payload in said(places, Kind.PREDICTION_SEALED)])


@pytest.mark.parametrize("index", [KERNEL, VARIATIONAL], ids=["kernel", "variational"])
@pytest.mark.parametrize("method", ["readout", "zero_noise_extrapolation", "both"])
def test_the_sealed_risks_with_and_without_follow_from_the_kept_counts(tmp_path, method, index):
    places = a_mitigated_study(tmp_path, method, index=index)
    assert seals(places) == 20
    [file] = files(places)
    [digest] = {p["execution_sha256"] for p in said(places, Kind.PREDICTION_SEALED)}
    assert digest == sha256(file.read_bytes())
    run, model = read_run(file), load(places.models).index
    assert run.record.mitigation == method
    again, raw = rescored(model, run), rescored(model, run, "none")
    np.testing.assert_array_equal(again.risks.round(6), sealed(places, "risk"))
    np.testing.assert_array_equal(raw.risks.round(6), sealed(places, "risk_raw"))
    assert np.abs(again.risks - raw.risks).max() > 1e-4


def test_without_mitigation_no_second_risk_is_sealed(tmp_path):
    places = a_mitigated_study(tmp_path, "none")
    seals(places)
    assert not any("risk_raw" in p for p in said(places, Kind.PREDICTION_SEALED))


def test_a_simulator_without_errors_seals_no_second_risk_and_says_why(tmp_path):
    places = a_mitigated_study(tmp_path, "both", primary="aer_statevector")
    seals(places)
    assert not any("risk_raw" in p for p in said(places, Kind.PREDICTION_SEALED))
    [file] = files(places)
    assert read_run(file).record.mitigation == "none"


def test_a_device_that_answers_nothing_leaves_no_risk_to_mitigate(tmp_path):
    places = a_mitigated_study(tmp_path)
    seals(places, Losing(device=DEVICE, is_local=True, error=ConnectionError("gone")))
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"fallback"}
    assert not any("risk_raw" in p for p in said(places, Kind.PREDICTION_SEALED))


def test_the_cap_counts_the_circuits_that_mitigation_adds(tmp_path):
    """25.60 without, three times as much folded: 76.80 against 30."""
    places = a_mitigated_study(tmp_path, budget={"amount": 30, "currency": "EUR"})
    way = Unreachable(device=DEVICE, is_local=True, failures=[AssertionError("was sent")])
    seals(places, way)
    [incident] = said(places, Kind.INCIDENT)
    assert incident["what"] == BudgetExceeded.what
    assert (incident["observed"], incident["limit"]) == (77, 30)


def test_the_silent_stage_reads_the_mitigated_risks(tmp_path):
    places = a_mitigated_study(tmp_path)
    seals(places, Runtime(device=DEVICE, is_local=True))
    take.fn(STUDY, AT, tmp_path)
    cut = read_cut(Layout(study=STUDY, root=tmp_path))
    found = sealed_with_period(cut, load(places.models).sha256)
    assert sorted(found["risk"]) == sorted(sealed(places, "risk"))
    [period] = [
        row
        for row in timeline(cut, found, unblind(found, cut, PROTOCOL), PROTOCOL)
        if row["period"] == 2004
    ]
    assert period["sealed_index"] == 20


def the_effect(places):
    """What the silent stage reports of it, and the people it reports on."""
    take.fn(STUDY, AT, places.root)
    cut = read_cut(Layout(study=STUDY, root=places.root))
    found = sealed_with_period(cut, load(places.models).sha256)
    people = unblind(found, cut, PROTOCOL)
    return mitigation_effect(found, people, places.protocol()), people


def test_the_silent_stage_reports_the_effect_with_and_without(tmp_path):
    places = a_mitigated_study(tmp_path)
    seals(places, Runtime(device=DEVICE, is_local=True))
    risk, raw = sealed(places, "risk"), sealed(places, "risk_raw")
    threshold = PROTOCOL.model.threshold
    found, _ = the_effect(places)
    assert (found["method"], found["n"]) == ("both", 20)
    assert found["largest_change"] == pytest.approx(np.abs(risk - raw).max())
    flipped = (risk >= threshold) != (raw >= threshold)
    assert found["flips"]["value"] == pytest.approx(flipped.mean())
    assert found["with"]["auc"] is None, "no outcome is known yet"


def test_the_performance_is_that_of_each_when_the_outcomes_are_known(tmp_path):
    places = a_mitigated_study(tmp_path)
    seals(places, Runtime(device=DEVICE, is_local=True))
    deliver.fn(STUDY, ends(2006), tmp_path)
    link_outcomes.fn(STUDY, ends(2006), tmp_path)
    found, people = the_effect(places)
    known, follow_up = people.outcomes.known, people.outcomes
    for name, key in (("with", "risk"), ("without", "risk_raw")):
        expected = roc_auc_score(
            follow_up.outcome[known],
            people.rows.loc[known, key].astype(float),
            sample_weight=follow_up.weight[known],
        )
        assert found[name]["auc"]["value"] == pytest.approx(expected)
    difference = found["with"]["auc"]["value"] - found["without"]["auc"]["value"]
    assert found["auc_difference"]["value"] == pytest.approx(difference)


def test_where_nothing_was_mitigated_no_effect_is_reported(tmp_path):
    places = a_mitigated_study(tmp_path, "none")
    seals(places)
    assert the_effect(places)[0] is None
