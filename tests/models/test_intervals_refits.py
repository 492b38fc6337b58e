"""Refits of a model show how far its risks depend on who was there to train it."""

import numpy as np
import pytest
from scipy.special import logit

from probatum.errors import NotEstimable
from probatum.models.intervals.cross_fitting import held_out_risk
from probatum.models.intervals.refits import ModelUncertainty, model_uncertainty
from probatum.models.recipe import comparator_recipes, index_recipe
from probatum.models.risk_model import RiskModel
from probatum.models.tuning import Patients, fitted, folds
from tests.models.builders import a_plan, some_patients


def a_model(patients, kind="index"):
    plan = a_plan()
    recipe = (
        index_recipe(plan, seed=2) if kind == "index" else comparator_recipes(plan, seed=2)[0]
    )
    return RiskModel(fitted(recipe, recipe.candidates[0], patients), 0.0, 1.5)


def refitted(patients, frame, *, kind="index", replicates=20, workers=1, seed=11):
    return model_uncertainty(
        a_model(patients, kind),
        patients,
        frame,
        replicates=replicates,
        seed=seed,
        level=0.9,
        workers=workers,
    )


def test_the_refits_are_the_same_bytes_for_any_number_of_workers():
    patients, frame = some_patients(), some_patients(5, seed=1).frame
    alone, shared = (refitted(patients, frame, replicates=6, workers=w) for w in (1, 2))
    assert alone.logits.tobytes() == shared.logits.tobytes()


def test_more_refits_begin_with_the_same_ones():
    patients, frame = some_patients(), some_patients(5, seed=1).frame
    few, more = (refitted(patients, frame, replicates=r) for r in (3, 5))
    np.testing.assert_array_equal(few.logits, more.logits[:3])


def test_a_patients_uncertainty_does_not_depend_on_company():
    patients, frame = some_patients(), some_patients(5, seed=1).frame
    together = refitted(patients, frame, replicates=4)
    alone = refitted(patients, frame.iloc[[2]], replicates=4)
    np.testing.assert_allclose(alone.logits[:, 0], together.logits[:, 2], atol=1e-9)


def test_the_refits_of_a_linear_model_scatter_as_its_information_says():
    """The sandwich of a plain logistic regression is the large-sample oracle."""
    patients, frame = some_patients(1500), some_patients(8, seed=1).frame
    found = refitted(patients, frame, kind="logistic", replicates=60)
    pipeline = a_model(patients, "logistic").pipeline
    design = _with_constant(pipeline["preparation"].transform(patients.frame))
    asked = _with_constant(pipeline["preparation"].transform(frame))
    beta = _unpenalised(design, patients)
    risk = 1 / (1 + np.exp(-design @ beta))
    bread = np.linalg.inv((design.T * (patients.weight * risk * (1 - risk))) @ design)
    pull = design * (patients.weight * (patients.outcome - risk))[:, None]
    oracle = np.einsum("np,pq,nq->n", asked, bread @ (pull.T @ pull) @ bread, asked)
    ratio = found.variance / oracle
    assert 0.5 < np.median(ratio) < 3  # the calibration curve varies as well


def _with_constant(features):
    return np.column_stack([np.ones(len(features)), features])


def _unpenalised(design, patients):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-8)
    model.fit(design, patients.outcome, sample_weight=patients.weight)
    return model.coef_[0]


def test_more_patients_leave_less_doubt():
    frame = some_patients(10, seed=1).frame
    few, many = (
        refitted(some_patients(count), frame, kind="logistic", replicates=30)
        for count in (120, 1200)
    )
    assert np.median(many.variance) < np.median(few.variance) / 3


def test_the_quantiles_are_those_of_the_risks():
    logits = logit(np.linspace(0.1, 0.9, 9))[:, None]
    found = ModelUncertainty(logits=logits, level=0.5, seed=1)
    assert (found.lower[0], found.upper[0]) == (pytest.approx(0.3), pytest.approx(0.7))


def test_the_variance_without_one_refit_is_that_of_the_others():
    logits = np.random.default_rng(0).normal(size=(7, 3))
    found = ModelUncertainty(logits=logits, level=0.9, seed=1).variances_left_out()
    for row in range(7):
        expected = np.delete(logits, row, axis=0).var(axis=0, ddof=1)
        np.testing.assert_allclose(found[row], expected)


def test_two_refits_are_refused():
    with pytest.raises(NotEstimable, match="3 refits or more"):
        ModelUncertainty(logits=np.zeros((2, 4)), level=0.9, seed=1)


def test_a_refit_that_supports_no_curve_is_never_skipped():
    patients = some_patients(40)
    backwards = Patients(
        frame=patients.frame,
        outcome=(np.random.default_rng(0).random(40) < 0.5).astype(float),
        weight=patients.weight,
    )
    with pytest.raises(NotEstimable, match="Platt scaling"):
        refitted(backwards, patients.frame, kind="logistic", replicates=50)


def test_a_held_out_risk_comes_from_a_refit_without_the_patient():
    patients = some_patients()
    model = a_model(patients, "logistic")
    risk = held_out_risk(model, patients, count=4, seed=3)
    train, test = folds(patients.outcome, 4, seed=3)[1]
    recipe = comparator_recipes(a_plan(), seed=2)[0]
    refit = fitted(recipe, recipe.candidates[0], patients.at(train))
    alone = RiskModel(refit, 0.0, 1.5).risk(patients.frame.iloc[test])
    np.testing.assert_array_equal(risk[test], alone)


def test_held_out_risks_are_the_same_bytes_for_any_number_of_workers():
    patients = some_patients()
    alone, shared = (
        held_out_risk(a_model(patients), patients, count=3, seed=3, workers=w) for w in (1, 2)
    )
    assert alone.tobytes() == shared.tobytes()
