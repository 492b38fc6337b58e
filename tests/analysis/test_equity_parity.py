"""Are patients of each group selected, found and spared as often as those of the others?"""

import json

import numpy as np
import pytest

from probatum.analysis.calibration import in_the_large, observed_expected, slope
from probatum.analysis.equity import (
    against_reference,
    calibration_by_group,
    demographic_parity_difference,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equal_opportunity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
    false_positive_rate_difference,
    false_positive_rate_ratio,
    rates_by_group,
)
from probatum.analysis.proportion import proportion
from probatum.errors import NotEstimable

OF_OUTCOME = (
    equal_opportunity_difference,
    equal_opportunity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
    false_positive_rate_difference,
    false_positive_rate_ratio,
)


def decisions(**groups):
    """Outcome, decision and label from tp, fn, fp, tn of each group."""
    y, t, labels = [], [], []
    for label, (tp, fn, fp, tn) in groups.items():
        y += [1] * (tp + fn) + [0] * (fp + tn)
        t += [1] * tp + [0] * fn + [1] * fp + [0] * tn
        labels += [label] * (tp + fn + fp + tn)
    return np.array(y), np.array(t), np.array(labels)


TWO = {"A": (30, 10, 20, 40), "B": (10, 10, 5, 45)}
"""Selected 50 of 100 and 15 of 70; found 3/4 and 1/2; false alarms 1/3 and 1/10."""


def test_differences_between_groups_worked_by_hand():
    y, t, group = decisions(**TWO)
    assert demographic_parity_difference(t, group).value == pytest.approx(0.5 - 15 / 70)
    assert equal_opportunity_difference(y, t, group).value == pytest.approx(0.25)
    assert false_positive_rate_difference(y, t, group).value == pytest.approx(1 / 3 - 0.1)
    assert equalized_odds_difference(y, t, group).value == pytest.approx(0.25)


def test_ratios_between_groups_worked_by_hand():
    y, t, group = decisions(**TWO)
    assert demographic_parity_ratio(t, group).value == pytest.approx(15 / 70 / 0.5)
    assert equal_opportunity_ratio(y, t, group).value == pytest.approx(2 / 3)
    assert false_positive_rate_ratio(y, t, group).value == pytest.approx(0.3)
    assert equalized_odds_ratio(y, t, group).value == pytest.approx(0.3)


def test_of_two_groups_the_interval_is_newcombes():
    """Square and add the Wilson bounds of 30 of 40 and 10 of 20."""
    y, t, group = decisions(**TWO)
    a, b = proportion(30, 40), proportion(10, 20)
    found = equal_opportunity_difference(y, t, group)
    assert found.lower == pytest.approx(
        max(0, 0.25 - np.hypot(0.75 - a.lower, b.upper - 0.5)), abs=1e-12
    )
    assert found.upper == pytest.approx(0.25 + np.hypot(a.upper - 0.75, 0.5 - b.lower))
    assert found.se is None


def test_the_interval_of_a_ratio_squares_and_adds_both_wilson_intervals():
    """Its bounds are where (1/2 - r 3/4)^2 is what both distances make."""
    y, t, group = decisions(**TWO)
    a, b = proportion(30, 40), proportion(10, 20)
    found = equal_opportunity_ratio(y, t, group)
    r = found.lower
    assert (0.5 - r * 0.75) ** 2 == pytest.approx(
        (0.5 - b.lower) ** 2 + r**2 * (a.upper - 0.75) ** 2
    )
    assert found.upper == 1


def test_rates_clearly_apart_have_a_ratio_clearly_below_one():
    _, t, group = decisions(A=(0, 0, 90, 10), B=(0, 0, 30, 70))
    a, b = proportion(90, 100), proportion(30, 100)
    r = demographic_parity_ratio(t, group).upper
    assert r < 0.5
    assert (0.3 - r * 0.9) ** 2 == pytest.approx(
        (b.upper - 0.3) ** 2 + r**2 * (0.9 - a.lower) ** 2
    )


def test_a_group_never_selected_leaves_a_ratio_of_nothing_with_a_bound():
    _, t, group = decisions(A=(0, 0, 20, 20), B=(0, 0, 0, 40))
    found = demographic_parity_ratio(t, group)
    assert (found.value, found.lower) == (0, 0)
    assert 0 < found.upper < 0.5


