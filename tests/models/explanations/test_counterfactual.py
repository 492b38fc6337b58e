"""A counterfactual is plausible, flips the decision, and changes no more than it must."""

import json
from itertools import product

import numpy as np
import pytest

from probatum.errors import NotEstimable, ProtocolError
from probatum.models.explanations.counterfactual_search import counterfactuals
from probatum.models.explanations.plausible import plausible_columns
from tests.models.explanations.building import CHANGEABLE, ByHand, a_model, cohort, protocol

THRESHOLD = 0.3


def plausible(model, changeable=CHANGEABLE, quantiles=(0.05, 0.95)):
    return plausible_columns(
        model, protocol(), cohort().frame, changeable=changeable, quantiles=quantiles
    )


def sought(model=None, frame=None, *, changeable=CHANGEABLE, most_changes=2, budget=400):
    model = model or a_model()
    return counterfactuals(
        model,
        cohort(seed=8).frame.head(25) if frame is None else frame,
        protocol(),
        plausible(model, changeable),
        most_changes=most_changes,
        budget=budget,
    )


def changed(frame, row, counterfactual):
    record = frame.iloc[[row]].copy()
    for change in counterfactual.changes:
        record[change.column] = [change.after]
    return record


@pytest.mark.parametrize("kind", ["index", "logistic", "gradient_boosting"])
def test_each_one_flips_the_models_own_decision(kind):
    model, frame = a_model(kind), cohort(seed=8).frame.head(25)
    found = sought(model).patients
    assert any(each.is_found for each in found)
    for row, each in enumerate(found):
        if each.is_found:
            after = model.risk(changed(frame, row, each))[0]
            assert after == pytest.approx(each.risk_after, abs=1e-9)
            assert (after >= THRESHOLD) != (each.risk >= THRESHOLD)


def test_only_what_may_change_does_and_only_to_what_others_had():
    allowed = {each.column.name: set(each.observed) for each in plausible(a_model())}
    low, high = np.quantile(cohort().frame["gait_speed"], (0.05, 0.95))
    for each in sought().patients:
        for change in each.changes:
            assert change.after in allowed[change.column]
            assert change.after != change.before
            if change.column == "gait_speed":
                assert low <= change.after <= high


def test_none_within_plausible_ranges_is_a_normal_answer():
    found = sought(ByHand(lambda f: np.full(len(f), 0.1), a_model()))
    assert not any(each.is_found for each in found.patients)
    told = found.patients[0].as_dict()
    assert told["answer"] == "none within plausible ranges"
    assert told["risk_after"] == told["risk"]
    assert found.as_dict()["none_within_plausible_ranges"] == 25
    assert found.patients[0].tried > 0


def test_one_change_is_preferred_to_two_smaller_ones():
    """Both columns a little, or gait speed alone a lot: the second is told."""
    model = ByHand(_sum_of_scaled, a_model())
    frame = cohort(seed=8).frame.query("vitamin_d.notna()").head(5)
    for each in sought(model, frame).patients:
        assert len(each.changes) == 1


def _sum_of_scaled(frame):
    return np.clip(1.2 - 0.6 * frame["gait_speed"] - 0.002 * frame["vitamin_d"], 0, 1)


def test_it_is_the_nearest_of_all_combinations():
    model = a_model()
    frame = cohort(seed=8).frame.query("vitamin_d.notna()").head(4)
    columns = plausible(model)
    found = sought(model, frame, budget=196)
    for row, each in enumerate(found.patients):
        expected = nearest_by_hand(model, frame.iloc[[row]], columns, 196)
        assert (len(each.changes), pytest.approx(each.distance)) == expected


