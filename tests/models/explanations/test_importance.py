"""A column is worth the accuracy that is lost when it is shuffled."""

import json

import numpy as np
import pytest

from probatum.errors import NotEstimable
from probatum.models.explanations.importance import importances
from probatum.models.tuning import Patients, auc
from tests.models.explanations.building import ByHand, a_model, cohort, protocol


def told(model=None, *, repeats=8, seed=1, patients=None):
    return importances(
        model or a_model(),
        patients or cohort(),
        protocol(),
        repeats=repeats,
        rng=np.random.default_rng(seed),
    )


def test_columns_the_risk_ignores_lose_nothing():
    found = told(ByHand(lambda f: 1 - f["gait_speed"] / 3, a_model()))
    lost = {each.column: each for each in found.columns}
    assert lost["gait_speed"].auc_lost > 0.05
    for name in ("age", "sex", "vitamin_d"):
        assert (lost[name].auc_lost, lost[name].spread) == (0, 0)


def test_the_auc_unshuffled_is_the_models_own():
    patients = cohort()
    assert told().auc == pytest.approx(auc(patients, a_model().risk(patients.frame)))


def test_weights_count():
    patients = cohort()
    doubled = Patients(
        frame=patients.frame, outcome=patients.outcome, weight=1 + patients.outcome
    )
    heavy = Patients(
        frame=patients.frame,
        outcome=patients.outcome,
        weight=np.linspace(0.1, 5, len(patients)),
    )
    assert told(patients=doubled).auc == pytest.approx(told().auc)
    assert told(patients=heavy).auc != pytest.approx(told().auc, abs=1e-6)


def test_the_same_seed_gives_the_same_importances():
    assert told() == told()
    assert told() != told(seed=2)


def test_a_shuffle_that_loses_all_leaves_a_coins_auc():
    found = told(ByHand(lambda f: 1 - f["gait_speed"] / 3, a_model()), repeats=60)
    assert found.auc - found.columns[0].auc_lost == pytest.approx(0.5, abs=0.02)


def test_the_summary_is_plain_json_and_begins_with_the_largest():
    rows = json.loads(json.dumps(told().as_dict(), allow_nan=False))["columns"]
    lost = [row["auc_lost"] for row in rows]
    assert lost == sorted(lost, reverse=True)


def test_one_outcome_or_one_shuffle_is_refused():
    patients = cohort()
    alike = Patients(
        frame=patients.frame, outcome=np.zeros(len(patients)), weight=patients.weight
    )
    with pytest.raises(NotEstimable, match="1 outcome"):
        told(patients=alike)
    with pytest.raises(NotEstimable, match="two shuffles"):
        told(repeats=1)
