"""Who is in the study, in which partition, and in which group."""

import numpy as np
import pandas as pd
import pytest

from probatum.cohort.eligibility import eligibility
from probatum.cohort.partitions import partition, partition_of, periods_of
from probatum.cohort.subgroups import NOT_RECORDED, band_labels, groups, subgroups
from probatum.errors import DataError
from tests.cohort.building import PROTOCOL


def people(**columns):
    return pd.DataFrame(columns)


def test_each_exclusion_is_counted_under_the_first_rule_unmet():
    table = people(age=[59, 60, 75, 58], gait_speed=[1.0, 1.1, np.nan, np.nan])
    found = eligibility(table, PROTOCOL)
    assert found.is_eligible.tolist() == [False, True, False, False]
    assert [(e.rule, e.count) for e in found.exclusions] == [
        ("adult-60", 2),
        ("gait-measured", 1),
    ]
    assert found.count == 1


def test_who_cannot_be_shown_to_be_eligible_is_not():
    table = people(age=pd.array([None, 70], dtype="Int64"), gait_speed=[1.0, 1.0])
    assert eligibility(table, PROTOCOL).is_eligible.tolist() == [False, True]


def test_exclusions_and_eligible_people_add_up_to_everyone():
    table = people(age=list(range(50, 70)), gait_speed=[np.nan, 1.0] * 10)
    found = eligibility(table, PROTOCOL)
    assert found.count + sum(e.count for e in found.exclusions) == len(table)


def test_partitions_share_nobody_and_leave_nobody():
    table = people(visit_year=[2001, 2005, 2003, 2002, 2004])
    sizes = [len(partition(table, PROTOCOL, name)) for name in ("development", "evaluation")]
    assert sizes == [2, 1]
    everyone = partition(table, PROTOCOL, "development", "evaluation", "silent")
    assert everyone.visit_year.tolist() == table.visit_year.tolist()


def test_a_period_of_no_partition_is_refused():
    with pytest.raises(DataError, match="period 1999"):
        partition(people(visit_year=[2001, 1999]), PROTOCOL, "development")


def test_a_period_belongs_to_one_partition():
    assert partition_of(PROTOCOL, 2003) == "evaluation"
    assert periods_of(PROTOCOL, "evaluation", "silent") == (2003, 2004, 2005)


def test_ages_fall_into_the_bands_of_the_protocol():
    table = people(age=[59, 60, 74, 75, 90], sex=["F", "M", "F", None, "M"])
    found = subgroups(table, PROTOCOL)
    assert found["age_band"].tolist() == [
        "under 60",
        "60-74",
        "60-74",
        "75 and over",
        "75 and over",
    ]
    assert found["sex"].tolist() == ["F", "M", "F", NOT_RECORDED, "M"]


def test_a_missing_number_is_a_group_and_not_a_gap():
    table = people(age=[np.nan, 61.0], sex=["F", "F"])
    assert subgroups(table, PROTOCOL)["age_band"].tolist() == [NOT_RECORDED, "60-74"]


def test_every_group_is_listed_in_its_order():
    sex, age = PROTOCOL.protected_attributes
    assert groups(sex, PROTOCOL) == ("F", "M", NOT_RECORDED)
    assert groups(age, PROTOCOL) == ("under 60", "60-74", "75 and over", NOT_RECORDED)


def test_bands_of_fractions_are_worded_as_such():
    assert band_labels([0.5, 1.5], whole=False)[1] == "0.5 to under 1.5"
