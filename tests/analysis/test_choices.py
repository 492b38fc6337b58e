"""What the protocol chooses is a number, or is refused in words."""

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from probatum.analysis import calibration, decision, equity
from probatum.analysis.advantage import Rule
from probatum.analysis.choices import one_number, whole_number
from probatum.analysis.flips import change
from probatum.errors import NotEstimable

RNG = np.random.default_rng(7)
RISK = RNG.uniform(0.05, 0.95, 80)
OUTCOME = RNG.random(80) < RISK
GROUP = np.repeat(["A", "B"], 40)
PRICES = {"cost_test": 1, "cost_action": 10, "cost_missed": 100, "cost_found": 20}
RULE = {"equivalence_within": 0.02, "advantage_above": 0.0, "disadvantage_below": -0.02}
NO_NUMBERS = ["0.3", "high", None, [0.2, 0.3], [], 1j, pd.NA, pd.NaT]

CHOSEN = {
    "limit": lambda v: calibration.slope(OUTCOME, RISK, limit="" if v is None else v),
    "span": lambda v: calibration.ici(OUTCOME, RISK, span=v),
    "knots": lambda v: calibration.ici(OUTCOME, RISK, smoother="spline", knots=v),
    "points": lambda v: calibration.calibration_curve(OUTCOME, RISK, points=v),
    "groups": lambda v: calibration.calibration_curve(OUTCOME, RISK, groups=v),
    "groups —": lambda v: calibration.hosmer_lemeshow(
        OUTCOME, RISK, setting="validation", groups=v
    ),
    "bins": lambda v: calibration.ece(OUTCOME, RISK, bins=v),
    "threshold": lambda v: decision.net_benefit(OUTCOME, RISK, v),
    "horizon": lambda v: decision.net_benefit_survival(10 * RISK, OUTCOME, RISK, 0.3, v),
    "cost_missed": lambda v: decision.cost_per_outcome(
        OUTCOME, RISK, 0.3, **(PRICES | {"cost_missed": v})
    ),
    "minimum cell": lambda v: equity.rates_by_group(OUTCOME, RISK > 0.3, GROUP, minimum_cell=v),
    "minimum cell —": lambda v: equity.demographic_parity_difference(
        RISK > 0.3, GROUP, minimum_cell=v
    ),
    "threshold —": lambda v: equity.by_subgroup(
        OUTCOME, RISK, GROUP, threshold=v, minimum_cell=2
    ),
    "a threshold": lambda v: change(RISK, RISK, threshold=v),
    "bounds": lambda v: Rule(**(RULE | {"advantage_above": v})),
    "margin": lambda v: Rule(**(RULE | {"equivalence_within": v})),
}


@pytest.mark.parametrize("number", [5, 5.0, True + 4, np.int8(5), np.array(5), Decimal(5)])
def test_a_number_is_taken_as_it_is(number):
    assert one_number(number) == whole_number(number) == 5
    assert isinstance(one_number(number), float)


@pytest.mark.parametrize("chosen", [*NO_NUMBERS, np.nan, 10**400])
def test_what_is_no_number_lies_in_no_range(chosen):
    assert math.isnan(one_number(chosen))
    assert math.isnan(whole_number(chosen))


@pytest.mark.parametrize("number", [2.5, np.inf, -np.inf])
def test_a_part_of_a_group_is_no_number_of_groups(number):
    assert one_number(number) == number
    assert math.isnan(whole_number(number))


@pytest.mark.parametrize("name", CHOSEN)
@pytest.mark.parametrize("chosen", NO_NUMBERS, ids=repr)
def test_a_word_or_nothing_in_the_place_of_a_number_is_refused(name, chosen):
    with pytest.raises(NotEstimable, match=name):
        CHOSEN[name](chosen)


def test_a_number_of_points_may_come_as_a_float():
    assert calibration.calibration_curve(OUTCOME, RISK, points=10.0).risk.size == 10
