"""A document says what sealed risks rest on: quantum runs, and what error mitigation did."""

import re

from probatum.report.bundle import bundle
from tests.report.building import TEMPLATES, altered, made_up

FILE = "evidence/silent/performance.json"


def estimate(value, low, high, n=150):
    return {
        "value": value, "lower": low, "upper": high, "level": 0.95, "method": "DeLong",
        "n": n, "se": 0.01,
    }  # fmt: skip


EFFECT = {
    "method": "readout",
    "n": 156,
    "flips": estimate(0.032, 0.014, 0.073, 156),
    "raised": 3,
    "lowered": 2,
    "largest_change": 0.0814,
    "median_change": 0.01,
    "with": {
        "auc": estimate(0.771, 0.7, 0.83),
        "observed_expected": estimate(1.01, 0.9, 1.2),
        "brier": estimate(0.171, 0.16, 0.18),
    },
    "without": {
        "auc": estimate(0.763, 0.69, 0.82),
        "observed_expected": estimate(1.23, 1.1, 1.4),
        "brier": estimate(0.182, 0.17, 0.19),
    },
    "auc_difference": estimate(0.008, -0.002, 0.018),
}
NOBODY_KNOWN = {
    **EFFECT,
    "with": dict.fromkeys(EFFECT["with"]),
    "without": dict.fromkeys(EFFECT["without"]),
    "auc_difference": None,
}


RUN = {
    "execution_sha256": "ab" * 32, "predictions": 156, "circuits": 1280, "backend": "ibm_x",
    "kind": "hardware", "region": "eu-de", "circuit_sha256": "cd" * 32, "rows": 160,
    "shots": 400, "mitigation": "readout", "optimization_level": 3, "depth": 41,
    "two_qubit_gates": 17, "queue_seconds": 321.0, "run_seconds": 44.0,
    "quantum_seconds": 40.0, "cost": 64.25, "currency": "EUR", "software": {"qiskit": "2.6"},
    "device_version": "1.0.54", "calibrated_at": "2026-03-01T05:00:00+00:00",
    "oldest_error_rate_at": "2026-02-28T09:00:00+00:00",
}  # fmt: skip
ON_THIS_MACHINE = {
    **RUN, "backend": "aer_mps", "kind": "simulator", "region": None, "shots": None,
    "queue_seconds": None, "run_seconds": None, "quantum_seconds": None, "cost": None,
    "currency": None, "device_version": None, "calibrated_at": None,
    "oldest_error_rate_at": None,
}  # fmt: skip


def words(effect, runs=None):
    """The technical file of a study with such an effect, as a reader sees it."""

    def change(document):
        document["results"] |= {"mitigation": effect, "quantum_runs": runs}

    files = bundle(altered(made_up(), FILE, change), TEMPLATES)
    html = files["technical-file.html"].decode()
    bare = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
    cells = re.sub(r"</t[dh]>", " ", bare)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cells))


def test_results_are_given_with_and_without():
    page = words(EFFECT)
    assert "What error mitigation did" in page
    for number in ("0.771", "0.763", "1.01", "1.23", "0.171", "0.182", "8.1%", "3.2%"):
        assert number in page


def test_the_moved_risks_are_reported_before_any_outcome_is_known():
    page = words(NOBODY_KNOWN)
    assert "8.1%" in page
    assert "Too few outcomes are known to tell what it did to the AUC" in page


def test_a_study_without_mitigation_says_nothing_of_it():
    assert "What error mitigation did" not in words(None)


def test_every_run_is_told_with_its_place_its_calibration_and_its_cost():
    sent = [{"amount": 128.5, "currency": "EUR"}]
    page = words(None, {"runs": [RUN, ON_THIS_MACHINE], "sent": sent})
    for told in (
        "ibm_x, hardware",
        "eu-de",
        "2026-03-01",
        "2026-02-28",
        "321",
        "64.25",
    ):
        assert told in page
    assert "cost 128.50 EUR" in page
    assert "Table: " not in page
    assert "aer_mps, simulator" in page
    assert "this machine" in page


def test_where_no_prediction_rests_on_a_run_none_is_told():
    assert "Runs on the quantum backend" not in words(None)
