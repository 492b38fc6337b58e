"""Models of the small study's simulated people, ready to be explained."""

from functools import cache

import numpy as np
from small_study import PROTOCOL, people

from probatum.models.calibration import platt
from probatum.models.recipe import comparator_recipes, index_recipe
from probatum.models.risk_model import RiskModel
from probatum.models.tuning import Patients, fitted
from probatum.study.reading import load_protocol

CHANGEABLE = ("gait_speed", "vitamin_d")


@cache
def protocol():
    return load_protocol(PROTOCOL)


@cache
def cohort(seed=5, a_year=60):
    """Some people, vitamin D missing in one of ten; nobody is of the study's own data."""
    frame = people(seed=seed, a_year=a_year).query("visit_year <= 2002").reset_index(drop=True)
    return Patients(
        frame=frame, outcome=frame["fell"].to_numpy(float), weight=np.ones(len(frame))
    )


@cache
def a_model(kind="index"):
    plan, patients = protocol().model, cohort()
    recipe = index_recipe(plan, seed=2) if kind == "index" else _rival(plan, kind)
    pipeline = fitted(recipe, recipe.candidates[-1], patients)
    score = pipeline.decision_function(patients.frame)
    curve = platt(patients.outcome, score, patients.weight)
    return RiskModel(pipeline, intercept=curve.intercept, slope=curve.slope)


def _rival(plan, kind):
    return next(r for r in comparator_recipes(plan, seed=2) if r.kind == kind)


class ByHand:
    """A risk written down: what its explanation has to be can be computed by hand."""

    def __init__(self, risk, like):
        self.risk_of, self.pipeline = risk, like.pipeline

    def risk(self, frame):
        return np.asarray(self.risk_of(frame), dtype=float)
