"""Group metrics agree with published examples and with independent software."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from probatum.analysis.equity import (
    against_reference,
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
    rates_by_group,
)
from probatum.analysis.equity.shares import difference, share

OUTCOME = [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
POSITIVE = [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0]
GROUP = list("bbabbcccaacabccbcc")
"""The 18 people of Fairlearn's user guide, common fairness metrics (read 2026-11-28)."""


@pytest.mark.parametrize(
    ("metric", "arguments", "printed"),
    [
        (demographic_parity_difference, (POSITIVE, GROUP), 0.25),
        (demographic_parity_ratio, (POSITIVE, GROUP), 2 / 3),
        (equalized_odds_difference, (OUTCOME, POSITIVE, GROUP), 1.0),
        (equalized_odds_ratio, (OUTCOME, POSITIVE, GROUP), 0.0),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_the_metrics_agree_with_the_fairlearn_user_guide(metric, arguments, printed):
    assert metric(*arguments).value == pytest.approx(printed)


def a_share(events, n, confidence=0.95):
    positive = np.arange(n) < events
    return share(positive, np.ones(n, bool), np.ones(n), confidence=confidence, name="rate")


@pytest.mark.parametrize(
    ("a", "b", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_a_difference_agrees_with_newcombes_examples(a, b, lower, upper):
    """Newcombe RG. Stat Med 1998;17:873-890, Table II, method 10 (from memory, not opened)."""
    found = difference(a_share(*a), a_share(*b), name="rate")
    assert found.interval == (pytest.approx(lower, abs=6e-5), pytest.approx(upper, abs=6e-5))


@pytest.mark.parametrize(
    ("a", "b"), [((56, 70), (48, 80)), ((0, 12), (3, 9)), ((5, 5), (7, 7))]
)
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_a_difference_agrees_with_statsmodels(a, b, confidence):
    found = difference(a_share(*a, confidence), a_share(*b, confidence), name="rate")
    expected = confint_proportions_2indep(*a, *b, method="newcomb", alpha=1 - confidence)
    assert found.interval == pytest.approx(expected, abs=1e-10)


def test_tests_against_a_reference_and_their_adjustment_agree_with_r():
    """
    R 4.2.2, stats 4.2.2, 2026-11-28:

    > x <- c(30, 45, 18, 9); n <- c(100, 90, 60, 20)
    > p <- sapply(2:4, function(k)
    +   prop.test(c(x[k], x[1]), c(n[k], n[1]), correct = FALSE)$p.value)
    > p
    [1] 0.00486101150537462 1.00000000000000000 0.19106301404569434
    > p.adjust(p, "holm")                      # and "hochberg", the same here
    [1] 0.0145830345161239 1.0000000000000000 0.3821260280913887
    """
    selected, sizes = [30, 45, 18, 9], [100, 90, 60, 20]
    positive = np.concatenate([np.arange(n) < k for k, n in zip(selected, sizes, strict=True)])
    y = np.concatenate([np.arange(n) % 2 for n in sizes])
    group = np.repeat(list("ABCD"), sizes)
    for adjustment in ("holm", "hochberg"):
        rows = [
            row
            for row in against_reference(
                y, positive, group, reference="A", minimum_cell=5, adjustment=adjustment
            )
            if row.rate == "selection_rate"
        ]
        assert [row.difference.p_value for row in rows] == pytest.approx(
            [0.00486101150537462, 1.0, 0.19106301404569434], rel=1e-10
        )
        assert [row.adjusted_p_value for row in rows] == pytest.approx(
            [0.0145830345161239, 1.0, 0.3821260280913887], rel=1e-10
        )


def test_rates_agree_with_wilson_intervals_of_hmisc():
    """
    R 4.2.2, Hmisc 4.8.0, 2026-11-28: binconf(c(30, 9), c(100, 20), method = "wilson")
    """
    positive = np.concatenate([np.arange(100) < 30, np.arange(20) < 9])
    y = np.arange(120) % 2
    rows = rates_by_group(y, positive, np.repeat(["A", "D"], [100, 20]), minimum_cell=5)
    assert [row.selection_rate.interval for row in rows] == [
        pytest.approx((0.218948852949, 0.395848546333), rel=1e-10),
        pytest.approx((0.258197858256, 0.657914657550), rel=1e-10),
    ]