def test_more_groups_widen_the_interval_of_the_largest_difference():
    y, t, group = decisions(**TWO)
    more = decisions(**TWO, C=(15, 10, 10, 50), D=(16, 10, 10, 50))
    two, four = equal_opportunity_difference(y, t, group), equal_opportunity_difference(*more)
    assert two.value == pytest.approx(four.value)
    assert four.upper > two.upper
    assert "6 differences at once" in four.method


def test_groups_selected_alike_are_in_parity():
    _, t, group = decisions(A=(5, 5, 5, 5), B=(50, 50, 50, 50))
    assert demographic_parity_difference(t, group).value == 0
    assert demographic_parity_difference(t, group).lower == 0
    assert demographic_parity_ratio(t, group).interval[1] == 1


def test_nobody_selected_anywhere_has_no_ratio():
    y, t, group = decisions(A=(0, 5, 0, 5), B=(0, 5, 0, 5))
    assert demographic_parity_difference(t, group).value == 0
    with pytest.raises(NotEstimable, match="report the difference"):
        demographic_parity_ratio(t, group)
    with pytest.raises(NotEstimable, match="report the difference"):
        equalized_odds_ratio(y, t, group)


def test_a_group_without_events_is_refused_where_events_count():
    y, t, group = decisions(A=(5, 5, 5, 5), B=(0, 0, 5, 5))
    assert false_positive_rate_difference(y, t, group).value == 0
    for metric in (equal_opportunity_difference, equalized_odds_difference):
        with pytest.raises(NotEstimable, match="1 smaller groups"):
            metric(y, t, group)


@pytest.mark.parametrize("metric", OF_OUTCOME, ids=lambda f: f.__name__)
def test_a_group_below_the_minimum_cell_is_refused_and_not_left_out(metric):
    y, t, group = decisions(**TWO, C=(4, 4, 4, 4))
    assert metric(y, t, group, minimum_cell=8).n == y.size
    with pytest.raises(NotEstimable, match=r"at least 9 .* 1 smaller groups"):
        metric(y, t, group, minimum_cell=9)


@pytest.mark.parametrize("metric", OF_OUTCOME, ids=lambda f: f.__name__)
def test_one_group_is_compared_with_nobody(metric):
    y, t, _ = decisions(**TWO)
    with pytest.raises(NotEstimable, match="at least two groups"):
        metric(y, t, np.full(y.size, "A"))


@pytest.mark.parametrize("metric", OF_OUTCOME, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda y, t, g: (y[1:], t, g), "one length"),
        (lambda y, t, g: (y, t, g[1:]), "a label for each"),
        (lambda y, t, g: (y, t * 0.5, g), "positive — expected 0 or 1"),
        (lambda y, t, g: (y * 0.5, t, g), "outcome — expected 0 or 1"),
        (lambda y, t, g: (y, t, np.where(g == "A", None, g)), "missing"),
        (lambda y, t, g: ([], [], []), "at least one patient"),
    ],
)
def test_nonsense_is_in_no_parity(metric, change, told):
    with pytest.raises(NotEstimable, match=told):
        metric(*change(*decisions(**TWO)))


def test_rates_of_a_group_are_its_shares():
    y, t, group = decisions(**TWO)
    row = rates_by_group(y, t, group, minimum_cell=10)[0]
    assert row.selection_rate.interval == pytest.approx(proportion(50, 100).interval)
    assert row.true_positive_rate.interval == pytest.approx(proportion(30, 40).interval)
    assert row.false_positive_rate.interval == pytest.approx(proportion(20, 60).interval)
    assert "true positive rate" in row.true_positive_rate.method


def test_a_group_too_small_has_a_row_without_rates():
    y, t, group = decisions(**TWO, C=(1, 1, 1, 1))
    rows = {row.label: row for row in rates_by_group(y, t, group, minimum_cell=10)}
    assert (rows["C"].status, rows["C"].n) == ("too small to report", None)
    assert rows["B"].status == "withheld to protect another group"
    assert json.loads(json.dumps(rows["C"].as_dict()))["selection_rate"] is None


def test_each_group_against_the_reference_worked_by_hand():
    """Holm over two groups: the smaller p-value twice, the larger at least that."""
    groups = decisions(**TWO, C=(15, 10, 10, 50))
    rows = against_reference(*groups, reference="A", minimum_cell=10)
    found = [row for row in rows if row.rate == "true_positive_rate"]
    assert [(row.label, row.difference.value) for row in found] == [
        ("B", pytest.approx(-0.25)),
        ("C", pytest.approx(0.6 - 0.75)),
    ]
    pooled = 40 / 60
    z = -0.25 / np.sqrt(pooled * (1 - pooled) * (1 / 40 + 1 / 20))
    assert found[0].difference.statistic == pytest.approx(z)
    alone = [row.difference.p_value for row in found]
    assert found[0].adjusted_p_value == pytest.approx(2 * min(alone))
    assert found[1].adjusted_p_value == pytest.approx(max(2 * min(alone), max(alone)))
    assert "Holm over 2 groups" in found[0].adjustment


