"""What was tried elsewhere is printed as it came out, whatever the verdict is."""

import io
import re

import pypdf
import pytest

from probatum.report.bundle import bundle
from tests.report.building import TEMPLATES, altered, envelope, made_up, results, the_bundle

FILE = "evidence/robustness/robustness.json"


def words(files, name):
    """The text of a page as a reader sees it."""
    html = files[f"{name}.html"].decode()
    bare = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", bare))


def with_verdict(verdict):
    """The made-up study with another verdict on the advantage."""

    def change(document):
        document["results"]["advantage"]["verdict"] = verdict

    return bundle(altered(made_up(), FILE, change), TEMPLATES)


@pytest.mark.parametrize(
    ("verdict", "opening"),
    [
        ("advantage", "An advantage was shown."),
        ("equivalence", "Equivalence was shown."),
        ("disadvantage", "A disadvantage was shown."),
        ("not shown", "No advantage was shown."),
    ],
)
def test_each_verdict_is_printed_as_plainly_as_the_others(verdict, opening):
    files = with_verdict(verdict)
    for name in ("advantage", "technical-file"):
        assert words(files, name).count(opening) == 1
    assert f"over logistic regression: {verdict}" in words(files, "index")


def test_the_honest_page_is_one_page():
    pages = pypdf.PdfReader(io.BytesIO(the_bundle()["advantage.pdf"])).pages
    assert len(pages) == 1


def test_a_circuit_that_joins_no_qubits_is_said_to_be_its_own_control():
    assert "joins no qubits" in words(the_bundle(), "advantage")


def test_a_control_without_entanglement_is_printed_with_its_difference():
    area = {
        "estimate": 0.71, "lower": 0.66, "upper": 0.76, "level": 0.95, "n": 157,
        "method": "DeLong", "standard_error": 0.02,
    }  # fmt: skip

    def change(document):
        ablation = {"identical": False, "auc": area, "auc_difference": {**area, "lower": -0.1}}
        document["results"]["advantage"]["ablation"] = ablation

    page = words(bundle(altered(made_up(), FILE, change), TEMPLATES), "advantage")
    assert "nothing that joins its qubits" in page
    assert "joins no qubits, so" not in page


def test_every_scenario_stands_in_the_technical_file():
    page = words(the_bundle(), "technical-file")
    found = results("robustness")
    for row in found["scenarios"]:
        assert row["name"] in page
    for device in found["devices"]:
        assert device["device"] in page
    for task in found["tasks"]:
        assert task["job_type"] in page


@pytest.mark.parametrize("status", ["not planned", "not yet performed", "closed"])
def test_a_stage_without_results_leaves_no_silent_hole(status):
    empty = envelope("robustness", {}, status=status, reason="nobody asked")
    files = bundle(made_up(without=["evidence/robustness"], **{FILE: empty}), TEMPLATES)
    assert f"{status.capitalize()}. nobody asked" in words(files, "technical-file")
    assert "Nothing is stated about an advantage" in words(files, "advantage")


def test_cost_is_called_an_estimate():
    assert "nothing was run on hardware" in words(the_bundle(), "advantage")
