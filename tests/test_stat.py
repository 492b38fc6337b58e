"""A statistic asked of a file is the library's own to the last digit, or one clear sentence."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from probatum.analysis import calibration, decision, discrimination, drift, proportion
from probatum.analysis.catalogue import estimator, estimators
from probatum.cli import probatum
from probatum.errors import DataError, NotEstimable

RNG = np.random.default_rng(5)
RISK = RNG.beta(1, 4, 300)
PATIENTS = pd.DataFrame(
    {
        "died": RNG.random(300) < RISK,
        "risk": RISK,
        "other": np.clip(RISK + RNG.normal(0, 0.05, 300), 0, 1),
        "age": RNG.normal(60, 10, 300),
        "sex": RNG.choice(["f", "m"], 300),
    }
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("asked") / "patients.csv"
    PATIENTS.to_csv(path, index=False)
    return path


def asked(*arguments):
    return (
        CliRunner()
        .invoke(probatum, ["stat", *map(str, arguments)], catch_exceptions=False)
        .output
    )


def answered(*arguments):
    return json.loads(asked(*arguments, "--json"))


def test_a_number_of_a_file_is_that_of_the_library_to_the_last_digit(file):
    found = answered("auc", "--data", file, "--outcome", "died", "--risk", "risk")
    assert found == discrimination.auc(PATIENTS.died, PATIENTS.risk).as_dict()
    found = answered("slope", "--data", file, "--outcome", "died", "--confidence", "0.9")
    assert found == calibration.slope(PATIENTS.died, PATIENTS.risk, confidence=0.9).as_dict()


def test_the_subject_may_stand_before_the_name_and_underscores_for_hyphens(file):
    given = ("--data", file, "--outcome", "died")
    assert answered("calibration_slope", *given) == answered("slope", *given)


def test_counts_need_no_file():
    assert answered("proportion", "--events", 3, "--n", 20) == (
        proportion.proportion(3, 20).as_dict()
    )


def test_a_word_is_a_policy_and_a_column_another_model(file):
    given = ("net-benefit-difference", "--data", file, "--outcome", "died", "--threshold", 0.2)
    assert answered(*given)["value"] == (
        decision.net_benefit_difference(PATIENTS.died, PATIENTS.risk, 0.2).value
    )
    assert answered(*given, "--versus", "other")["value"] == (
        decision.net_benefit_difference(
            PATIENTS.died, PATIENTS.risk, 0.2, versus=PATIENTS.other
        ).value
    )


def test_a_margin_asks_for_non_inferiority_too(file):
    given = ("--data", file, "--outcome", "died", "--risk-a", "other", "--risk-b", "risk")
    found = answered("auc-difference", *given, "--margin", 0.05)
    assert "margin 0.05" in found["method"]
    assert found["p_value"] < answered("auc-difference", *given)["p_value"]


def test_a_margin_that_a_statistic_asks_for_itself_is_its_own():
    given = ("--events-a", 80, "--n-a", 100, "--events-b", 82, "--n-b", 100, "--margin", 0.1)
    expected = proportion.proportion_non_inferiority(80, 100, 82, 100, 0.1)
    assert answered("proportion-non-inferiority", *given) == expected.as_dict()


def test_two_groups_of_patients_come_from_two_files(file, tmp_path):
    now = tmp_path / "now.csv"
    PATIENTS.iloc[:80].assign(age=PATIENTS.age[:80] + 3).to_csv(now, index=False)
    found = answered("psi", "--data", now, "--against", file, "--column", "age")
    assert found == drift.psi(PATIENTS.age, PATIENTS.age[:80] + 3).as_dict()


def test_rows_are_printed_as_a_table_and_told_as_a_list(file):
    given = (
        *("by-subgroup", "--data", file, "--outcome", "died", "--group", "sex"),
        *("--threshold", 0.2, "--minimum-cell", 5),
    )
    assert [row["label"] for row in answered(*given)] == ["f", "m"]
    assert asked(*given).splitlines()[0].split()[:2] == ["label", "status"]


def test_columns_that_are_compared_keep_their_names(file):
    given = ("drift-table", "--data", file, "--against", file)
    found = answered(*given, "--column", "age", "--column", "risk")
    assert found["column"] == ["age", "risk"]


def test_what_may_be_nothing_may_be_left_out(file):
    given = ("--data", file, "--outcome", "died", "--risk-old", "risk", "--risk-new", "other")
    found = decision.net_reclassification(
        PATIENTS.died, PATIENTS.risk, PATIENTS.other, threshold=None
    )
    assert answered("net-reclassification", *given) == found.as_dict()


def test_criteria_are_printed_as_a_table():
    given = ("--parameters", 24, "--prevalence", 0.174, "--r2-cox-snell", 0.288)
    lines = asked("riley-binary", *given).splitlines()
    after = lines[lines.index("criteria") + 1 :]
    assert after[0].split() == ["name", "n", "target", "achieved"]
    assert [line.split()[-3] for line in after[1:]] == ["623", "662", "221"]


@pytest.mark.parametrize("one", estimators().values(), ids=lambda one: one.name)
def test_a_line_is_plain_words(one):
    assert not re.search(r"``|:\w+:`|\\", one.about)


def test_every_statistic_is_listed_with_one_line():
    lines = asked("list").splitlines()
    for one in estimators().values():
        assert any(line.startswith(f"  {one.name} ") and one.about in line for line in lines)


@pytest.mark.parametrize("name", sorted(estimators()))
def test_every_statistic_explains_itself_and_each_of_its_options(name):
    one, text = estimator(name), asked(name, "--help")
    assert f"Usage: probatum stat {name}" in text
    for parameter in one.parameters:
        assert parameter.about, f"{name} does not say what {parameter.name} is"


def test_no_two_statistics_have_one_name():
    names = [one.call.__name__ for one in estimators().values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (
            ("auc", "--outcome", "dead"),
            DataError,
            "column 'dead'.*name the right one with --out",
        ),
        (("auc", "--outcome", "sex"), DataError, "column 'sex'.*words in 300 of 300"),
        (("auc", "--outcome", "age"), NotEstimable, "outcome — expected 0 or 1"),
        (("clustered-auc", "--outcome", "died", "--cluster", "died"), NotEstimable, "cluster"),
        (("sensitivty",), NotEstimable, "did you mean .*sensitivity,"),
        (("brier", "--outcome", "died", "--risk", "age"), NotEstimable, "risk — expected prob"),
        (
            ("boundaries-of-time",),
            NotEstimable,
            "expected one of those in `probatum stat list`",
        ),
    ],
    ids=[
        "no such column",
        "words",
        "no outcome",
        "no clusters",
        "no risk",
        "a slip of the pen",
        "no such statistic",
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(file, arguments, error, sentence):
    with pytest.raises(error, match=sentence) as told:
        asked(arguments[0], "--data", file, *arguments[1:])
    assert not any(str(value) in str(told.value) for value in PATIENTS.age)


def test_a_choice_that_must_be_made_is_asked_for(file):
    given = ("recalibration", "--data", file, "--outcome", "died")
    assert "Missing option '--kind'" in asked(*given)
    assert "Missing option '--threshold'" in asked("net-benefit", "--data", file)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"", "in UTF-8 with a header, got an empty file"),
        (b"outcome,risk\n1,0.2,9\n0,0.1,8,7\n", "more columns than the header"),
        ("outcome,risk\n1,0.2\n".encode("utf-16"), "got another encoding"),
        (b"outcome;risk\n1;0.2\n", "expected commas between columns, got semicolons"),
        (b"outcome\trisk\n1\t0.2\n", "expected commas between columns, got tabs"),
        (b"outcome,risk\n", "got a header alone"),
        (b"outcome,risk\n1,0.2\n0,high\n", "column 'risk'.* words in 1 of 2 lines"),
    ],
    ids=["empty", "ragged", "utf-16", "semicolons", "tabs", "header", "word"],
)
def test_a_file_that_is_no_table_of_numbers_is_refused(tmp_path, written, told):
    path = tmp_path / "patients.csv"
    path.write_bytes(written)
    with pytest.raises(DataError, match=told):
        asked("auc", "--data", path)


def test_words_are_no_numbers_to_compare_but_categories_are(file):
    given = ("--data", file, "--against", file, "--column", "sex")
    with pytest.raises(DataError, match="column 'sex' — expected numbers"):
        asked("psi", *given)
    assert answered("psi-categorical", *given)["value"] == 0


def test_columns_of_two_lengths_are_printed_as_two_tables(file):
    lines = asked("calibration-curve", "--data", file, "--outcome", "died").splitlines()
    heads = [line.split() for line in lines if line.split()[:1] in (["risk"], ["group_risk"])]
    assert heads == [
        ["risk", "observed", "lower", "upper"],
        ["group_risk", "group_observed", "group_lower", "group_upper", "group_n"],
    ]


@pytest.mark.parametrize("name", ["tipping-point-difference", "demographic-parity-difference"])
def test_what_is_no_difference_of_two_models_is_held_to_no_margin(name):
    assert "--margin" not in asked(name, "--help")


def test_help_is_free_of_the_marks_of_a_docstring():
    text = asked("tipping-point", "--help") + asked("auc-difference", "--help")
    assert not re.search(r"``|:\w+:`|\.\. math", text)
