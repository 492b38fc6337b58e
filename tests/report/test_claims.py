"""A document says what evidence holds at a known place, and nothing else."""

import json

import pytest

from probatum.errors import ReportError
from probatum.report.claims import Claims
from probatum.report.evidence import entries, pairs, stage_of
from probatum.report.pointers import resolve, step
from probatum.report.writing import written
from tests.report.building import INDEX, made_up

AUC = f"retrospective/performance.json#/results/models/{INDEX}/auc"


def test_a_claim_carries_value_interval_n_method_grade_and_origin():
    claim = Claims(made_up()).resolve(AUC, "auc")
    assert claim.text == "0.780 (95% CI 0.739 to 0.821)"
    assert (claim.value, claim.interval, claim.n) == (0.78, (0.739, 0.821), 312)
    assert (claim.method, claim.grade, claim.stage) == ("DeLong", "rehearsal", "retrospective")
    assert claim.file == "evidence/retrospective/performance.json"
    assert claim.origin == "evidence/small-study/retrospective/performance.json"
    assert claim.command == "dvc repro retrospective@small-study"


@pytest.mark.parametrize(
    "reference",
    [
        "retrospective/performance.json#/results/models/no such model/auc",
        "retrospective/performance.json#/results/subgroups/99/auc",
        "retrospective/performance.json#/results/subgroups/-1/auc",
        "retrospective/performance.json#results",
        "robustness/robustness.json#/results",
    ],
)
def test_what_no_evidence_holds_is_refused(reference):
    with pytest.raises(ReportError):
        Claims(made_up()).resolve(reference, "auc")


def test_a_result_that_could_not_be_estimated_is_not_printed_as_a_number():
    with pytest.raises(ReportError, match="expected a value, got nothing"):
        Claims(made_up()).resolve("silent/performance.json#/results/looks/1/auc", "auc")


def test_the_same_statement_is_registered_once():
    claims = Claims(made_up())
    assert claims.resolve(AUC, "auc") is claims.resolve(AUC, "auc")
    assert claims.resolve(AUC, "auc:brief").id != claims.resolve(AUC, "auc").id


def test_a_number_of_entries_and_a_name_are_claims_too():
    claims = Claims(made_up())
    models = claims.evidence.node("models/training.json#/results/models")
    assert claims.state(entries(models), "count").text == "4"
    assert claims.state(pairs(models)[-1][0], "text").text == INDEX


def test_a_promise_is_a_claim_without_a_grade():
    claim = Claims(made_up()).resolve("protocol.yaml#/model/threshold", "percent")
    assert (claim.text, claim.grade, claim.stage) == ("30.0%", None, "promised")


def test_the_register_is_the_same_bytes_for_the_same_statements():
    def register():
        claims = Claims(made_up())
        claims.resolve(AUC, "auc")
        return claims.as_bytes()

    assert register() == register()
    assert json.loads(register())["claims"]["1"]["pointer"].endswith("/auc")


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.83349, "auc", "0.833"), (-0.0004, "auc", "0.000"), (-0.0104, "auc", "−0.010"),
        (0.2, "percent", "20.0%"), (0.95, "whole_percent", "95%"),
        (1234567, "count", "1,234,567"), (1997, "plain", "1997"),
        (0.00004, "p_value", "below 0.001"), (0.0432, "p_value", "0.043"),
        (0.75, "number", "0.75"), (-0.02, "number", "−0.02"),
        (3.1e-7, "number", "3.1\u00a0×\u00a010⁻⁷"),
        (True, "verdict", "met"), (False, "verdict", "not met"), (False, "passed", "failed"),
        ("ab" * 32, "digest", "abababababab"), ("off_diagonal", "spaced", "off diagonal"),
    ],
)  # fmt: skip
def test_each_kind_of_quantity_has_one_spelling(value, form, text):
    assert written(value, form) == text


@pytest.mark.parametrize(
    ("value", "form"),
    [(0.5, "count"), ("many", "count"), (True, "auc"), (0.5, "verdict"), (0.5, "elegant")],
)
def test_a_value_is_not_written_in_a_form_that_is_not_its_own(value, form):
    with pytest.raises(ReportError):
        written(value, form)


def test_a_pointer_finds_what_its_steps_name():
    document = {"a/b": {"m~n": [10, 20]}}
    pointer = step(step(step("", "a/b"), "m~n"), 1)
    assert pointer == "/a~1b/m~0n/1"
    assert resolve(document, pointer) == 20


def test_every_file_of_a_bundle_has_a_stage():
    stages = {stage_of(file) for file in made_up().files}
    assert stages == {
        *("promised", "captured", "develop", "quality"),
        *("retrospective", "robustness", "silent", "drift", "gates"),
    }
