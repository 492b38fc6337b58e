"""What went wrong is told as what it was: missing input, or a backend that did not answer."""

import json
import re
from functools import cache

import pytest

from probatum.quantum.backends.faults import QueueTooLong, RegionNotAllowed
from probatum.report.bundle import bundle
from probatum.report.summary import summary_text
from tests.report.building import STUDY, TEMPLATES, altered, made_up

FILE = "evidence/silent/performance.json"
MISSING = {
    "backend": None, "column": "vitamin_d", "handling": "fallback", "limit": 0.4,
    "observed": 0.9, "period": 2005, "what": "missing beyond the limit",
}  # fmt: skip
QUEUED = {
    "backend": "ibm_torino", "column": None, "handling": "tried again", "limit": 30,
    "observed": 45, "period": 2004, "what": QueueTooLong.what,
}  # fmt: skip
REFUSED = {
    "backend": "ibm_torino", "column": None, "handling": "fallback", "limit": None,
    "observed": None, "period": 2004, "what": RegionNotAllowed.what,
}  # fmt: skip
IN_THE_INBOX = {
    "backend": None, "column": None, "handling": "left where it lies", "limit": None,
    "observed": None, "period": None,
    "what": "in the inbox lies a symbolic link, which is not looked at",
}  # fmt: skip
COUNTS = {"missing_input": 1, "backend": 3, "backend_tried_again": 2, "backend_fallback": 1}


def with_both(document):
    """Missing input, a backend's faults, and something that is neither."""
    found = [MISSING, QUEUED, QUEUED, REFUSED, IN_THE_INBOX]
    document["results"]["incidents"] = found
    document["results"]["incident_counts"] = COUNTS


@cache
def files():
    """Every document of a study in which everything went wrong once."""
    return bundle(altered(made_up(), FILE, with_both), TEMPLATES)


def words(name):
    """The text of a page as a reader sees it."""
    html = files()[f"{name}.html"].decode()
    bare = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", bare))


@pytest.mark.parametrize("name", ["technical-file", "ethics-summary"])
def test_a_backends_faults_have_a_sentence_of_their_own(name):
    assert (
        "A quantum backend did not give what the protocol asks of it 3 times: "
        f"{QueueTooLong.what}; {RegionNotAllowed.what}. It was asked again 2 times, and 1 time "
        "the classical fallback predicted the whole batch instead"
    ) in words(name)


def test_the_ethics_summary_counts_missing_input_alone_as_missing():
    assert "Missing information. It happened 1 time in the silent stage." in words(
        "ethics-summary"
    )


@pytest.mark.parametrize("name", ["technical-file", "model-card"])
def test_every_incident_is_named_with_what_it_happened_to(name):
    page = words(name)
    for row in (MISSING, QUEUED, REFUSED, IN_THE_INBOX):
        assert row["what"] in page
    assert page.count("ibm_torino") >= 3


def test_where_nothing_went_wrong_nothing_is_counted():
    def calm(document):
        document["results"]["incidents"] = []
        document["results"]["incident_counts"] = dict.fromkeys(COUNTS, 0)

    found = bundle(altered(made_up(), FILE, calm), TEMPLATES)
    assert "did not give what the protocol asks" not in found["ethics-summary.html"].decode()
    assert "No incident was recorded." in found["technical-file.html"].decode()


@pytest.fixture
def tree(tmp_path):
    """The same study as a working tree that `summary` reads."""
    evidence = altered(made_up(), FILE, with_both)
    for name, content in evidence.files.items():
        top, _, rest = name.partition("/")
        at = tmp_path / "studies" / STUDY / name
        if rest:
            at = tmp_path / top / STUDY / rest
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(content)
    return tmp_path


def test_the_summary_says_what_happened(tree):
    said = summary_text(tree, STUDY)
    assert "  incident 2005: missing beyond the limit, vitamin_d — fallback" in said
    assert f"  incident 2004: {QueueTooLong.what}, ibm_torino — tried again" in said
    assert "  incident: in the inbox lies a symbolic link" in said
    assert "None" not in said


def test_the_summary_has_one_line_for_the_advantage_and_one_for_robustness(tree):
    lines = summary_text(tree, STUDY).splitlines()
    [advantage] = [line for line in lines if line.startswith("advantage")]
    assert (
        advantage == "advantage   over logistic regression, by the protocol's rule: equivalence"
    )
    [robust] = [line for line in lines if line.startswith("robustness")]
    rows = json.loads((tree / "evidence" / STUDY / "robustness/robustness.json").read_text())
    worst = max(r["flips"]["value"] for r in rows["results"]["scenarios"])
    assert f"{100 * worst:.1f}%" in robust
    assert all(len(line) <= 96 for line in (advantage, robust))


def test_the_summary_says_so_where_robustness_was_not_tried(tree):
    (tree / "evidence" / STUDY / "robustness/robustness.json").unlink()
    said = summary_text(tree, STUDY)
    assert "robustness  not yet performed" in said
    assert "advantage   not yet performed" in said