def test_each_group_is_told_as_so_many_times_the_reference():
    """Found 1/2 of B's events and 3/4 of A's: two thirds, bounded as of two groups alone."""
    y, t, group = decisions(**TWO)
    row = against_reference(y, t, group, reference="A", minimum_cell=10)[1]
    assert row.ratio.value == pytest.approx(2 / 3)
    assert row.ratio.lower == equal_opportunity_ratio(y, t, group).lower
    assert row.ratio.lower < 2 / 3 < row.ratio.upper
    assert (row.ratio.n, row.as_dict()["ratio"]["value"]) == (60, row.ratio.value)


def test_a_reference_nobody_of_which_is_selected_leaves_no_ratio_and_a_difference():
    groups = decisions(A=(0, 20, 0, 40), B=(20, 15, 15, 45))
    row = against_reference(*groups, reference="A", minimum_cell=10)[0]
    assert row.ratio is None
    assert row.difference.value == pytest.approx(35 / 95)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"reference": "Z"}, "expected the label of a group"),
        ({"reference": "A", "minimum_cell": 1}, "minimum cell"),
        ({"reference": "B", "minimum_cell": 25}, "choose a larger group"),
        ({"reference": "A", "adjustment": "none"}, "adjustment"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(options, told):
    with pytest.raises(NotEstimable, match=told):
        against_reference(*decisions(**TWO), **({"minimum_cell": 10} | options))


def a_risk_cohort(n=900):
    rng = np.random.default_rng(12)
    risk = rng.beta(2, 5, n)
    return rng.random(n) < risk, risk, rng.choice(["F", "M"], n)


def test_calibration_of_a_group_is_that_of_its_patients():
    y, p, group = a_risk_cohort()
    row = calibration_by_group(y, p, group, minimum_cell=20)[0]
    women = group == "F"
    assert row.in_the_large == in_the_large(y[women], p[women])
    assert row.slope == slope(y[women], p[women])
    assert row.observed_expected == observed_expected(y[women], p[women])
    assert row.note == ""


def test_right_on_the_whole_and_wrong_in_each_group_shows():
    y, p, group = a_risk_cohort(4000)
    wrong = np.where(group == "F", 1.3 * p, 0.7 * p).clip(0.001, 0.999)
    f, m = calibration_by_group(y, wrong, group, minimum_cell=20)
    assert f.observed_expected.upper < 1 < m.observed_expected.lower


def test_a_group_whose_risks_separate_it_has_no_slope_and_says_why():
    y = np.array([1] * 10 + [0] * 10 + [1, 0] * 20)
    p = np.array([0.8] * 10 + [0.2] * 10 + [0.4, 0.6, 0.6, 0.4] * 10)
    rows = calibration_by_group(y, p, ["A"] * 20 + ["B"] * 40, minimum_cell=5)
    assert rows[0].slope is None
    assert "separation" in rows[0].as_dict()["note"]
    assert rows[1].slope is not None
    assert json.dumps([row.as_dict() for row in rows], allow_nan=False)


def test_a_group_of_whom_no_event_is_expected_has_no_ratio_and_keeps_the_others_theirs():
    y, p = [1, 0] * 20, [0.0] * 20 + [0.4, 0.6, 0.6, 0.4] * 5
    rows = calibration_by_group(y, p, ["A"] * 20 + ["B"] * 20, minimum_cell=5, limit=0.01)
    assert rows[0].in_the_large is not None
    assert (rows[0].observed_expected, rows[0].slope) == (None, None)
    assert "expected some predicted events" in rows[0].note
    assert "risks that differ" in rows[0].note
    assert rows[1].observed_expected.value == pytest.approx(1)


@pytest.mark.parametrize("options", [{}, {"limit": 0.7}, {"confidence": 2, "limit": 0.01}])
def test_what_is_wrong_for_every_group_is_refused_and_no_note(options):
    with pytest.raises(NotEstimable):
        calibration_by_group(
            [1, 0] * 20, [0.0, 0.5] * 20, ["A"] * 40, minimum_cell=5, **options
        )
