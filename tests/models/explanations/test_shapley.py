"""The contributions to a risk add up to it, and are those of the definition."""

import json
import os
import subprocess
import sys
from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from probatum.errors import DataError, NotEstimable
from probatum.models.explanations import shapley
from probatum.models.explanations.columns import Coding, columns_read
from probatum.models.explanations.shapley import explanations
from probatum.models.frozen import FrozenModel
from tests.models.explanations.building import ByHand, a_model, cohort, protocol

NAMES = ["age", "sex", "gait_speed", "vitamin_d"]


def explained(model=None, *, patients=6, size=15, seed=3):
    return explanations(
        model or a_model(),
        cohort(seed=8).frame.head(patients),
        protocol(),
        background=cohort().frame,
        size=size,
        rng=np.random.default_rng(seed),
    )


def points(explanation):
    return {each.column: each.points for each in explanation.contributions}


def by_definition(model, record, others):
    """Shapley's formula, coalition by coalition."""
    count = len(NAMES)

    def worth(coalition):
        mixed = others[NAMES].copy()
        for name in coalition:
            mixed[name] = [record[name]] * len(mixed)
        return model.risk(mixed).mean()

    found = dict.fromkeys(NAMES, 0.0)
    for name in NAMES:
        rest = [other for other in NAMES if other != name]
        for size in range(count):
            share = factorial(size) * factorial(count - size - 1) / factorial(count)
            for group in combinations(rest, size):
                found[name] += share * (worth((*group, name)) - worth(group))
    return found


@pytest.mark.parametrize("kind", ["index", "logistic", "gradient_boosting"])
def test_the_contributions_are_shapleys(kind):
    model, rng = a_model(kind), np.random.default_rng(3)
    rows = np.sort(rng.choice(len(cohort()), size=15, replace=False))
    found = explained(model)
    for place in (0, 3):
        record = cohort(seed=8).frame.iloc[place]
        expected = by_definition(model, record, cohort().frame.iloc[rows])
        for name, value in points(found.patients[place]).items():
            assert value == pytest.approx(100 * expected[name], abs=1e-9)


@pytest.mark.parametrize("kind", ["index", "logistic", "gradient_boosting"])
def test_the_contributions_add_up_to_the_risk(kind):
    found = explained(a_model(kind), patients=10)
    risks = a_model(kind).risk(cohort(seed=8).frame.head(10))
    for patient, risk in zip(found.patients, risks, strict=True):
        assert patient.risk == pytest.approx(risk, abs=1e-12)
        total = patient.average + sum(points(patient).values()) / 100
        assert total == pytest.approx(patient.risk, abs=1e-10)
    assert found.as_dict()["largest_gap"] < 1e-10


def test_a_sum_is_explained_by_its_terms():
    others = cohort().frame
    model = ByHand(lambda f: 0.001 * f["age"] + 0.1 * (f["sex"] == "M"), a_model())
    found = explained(model, size=len(others)).patients[0]
    record = cohort(seed=8).frame.iloc[0]
    told = points(found)
    assert told["age"] == pytest.approx(0.1 * (record["age"] - others["age"].mean()))
    male = float(record["sex"] == "M") - (others["sex"] == "M").mean()
    assert told["sex"] == pytest.approx(10 * male)
    assert told["gait_speed"] == pytest.approx(0, abs=1e-12)
    assert told["vitamin_d"] == pytest.approx(0, abs=1e-12)


def test_that_a_value_is_missing_is_told_as_such():
    model = ByHand(lambda f: np.where(f["vitamin_d"].isna(), 0.6, 0.2), a_model())
    frame = cohort(seed=8).frame
    missing = frame[frame["vitamin_d"].isna()].head(1)
    found = explanations(
        model, missing, protocol(), background=frame[frame["vitamin_d"].notna()],
        size=10, rng=np.random.default_rng(0),
    ).patients[0]  # fmt: skip
    first = found.contributions[0]
    assert (first.column, first.value, first.unit) == ("vitamin_d", None, "nmol/L")
    assert first.points == pytest.approx(40)
    assert first.meaning == "Serum vitamin D"


def test_the_largest_contribution_comes_first():
    for patient in explained().patients:
        sizes = [abs(each.points) for each in patient.contributions]
        assert sizes == sorted(sizes, reverse=True)


def test_the_same_seed_gives_the_same_bytes():
    one, again, other = explained(), explained(), explained(seed=4)
    assert one == again
    assert one != other


def test_of_a_frozen_model_the_index_test_is_explained():
    frozen = FrozenModel(
        sha256="0" * 64,
        index=a_model(),
        fallback=a_model("logistic"),
        comparators={},
        best_comparator="none",
        circuit_qasm="",
    )
    assert explained(frozen, patients=2) == explained(patients=2)


def test_a_patients_explanation_does_not_depend_on_company():
    alone, among = explained(patients=1).patients[0], explained(patients=6).patients[0]
    for name, value in points(alone).items():
        assert value == pytest.approx(points(among)[name], abs=1e-9)


def test_many_columns_are_explained_by_drawn_orders(monkeypatch):
    exact = explained(patients=3, size=8)
    monkeypatch.setattr(shapley, "EXACT", 3)
    state = np.random.get_state()[1].copy()
    drawn, again = explained(patients=3, size=8), explained(patients=3, size=8)
    assert drawn == again
    assert (np.random.get_state()[1] == state).all()
    assert drawn.method != exact.method
    assert drawn.as_dict()["largest_gap"] < 1e-10
    for patient, other in zip(drawn.patients, exact.patients, strict=True):
        for name, value in points(patient).items():
            assert value == pytest.approx(points(other)[name], abs=1.0)


def test_the_summary_is_plain_json():
    told = json.loads(json.dumps(explained().as_dict(), allow_nan=False))
    assert {row["column"] for row in told["columns"]} == set(NAMES)
    one = json.loads(json.dumps(explained().patients[0].as_dict(), allow_nan=False))
    assert len(one["contributions"]) == 4


def test_no_patients_have_no_explanations():
    assert explained(patients=0).patients == ()


def test_more_background_than_there_is_cannot_be_had():
    with pytest.raises(NotEstimable, match="sample"):
        explained(size=10_000)


def test_only_what_the_model_reads_is_explained_in_the_protocols_order():
    assert [column.name for column in columns_read(a_model(), protocol())] == NAMES


def test_a_coding_gives_the_very_cells_back():
    frame = cohort().frame[NAMES]
    coding = Coding.of(frame)
    pd.testing.assert_frame_equal(coding.frame(coding.codes(frame)), frame, check_dtype=True)
    with pytest.raises(DataError, match="values seen when it was made"):
        coding.codes(frame.assign(age=1234))


def test_importing_the_library_writes_nothing_at_home(tmp_path):
    """Nothing of a hospital's may be touched but the project's own folder."""
    code = (
        "import sys; sys.path[:0] = ['tests', '.']\n"
        "from tests.models.explanations.test_shapley import explained; explained(patients=1)"
    )
    home, root = tmp_path / "home", Path(__file__).parents[3]
    home.mkdir()
    subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=True,
        cwd=root,
        env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")},
    )
    assert list(home.rglob("*")) == []