def nearest_by_hand(model, record, columns, budget):
    """Every single change, then every pair, no cleverness."""
    acted = model.risk(record)[0] >= THRESHOLD
    own = {c.column.name: record[c.column.name].iloc[0] for c in columns}
    for group in ([[c] for c in columns], [list(columns)]):
        reached = []
        for members in group:
            most = int(budget ** (1 / len(members)) + 1e-9)
            for values in product(*(c.values(own[c.column.name], most) for c in members)):
                trial = record.copy()
                for c, value in zip(members, values, strict=True):
                    trial[c.column.name] = [value]
                if (model.risk(trial)[0] >= THRESHOLD) != acted:
                    pairs = zip(members, values, strict=True)
                    reached.append(sum(c.distance(own[c.column.name], v) for c, v in pairs))
        if reached:
            return len(group[0]), min(reached)
    return 0, 0.0


def test_whole_numbers_stay_whole_and_categories_stay_categories():
    model = ByHand(lambda f: 0.2 + 0.2 * (f["sex"] == "M") * (f["age"] > 70), a_model())
    frame = cohort(seed=8).frame.query("sex == 'F' and age < 70").head(3)
    found = sought(model, frame, changeable=("age", "sex"), budget=3000)
    for each in found.patients:
        after = {change.column: change.after for change in each.changes}
        assert after["sex"] == "M"
        assert isinstance(after["age"], int)
        assert after["age"] == 71


def test_a_missing_value_stays_missing():
    model = ByHand(lambda f: np.where(f["vitamin_d"] > 60, 0.1, 0.5), a_model())
    frame = cohort(seed=8).frame.query("vitamin_d.isna()").head(3)
    found = sought(model, frame)
    assert not any(each.is_found for each in found.patients)


def test_the_protocols_range_bounds_what_is_plausible():
    wide = cohort().frame.assign(gait_speed=lambda f: f["gait_speed"] * 4)
    [gait] = plausible_columns(
        a_model(), protocol(), wide, changeable=["gait_speed"], quantiles=(0, 1)
    )
    assert gait.observed.max() <= 3.0


def test_what_the_model_does_not_read_cannot_change():
    with pytest.raises(ProtocolError, match="visit_year"):
        plausible(a_model(), changeable=["visit_year"])
    with pytest.raises(ProtocolError, match="rising quantiles"):
        plausible(a_model(), quantiles=(0.9, 0.1))


def test_the_same_patients_give_the_same_counterfactuals():
    assert sought() == sought()


def test_the_summary_is_plain_json_and_counts_everyone():
    told = json.loads(json.dumps(sought().as_dict(), allow_nan=False))
    assert told["found"] + told["none_within_plausible_ranges"] == told["patients"] == 25
    assert sum(told["by_changes"].values()) == told["found"]
    json.dumps([each.as_dict() for each in sought().patients], allow_nan=False)


def test_the_ranges_are_those_between_the_quantiles_with_how_often_each_column_changed():
    found = sought()
    told = {row["column"]: row for row in found.as_dict()["ranges"]}
    assert tuple(told) == CHANGEABLE
    for each in plausible(a_model()):
        row = told[each.column.name]
        low, high = np.nanquantile(cohort().frame[each.column.name], (0.05, 0.95))
        assert low <= row["lowest"] < row["highest"] <= high
        assert row["values"] == len(each.observed)
        assert row["unit"] == each.column.unit
        differs = [
            c for c in found.patients if each.column.name in {x.column for x in c.changes}
        ]
        assert row["changed"] == len(differs)


def test_a_category_has_no_range_but_its_values():
    [row] = sought(changeable=("sex",)).as_dict()["ranges"]
    assert (row["lowest"], row["highest"], row["values"]) == (None, None, 2)


def test_no_change_allowed_is_refused():
    with pytest.raises(NotEstimable, match="allow some"):
        sought(most_changes=0)


def test_of_nobody_nothing_is_asked():
    assert sought(frame=cohort().frame.head(0)).as_dict()["patients"] == 0


def test_a_column_no_development_patient_has_a_value_of_is_refused():
    with pytest.raises(NotEstimable, match="gait_speed — expected some among"):
        plausible_columns(
            a_model(),
            protocol(),
            cohort().frame.assign(gait_speed=np.nan),
            changeable=CHANGEABLE,
            quantiles=(0.05, 0.95),
        )
