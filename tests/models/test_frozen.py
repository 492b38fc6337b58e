"""A frozen model is the same bytes each time, and is never read once it was touched."""

import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io

from probatum.errors import ModelError
from probatum.models.calibration import platt
from probatum.models.frozen import comparator_file, frozen_files, load
from probatum.models.serialisation import loaded, model_bytes
from probatum.models.training import Development, development
from tests.models.builders import SEARCH, SEEDS, a_plan, some_patients


@pytest.fixture(scope="module")
def built() -> Development:
    rivals = (
        {"name": "Logistic regression", "kind": "logistic", **SEARCH["logistic"]},
        {"name": "Radial machine", "kind": "rbf_svm", **SEARCH["rbf_svm"]},
        {"name": "Boosting", "kind": "gradient_boosting", **SEARCH["gradient_boosting"]},
    )
    return development(a_plan(comparators=rivals), some_patients(), seeds=SEEDS)


def files_of(built: Development) -> dict[str, bytes]:
    return frozen_files(
        index=built.index.model,
        fallback=built.fallback.model,
        comparators={rival.recipe.name: rival.model for rival in built.comparators},
        best_comparator=built.best_comparator.recipe.name,
        circuit_qasm="OPENQASM 3.0;\n",
    )


@pytest.fixture
def folder(built, tmp_path) -> Path:
    for name, content in files_of(built).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_a_model_that_was_saved_predicts_as_it_did_before(built, folder):
    frame, frozen = some_patients(30, seed=7).frame, load(folder)
    assert frozen.risk(frame).tobytes() == built.index.model.risk(frame).tobytes()
    assert frozen.fallback_risk(frame).tobytes() == built.fallback.model.risk(frame).tobytes()
    risks = frozen.comparator_risks(frame)
    assert list(risks) == ["Logistic regression", "Radial machine", "Boosting"]
    for rival in built.comparators:
        np.testing.assert_array_equal(risks[rival.recipe.name], rival.model.risk(frame))


def test_saving_twice_gives_the_same_bytes(built):
    assert files_of(built) == files_of(built)


def test_building_again_gives_the_same_bytes():
    patients = some_patients()
    one, again = (development(a_plan(), patients, seeds=SEEDS) for _ in range(2))
    assert files_of(one) == files_of(again)


def test_saving_what_was_loaded_gives_the_same_bytes(built):
    content = model_bytes(built.index.model)
    assert model_bytes(loaded(content, name="index.skops")) == content


def test_every_risk_is_a_probability_that_rises_with_the_score(built):
    frame = some_patients(50, seed=8).frame
    risk, score = built.index.model.risk(frame), built.index.model.score(frame)
    assert ((risk > 0) & (risk < 1)).all()
    assert (np.diff(risk[np.argsort(score)]) >= 0).all()


def test_the_calibration_rests_on_scores_of_unseen_patients(built):
    patients, index = some_patients(), built.index
    curve = platt(patients.outcome, index.search.out_of_fold, patients.weight)
    assert (index.model.intercept, index.model.slope) == (curve.intercept, curve.slope)


@pytest.mark.parametrize(
    "name", ["index.skops", "fallback.skops", "circuit.qasm", "comparator-radial-machine.skops"]
)
def test_a_file_with_one_byte_changed_is_refused_by_name(folder, name):
    path = folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ModelError, match=f"{name} — expected sha256"):
        load(folder)


def test_a_model_swapped_together_with_its_own_digest_is_refused(folder):
    path = folder / "model.json"
    contents = json.loads(path.read_text())
    (folder / "index.skops").write_bytes((folder / "fallback.skops").read_bytes())
    contents["files"]["index.skops"] = contents["files"]["fallback.skops"]
    path.write_text(json.dumps(contents))
    with pytest.raises(ModelError, match="frozen model — expected sha256"):
        load(folder)


@pytest.mark.parametrize("name", ["index.skops", "model.json", "circuit.qasm"])
def test_an_absent_file_is_refused_by_name(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        load(folder)


def test_contents_that_are_no_contents_are_refused(folder):
    (folder / "model.json").write_text("[]")
    with pytest.raises(ModelError, match="contents of a frozen model"):
        load(folder)


class Stranger:
    """A type nobody promised to trust."""


def test_a_file_with_an_untrusted_type_is_refused():
    with pytest.raises(ModelError, match="UntrustedTypesFound"):
        loaded(skops.io.dumps(Stranger()), name="stranger.skops")


def test_a_pickle_is_refused():
    with pytest.raises(ModelError, match="BadZipFile"):
        loaded(pickle.dumps([1, 2]), name="pickle.skops")


def test_a_file_holds_no_time_of_day_and_no_memory_address(built, tmp_path):
    path = tmp_path / "model.skops"
    path.write_bytes(model_bytes(built.index.model))
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        identifiers = [int(n) for n in _identifiers(json.loads(archive.read("schema.json")))]
    assert sorted(identifiers) == list(range(1, len(identifiers) + 1))


def _identifiers(value):
    if isinstance(value, dict):
        yield from ([value["__id__"]] if "__id__" in value else [])
        value = list(value.values())
    if isinstance(value, list):
        for child in value:
            yield from _identifiers(child)


def test_comparators_that_would_share_a_file_are_refused(built):
    model = built.comparators[0].model
    with pytest.raises(ModelError, match="names that differ"):
        frozen_files(
            index=built.index.model,
            fallback=built.fallback.model,
            comparators={"A b": model, "a-B": model},
            best_comparator="A b",
            circuit_qasm="",
        )
    assert comparator_file("A b") == comparator_file("a-B")


def test_the_best_comparator_has_the_highest_nested_auc(built):
    best = max(built.comparators, key=lambda rival: rival.nested_auc)
    assert built.best_comparator is best
