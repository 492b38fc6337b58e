"""Group metrics agree with published examples and with independent software."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from probatum.analysis.equity import (
    against_reference,
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
from probatum.analysis.equity.shares import difference, ratio, share

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


SERIES = np.arange(1, 241)
RISK = SERIES * 37 % 101 / 101
EVENT = SERIES * 29 % 97 / 97 < RISK
SELECTED = (2 * RISK + (SERIES * 53 + 7) % 103 / 103) / 3 >= 0.5
WARD = np.array(list("abc"))[SERIES * SERIES % 7 % 4]
"""
Fairlearn 0.15.0 (scikit-learn 1.9.1), 2026-11-28, y, t and group made as above; with
sample_params {name: {"sample_weight": 1 + SERIES % 5}} for the weighted numbers:

>>> frame = MetricFrame(metrics={"selection_rate": selection_rate, "true_positive_rate":
...     true_positive_rate, "false_positive_rate": false_positive_rate},
...     y_true=y, y_pred=t, sensitive_features=group)
>>> frame.by_group; frame.difference("between_groups"); frame.ratio("between_groups")
>>> equalized_odds_difference(y, t, sensitive_features=group)   # and equalized_odds_ratio
"""

BY_FAIRLEARN = {
    None: {
        "selection_rate": (0.5145631067961165, 0.5072463768115942, 0.47058823529411764),
        "true_positive_rate": (0.7407407407407407, 0.7142857142857143, 0.6875),
        "false_positive_rate": (0.2653061224489796, 0.29411764705882354, 0.2777777777777778),
        "difference": (0.04397487150199886, 0.0532407407407407, 0.02881152460984393),
        "ratio": (0.9145394006659268, 0.9281250000000001, 0.9020408163265307),
        "odds": (0.0532407407407407, 0.9020408163265307),
    },
    "weighted": {
        "selection_rate": (0.5032258064516129, 0.5073170731707317, 0.45365853658536587),
        "true_positive_rate": (0.71875, 0.6666666666666666, 0.6565656565656566),
        "false_positive_rate": (0.2733333333333333, 0.32989690721649484, 0.2641509433962264),
        "difference": (0.053658536585365846, 0.062184343434343425, 0.06574596382026843),
        "ratio": (0.8942307692307693, 0.9134826526130874, 0.8007075471698113),
        "odds": (0.06574596382026843, 0.8007075471698113),
    },
}


@pytest.mark.parametrize("weighted", BY_FAIRLEARN)
def test_rates_of_groups_and_what_lies_between_them_agree_with_fairlearn(weighted):
    weight = None if weighted is None else 1.0 + SERIES % 5
    told = BY_FAIRLEARN[weighted]
    rows = rates_by_group(EVENT, SELECTED, WARD, minimum_cell=10, weight=weight)
    for rate in ("selection_rate", "true_positive_rate", "false_positive_rate"):
        found = [getattr(row, rate).value for row in rows]
        assert found == pytest.approx(told[rate], rel=1e-14)

    def of(*metrics):
        first, *rest = metrics
        return [
            first(SELECTED, WARD, weight=weight).value,
            *(metric(EVENT, SELECTED, WARD, weight=weight).value for metric in rest),
        ]

    differences = of(
        demographic_parity_difference,
        equal_opportunity_difference,
        false_positive_rate_difference,
        equalized_odds_difference,
    )
    ratios = of(
        demographic_parity_ratio,
        equal_opportunity_ratio,
        false_positive_rate_ratio,
        equalized_odds_ratio,
    )
    assert differences == pytest.approx([*told["difference"], told["odds"][0]], rel=1e-12)
    assert ratios == pytest.approx([*told["ratio"], told["odds"][1]], rel=1e-12)


def a_share(events, n, confidence=0.95):
    positive = np.arange(n) < events
    return share(positive, np.ones(n, bool), np.ones(n), confidence=confidence, name="rate")


@pytest.mark.parametrize(
    ("a", "b", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524314724024, 0.333872654037),
        ((9, 10), (3, 10), 0.170522723935, 0.809017973535),
        ((10, 10), (0, 20), 0.679086037142, 1.0),
    ],
)
def test_a_difference_agrees_with_newcombes_method_10_in_epi(a, b, lower, upper):
    """
    R 4.2.2, Epi 2.47, 2026-11-28, for 56 of 70 and 48 of 80, and so on:

    > ci.pd(56, 48, 14, 32, print = FALSE)      # Newcombe RG. Stat Med 1998;17:873-890
    """
    found = difference(a_share(*a), a_share(*b), name="rate")
    assert found.interval == pytest.approx((lower, upper), rel=1e-11)


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


@pytest.mark.parametrize(
    ("a", "expected"),
    [
        ((45, 90), (1.66666666666667, 1.16453101302389, 2.39673644628473)),
        ((18, 60), (1.0, 0.610809334953015, 1.600737086621763)),
        ((9, 20), (1.5, 0.810240067199535, 2.460279075241104)),
    ],
)
def test_a_ratio_agrees_with_its_definition_solved_in_r(a, expected):
    """
    R 4.2.2, Hmisc 4.8.0, 2026-11-28; x of n against y of m = 30 of 100:

    > a <- binconf(x, n, method = "wilson"); b <- binconf(y, m, method = "wilson")
    > p <- x/n; q <- y/m
    > h <- function(la, ub) function(r) (p - r*q)^2 - (p - la)^2 - r^2*(ub - q)^2
    > uniroot(h(a[2], b[3]), c(0, p/q), tol = 1e-15)$root
    > uniroot(h(a[3], b[2]), c(p/q, 50), tol = 1e-15)$root
    """
    found = ratio(a_share(*a), a_share(30, 100), name="rate")
    assert (found.value, *found.interval) == pytest.approx(expected, rel=1e-12)


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
