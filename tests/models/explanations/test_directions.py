"""A direction says whom an entry raises the risk for, and keeps small groups to itself."""

import json

import numpy as np
import pytest

from probatum.models.explanations.directions import directions
from probatum.models.explanations.shapley import explanations
from tests.models.explanations.building import ByHand, a_model, cohort, protocol


def explained(model=None, people=60):
    return explanations(
        model or a_model(),
        cohort(seed=8).frame.head(people),
        protocol(),
        background=cohort().frame,
        size=15,
        rng=np.random.default_rng(3),
    ).patients


def told(model=None, *, least=1, people=60):
    return directions(explained(model, people), least=least)


def of(column, found):
    return {one.side: one for one in found if one.column == column}


def test_a_risk_that_rises_with_an_entry_is_raised_above_its_median_and_lowered_below():
    found = of("age", told(ByHand(lambda f: 0.005 * f["age"], a_model())))
    ages = cohort(seed=8).frame.head(60)["age"]
    assert found["above"].value == found["at most"].value == np.median(ages)
    assert found["above"].people == np.sum(ages > np.median(ages))
    difference = ages[ages > np.median(ages)].mean() - ages[ages <= np.median(ages)].mean()
    gap = found["above"].mean_points - found["at most"].mean_points
    assert gap == pytest.approx(100 * 0.005 * difference)


def test_a_category_has_a_direction_for_each_of_its_values():
    found = told(ByHand(lambda f: 0.2 + 0.1 * (f["sex"] == "M"), a_model()))
    by_value = {one.value: one for one in found if one.column == "sex"}
    assert by_value["M"].mean_points - by_value["F"].mean_points == pytest.approx(10)
    assert {one.side for one in by_value.values()} == {"is"}


def test_missing_values_are_a_group_of_their_own():
    risk = ByHand(lambda f: np.where(f["vitamin_d"].isna(), 0.6, 0.2), a_model())
    found = of("vitamin_d", told(risk))
    assert found["missing"].people == cohort(seed=8).frame.head(60)["vitamin_d"].isna().sum()
    assert found["missing"].mean_points > 0 > found["above"].mean_points


def test_everyone_is_in_one_group_of_each_column_and_the_means_add_up():
    patients, found = explained(), told()
    for column in ("age", "sex", "gait_speed", "vitamin_d"):
        own = [one for one in found if one.column == column]
        assert sum(one.people for one in own) == len(patients)
        points = [e.points for p in patients for e in p.contributions if e.column == column]
        total = sum(one.people * one.mean_points for one in own)
        assert total == pytest.approx(sum(points))


def test_of_fewer_people_than_allowed_only_the_number_is_told():
    for one in told(least=30):
        assert (one.mean_points is None) == (one.people < 30)


def test_the_column_that_moves_most_comes_first():
    assert told(ByHand(lambda f: 1 - f["gait_speed"] / 3, a_model()))[0].column == "gait_speed"


def test_of_nobody_there_is_no_direction():
    assert directions((), least=1) == ()


def test_directions_are_plain_json():
    json.dumps([one.as_dict() for one in told()], allow_nan=False)
