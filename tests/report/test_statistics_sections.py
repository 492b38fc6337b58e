"""What a protocol names stands in the file with its method; what did not run does not."""

import re
from functools import cache

import pytest

from probatum.report.bundle import bundle
from tests.report.building import TEMPLATES, altered, made_up, results

RETROSPECTIVE = "evidence/retrospective/performance.json"


def words(files, name="technical-file"):
    """The text of a page as a reader sees it."""
    html = files[f"{name}.html"].decode()
    bare = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", bare))


@cache
def whole():
    return words(bundle(made_up(), TEMPLATES))


def without_brier(document):
    """As if the protocol had not named the decomposition."""
    for part in ("statistics", "methods"):
        document["results"][part] = [
            row
            for row in document["results"][part]
            if row["estimator"] != "brier-decomposition"
        ]


def nothing_of_it(document):
    document["results"]["statistics"] = []
    document["results"]["methods"] = []


@pytest.mark.parametrize("stage", ["retrospective", "silent", "drift"])
def test_each_method_that_ran_stands_with_its_meaning_and_its_reference(stage):
    for method in results(stage)["methods"]:
        assert method["about"] in whole()
        assert method["reference"] in whole()
        for how in method["how"]:
            assert how in whole()


@pytest.mark.parametrize("stage", ["retrospective", "silent"])
def test_each_statistic_named_stands_with_what_was_found(stage):
    for row in results(stage)["statistics"]:
        assert row["statistic"] in whole()
        if row["result"] is not None and "value" in row["result"]:
            assert f"{row['result']['value']:.4g}" in whole()


def test_a_row_says_first_whose_it_is_and_last_whether_it_may_be_told():
    row = re.search(r"rates-by-group, by sex;.*?(label.*?)F(.*?)reported", whole())
    assert row is not None
    assert re.fullmatch(r"labeln.*status", row[1])
    assert row[2].startswith("114")


def test_a_method_of_two_stages_is_told_once_and_names_both():
    assert "partial-auc (retrospective, silent)." in whole()
    assert "sensitivity-difference (retrospective)." in whole()
    assert "ks (drift)." in whole()


def test_what_was_not_named_is_not_among_the_methods():
    files = altered(made_up(), RETROSPECTIVE, without_brier)
    text = words(
        bundle(altered(files, "evidence/silent/performance.json", without_brier), TEMPLATES)
    )
    assert "brier-decomposition" in whole()
    assert "brier-decomposition" not in text


def test_a_study_that_names_nothing_has_no_such_section():
    text = words(bundle(altered(made_up(), RETROSPECTIVE, nothing_of_it), TEMPLATES))
    assert "Further statistics of the evaluation people" in whole()
    assert "Further statistics of the evaluation people" not in text


def test_what_could_not_be_had_says_why():
    def absent(document):
        row = document["results"]["statistics"][0]
        row["result"], row["why"] = None, "outcome — expected both classes, got one"

    text = words(bundle(altered(made_up(), RETROSPECTIVE, absent), TEMPLATES))
    why = "could not be had: outcome — expected both classes, got one"
    assert f"partial-auc, fpr max 0.3 {why}" in text
