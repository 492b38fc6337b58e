"""A protocol that names what its stages cannot compute is told so, at the line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from probatum.analysis.catalogue import estimators, vocabulary
from probatum.study.reading import check_protocol, load_protocol
from probatum.study.statistics import statistic_named, statistics

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests/assets/small-study/protocol.yaml"


def problems(tmp_path: Path, section: str, rows: list[dict[str, Any]]) -> list[str]:
    text = SMALL.read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    data[section]["statistics"] = rows
    path = tmp_path / "protocol.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return [str(problem) for problem in check_protocol(path)]


def one(name: str, **more: Any) -> dict[str, Any]:
    return {"statistic": name, "stages": ["retrospective"], "reason": "To try it", **more}


def test_the_committed_names_are_those_of_the_statistics() -> None:
    committed = (ROOT / "src/probatum/study/statistics.json").read_text(encoding="utf-8")
    assert committed == vocabulary(), "run: probatum study schema --write"
    assert set(statistics()) == set(estimators())


@pytest.mark.parametrize("name", ["slope", "calibration-slope", "calibration_slope"])
def test_a_statistic_goes_by_its_name_with_or_without_its_subject(name: str) -> None:
    found = statistic_named(name)
    assert found is not None
    assert found.name == "slope"


def test_what_can_be_computed_is_sound(tmp_path: Path) -> None:
    attribute = load_protocol(SMALL).protected_attributes[0].name
    rows = [
        one("partial-auc", options={"fpr_max": 0.2}),
        one("sensitivity-difference"),
        one("rates-by-group", by=[attribute]),
        one("decision-curve", options={"thresholds": [0.1, 0.2]}),
    ]
    assert problems(tmp_path, "analysis", rows) == []


@pytest.mark.parametrize(
    ("row", "expected", "found"),
    [
        (one("area"), "probatum stat list", "'area'"),
        (one("roc-curve"), "no curve", "'roc-curve'"),
        (one("cohen-kappa"), "a statistic of what this stage has", "rating_a, rating_b"),
        (one("cost-per-outcome"), "a statistic of what this stage has", "cost_test"),
        (one("sensitivity-at-specificity"), "what this stage has", "specificity"),
        (one("auc", options={"interval": "exact"}), "one of wald, logit", "'exact'"),
        (one("partial-auc", options={"fpr_max": "low"}), "a number", "'low'"),
        (one("bootstrap-auc", options={"seed": 1.5}), "a whole number", "1.5"),
        (one("partial-auc", options={"fpr": 0.2}), "an option of partial-auc", "'fpr'"),
        (one("auc", by=["sex"]), "no groups", "1 attributes"),
        (one("rates-by-group", by=["star sign"]), "a protected attribute", "'star sign'"),
        (one("rates-by-group"), "one attribute", "no group"),
        ({**one("auc-difference"), "stages": ["silent"]}, "what this stage has", "risk_a"),
    ],
)
def test_what_cannot_be_computed_is_reported_where_it_stands(
    tmp_path: Path, row: dict[str, Any], expected: str, found: str
) -> None:
    told = problems(tmp_path, "analysis", [one("auc"), row])
    assert any(expected in line and found in line for line in told), told
    assert all("analysis.statistics[1]" in line for line in told)


@pytest.mark.parametrize("name", ["auc", "kolmogorov"])
def test_drift_compares_with_a_reference(tmp_path: Path, name: str) -> None:
    told = problems(tmp_path, "drift", [{"statistic": name, "reason": "To try it"}])
    assert len(told) == 1
    assert "drift.statistics[0].statistic" in told[0]
    assert "a reference and what is current" in told[0]
