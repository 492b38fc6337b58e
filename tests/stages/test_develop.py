"""The stage that builds the models: what it reads, what it writes, and when it will not run."""

import json

import numpy as np
import pandas as pd
import pytest
from qiskit import qasm3

from probatum.errors import DataError, QualityFailure
from probatum.models.frozen import load
from probatum.stages.develop import develop
from probatum.stages.evidence import Evidence, read_evidence
from probatum.stages.people import enrolled, followed
from tests.stages.staged_study import AStudy, a_study, has_quality


def training(study: AStudy) -> Evidence:
    return read_evidence(study.layout.models / "training.json")


def test_the_record_counts_the_people_of_the_development_periods(developed):
    people = enrolled(developed.layout, developed.protocol, "development").people
    outcomes = followed(developed.layout, developed.protocol, people)
    results = training(developed).results
    assert results["patients"] == len(people) == results["known"] + results["unknown"]
    assert results["unknown"] == outcomes.n_unknown > 0
    assert results["events"] == outcomes.events


def test_every_model_of_the_protocol_is_built_with_the_same_budget(developed):
    plan, models = developed.protocol.model, training(developed).results["models"]
    names = [plan.index.name, *(c.name for c in plan.comparators), plan.fallback.name]
    assert sorted(models) == sorted(names)
    assert {model["candidates"] for model in models.values()} == {plan.tuning.candidates}
    assert models[plan.index.name]["role"] == "index"
    assert models[plan.fallback.name]["role"] == "fallback"


def test_every_candidate_of_every_fold_is_in_the_search_history(developed):
    plan, results = developed.protocol.model, training(developed).results
    searches = plan.tuning.outer_folds + 1
    assert len(results["search"]) == len(results["models"]) * searches * plan.tuning.candidates
    final = [t for t in results["search"] if t["outer_fold"] is None]
    for name, model in results["models"].items():
        best = max((t for t in final if t["model"] == name), key=lambda t: t["inner_auc"])
        assert best["candidate"] == model["chosen"]


def test_every_bandwidth_of_the_protocol_stands_beside_the_chosen_one(developed):
    plan, results = developed.protocol.model.index, training(developed).results
    tried = results["bandwidths"]
    assert [row["bandwidth"] for row in tried] == sorted(plan.bandwidths)
    [chosen] = [row for row in tried if row["is_chosen"]]
    assert chosen["bandwidth"] == results["kernel"]["bandwidth"]
    for quantity in ("off_diagonal_mean", "off_diagonal_variance", "effective_dimension"):
        assert chosen[quantity] == results["kernel"][quantity]


def test_the_best_comparator_is_named_from_development_alone(developed):
    results = training(developed).results
    rivals = {
        name: model["nested_auc"]["mean"]
        for name, model in results["models"].items()
        if model["role"] == "comparator"
    }
    assert results["best_comparator"] == max(rivals, key=rivals.__getitem__)
    assert load(developed.layout.models).best_comparator == results["best_comparator"]


def test_the_record_names_the_frozen_model_and_the_digest_of_each_file(developed):
    frozen, evidence = load(developed.layout.models), training(developed)
    assert evidence.model_sha256 == frozen.sha256 == developed.layout.model_sha256()
    contents = json.loads((developed.layout.models / "model.json").read_text())
    recorded = {model["sha256"] for model in evidence.results["models"].values()}
    assert recorded == {d for name, d in contents["files"].items() if name.endswith(".skops")}


def test_the_circuit_on_file_is_the_one_the_record_describes(developed):
    circuit = training(developed).results["circuit"]
    text = (developed.layout.models / circuit["qasm_file"]).read_text()
    read = qasm3.loads(text)
    assert read.num_qubits == circuit["qubits"] == developed.protocol.model.index.qubits
    assert read.num_parameters == circuit["parameters"]


def test_the_learning_curve_is_of_the_index_test_and_its_best_rival(developed):
    results, shares = training(developed).results, developed.protocol.analysis
    models = {point["model"] for point in results["learning_curve"]}
    assert models == {developed.protocol.model.index.name, results["best_comparator"]}
    assert len(results["learning_curve"]) == 2 * len(shares.learning_curve_shares)


def test_developing_again_gives_the_same_bytes(developed):
    def written() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in developed.layout.models.iterdir()}

    before = written()
    develop(developed.layout, developed.protocol)
    assert written() == before


@pytest.mark.slow
def test_developing_on_a_cluster_gives_the_same_bytes(developed, monkeypatch):
    from distributed import LocalCluster

    def written() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in developed.layout.models.iterdir()}

    before = written()
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(n_workers=2, **options) as cluster:
        monkeypatch.setenv("PROBATUM_SCHEDULER", cluster.scheduler_address)
        develop(developed.layout, developed.protocol)
    assert written() == before


def test_what_becomes_of_the_evaluation_people_changes_no_model(developed):
    layout, before = developed.layout, load(developed.layout.models).sha256
    people = enrolled(layout, developed.protocol, "evaluation").people
    key, event = (
        developed.protocol.population.id_column,
        developed.protocol.outcome.event_column,
    )
    path = layout.data / "retrospective" / "followup.csv"
    table = pd.read_csv(path, dtype=str)
    theirs = table[key].isin(people[key])
    table.loc[theirs, event] = np.where(table.loc[theirs, event] == "1", "0", "1")
    table.to_csv(path, index=False, lineterminator="\n")
    develop(layout, developed.protocol)
    assert load(layout.models).sha256 == before


def test_a_model_left_from_an_earlier_run_is_removed(developed):
    stale = developed.layout.models / "comparator-of-old.skops"
    stale.write_bytes(b"")
    develop(developed.layout, developed.protocol)
    assert not stale.exists()


def test_broken_quality_stops_development(tmp_path):
    study = a_study(tmp_path)
    has_quality(study.layout, "ranges")
    with pytest.raises(QualityFailure, match="every blocking rule passed"):
        develop(study.layout, study.protocol)


def test_quality_that_was_not_checked_stops_development(tmp_path):
    study = a_study(tmp_path)
    (study.layout.evidence / "quality/quality.json").unlink()
    with pytest.raises(DataError, match=r"quality\.json"):
        develop(study.layout, study.protocol)
