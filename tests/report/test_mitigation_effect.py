"""A document says what error mitigation did to sealed risks, or nothing where none was done."""

import re

from probatum.report.bundle import bundle
from tests.report.building import TEMPLATES, altered, made_up

FILE = "evidence/silent/performance.json"


def estimate(value, low, high, n=150):
    return {
        "estimate": value, "lower": low, "upper": high, "level": 0.95, "method": "DeLong",
        "n": n, "standard_error": 0.01,
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


def words(effect):
    """The technical file of a study with such an effect, as a reader sees it."""

    def change(document):
        document["results"]["mitigation"] = effect

    files = bundle(altered(made_up(), FILE, change), TEMPLATES)
    html = files["technical-file.html"].decode()
    bare = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


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
