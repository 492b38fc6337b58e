"""Is the model still doing, patient after patient, what it did when it was validated?"""

import json

import numpy as np
import pytest

from probatum.analysis.monitoring import (
    cusum,
    cusum_run_length,
    ewma,
    ewma_run_length,
    limit_for_run_length,
    risk_adjusted_cusum,
    risk_adjusted_limit,
    risk_adjusted_run_length,
    simulated_run_length,
)
from probatum.errors import NotEstimable

RISK = np.linspace(0.01, 0.4, 40)


def test_cumulative_sums_worked_by_hand():
    """z = 1, 2, -3, -2; C+ = .5, 2, 0, 0 and C- = 0, 0, -2.5, -4 with an allowance of .5."""
    chart = cusum([12, 14, 4, 6], target=10, sd=2, k=0.5, h=4)
    assert chart.rise.tolist() == [0.5, 2, 0, 0]
    assert chart.fall.tolist() == [0, 0, -2.5, -4]
    assert (chart.first_signal, chart.direction) == (3, "fall")


def test_a_weighted_average_worked_by_hand():
    """Z = 1/2, 5/4, 13/8 standard deviations of 2; long-run sd sqrt((1/2)/(3/2))."""
    chart = ewma([12, 14, 14], target=10, sd=2, smoothing=0.5, limit=2.5)
    assert chart.rise.tolist() == [11, 12.5, 13.25]
    assert chart.rise_limit == pytest.approx(10 + 2 * 2.5 / np.sqrt(3))
    assert (chart.first_signal, chart.direction) == (2, "rise")


def test_exact_limits_start_at_the_variance_of_one_value():
    """Var Z_1 = lambda^2, Var Z_2 = lambda^2 (1 + (1 - lambda)^2)."""
    chart = ewma([0, 0], target=0, sd=1, smoothing=0.2, limit=3, spread="exact")
    assert chart.rise_limit == pytest.approx([0.6, 0.6 * np.sqrt(1.64)])
    assert chart.fall_limit == pytest.approx([-0.6, -0.6 * np.sqrt(1.64)])


def test_evidence_of_harm_worked_by_hand():
    """Weights ln 2 - ln 1.1, -ln 1.5 (to 0 at least), ln 2 - ln 1.2."""
    chart = risk_adjusted_cusum([1, 0, 1], [0.1, 0.5, 0.2], odds_ratio=2, limit=0.55)
    first = np.log(2 / 1.1)
    third = first - np.log(1.5) + np.log(2 / 1.2)
    assert chart.rise == pytest.approx([first, first - np.log(1.5), third])
    assert chart.first_signal == 0
    assert chart.fall is None


def test_evidence_of_improvement_is_written_below_zero():
    """No event at risk .5 and odds ratio 1/2: -ln(1 - .5 + .25) = ln 4/3."""
    chart = risk_adjusted_cusum([0, 0], [0.5, 0.5], odds_ratio=0.5, limit=0.5)
    assert chart.fall == pytest.approx([-np.log(4 / 3), -2 * np.log(4 / 3)])
    assert (chart.first_signal, chart.direction) == (1, "fall")
    assert chart.rise is None


def test_a_statistic_that_reaches_its_limit_signals():
    assert cusum([5], target=0, sd=1, k=1, h=4).first_signal == 0


def test_a_quiet_chart_has_no_signal():
    chart = cusum([0, 0.1, -0.1], target=0, sd=1, k=0.5, h=4)
    assert chart.first_signal is None
    assert chart.direction is None
    assert chart.n == 3


def test_one_side_is_watched_when_one_is_asked_for():
    chart = cusum([-9, -9], target=0, sd=1, k=0.5, h=4, side="upper")
    assert chart.first_signal is None
    assert chart.fall is None
    assert cusum([-9], target=0, sd=1, k=0.5, h=4, side="lower").direction == "fall"


def test_a_shewhart_chart_signals_at_each_tail():
    """Smoothing 1: each patient alone; 1 / (2 Phi(-3)) = 370.4."""
    for spread in ("asymptotic", "exact"):
        found = ewma_run_length(1.0, 3.0, spread=spread).mean
        assert found == pytest.approx(370.3983473, rel=1e-9)


def test_a_sum_with_hardly_a_limit_signals_when_a_value_exceeds_its_allowance():
    """1 / Phi(-k) as h goes to 0."""
    assert cusum_run_length(1.0, 1e-9, side="upper").mean == pytest.approx(6.302974, rel=1e-6)


def test_a_chart_and_its_line_are_as_they_are_in_evidence():
    chart = ewma([1, 2], target=0, sd=1, smoothing=0.1, limit=3)
    told = json.loads(json.dumps(chart.as_dict(), allow_nan=False))
    assert told["rise"] == chart.rise.tolist()
    assert "fall_limit" in told
    assert "fall" not in cusum([1], target=0, sd=1, k=0.5, h=4, side="upper").as_dict()
    with pytest.raises(ValueError, match="read-only"):
        chart.rise[0] = 0


def test_results_of_run_lengths_are_plain_values():
    found = simulated_run_length(2, k=0.5, patients=30, seed=1, baselines=100)
    for result in (found, cusum_run_length(0.5, 4), limit_for_run_length(9, k=0.5)):
        assert json.loads(json.dumps(result.as_dict(), allow_nan=False)) == result.as_dict()
    assert float(cusum_run_length(0.5, 4)) == cusum_run_length(0.5, 4).mean


def test_the_same_seed_gives_the_same_baselines():
    first, again, other = (
        simulated_run_length(4, k=0.5, patients=30, seed=seed, baselines=100)
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first.mean != other.mean


def test_a_sum_that_never_leaves_zero_ends_by_the_other():
    """A shift of 100 signals at once; the sum for a fall would run for ever."""
    assert cusum_run_length(0.5, 5, 100).mean == 1
    found = simulated_run_length(5, k=0.5, patients=99, seed=1, baselines=100, shift=60)
    assert (found.mean, found.nominal) == (1, 1)


def test_run_lengths_beyond_counting_are_told():
    found = simulated_run_length(14, k=1.0, patients=5, seed=1, baselines=100)
    assert "beyond 1e+12 count as that" in found.method


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"values": []}, "at least one patient"),
        ({"values": [1, np.nan]}, "1 missing or infinite of 2"),
        ({"sd": 0}, "sd — expected a finite number above 0"),
        ({"sd": "1"}, "sd"),
        ({"target": None}, "target"),
        ({"k": [0.5]}, "k"),
        ({"sd": np.nan}, "sd"),
        ({"target": np.inf}, "target"),
        ({"k": -1}, "k — expected an allowance of at least 0"),
        ({"h": 0}, "h — expected a finite number above 0"),
        ({"side": "up"}, "both, upper or lower"),
    ],
)
def test_a_cumulative_sum_refuses_nonsense(choice, told):
    sound = {"values": [1, 2], "target": 0, "sd": 1, "k": 0.5, "h": 4}
    with pytest.raises(NotEstimable, match=told):
        cusum(**(sound | choice))


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"smoothing": 0}, "smoothing"),
        ({"smoothing": 1.1}, "smoothing"),
        ({"smoothing": "slow"}, "smoothing"),
        ({"limit": -1}, "limit"),
        ({"spread": "wide"}, "asymptotic or exact"),
    ],
)
def test_a_weighted_average_refuses_nonsense(choice, told):
    sound = {"smoothing": 0.1, "limit": 3}
    with pytest.raises(NotEstimable, match=told):
        ewma([1, 2], target=0, sd=1, **(sound | choice))
    with pytest.raises(NotEstimable, match=told):
        ewma_run_length(**(sound | choice))


@pytest.mark.parametrize(
    ("outcome", "risk", "odds_ratio", "limit", "told"),
    [
        ([1, 0], [0.1], 2, 1, "one length"),
        ([1, 2], [0.1, 0.2], 2, 1, "0 or 1"),
        ([1, 0], [0.1, 1.2], 2, 1, "probabilities"),
        ([1, 0], [0.0, 0.2], 2, 1, "refuted"),
        ([1, 0], [0.1, 1.0], 2, 1, "refuted"),
        ([1, 0], [0.1, 0.2], 1, 1, "no change"),
        ([1, 0], [0.1, 0.2], -2, 1, "odds ratio"),
        ([1, 0], [0.1, 0.2], "two", 1, "odds ratio"),
        ([1, 0], [0.1, 0.2], 2, 0, "limit"),
    ],
)
def test_a_risk_adjusted_chart_refuses_nonsense(outcome, risk, odds_ratio, limit, told):
    with pytest.raises(NotEstimable, match=told):
        risk_adjusted_cusum(outcome, risk, odds_ratio=odds_ratio, limit=limit)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: cusum_run_length(-1, 4), "k"),
        (lambda: cusum_run_length(0.5, 0), "h"),
        (lambda: cusum_run_length(0.5, 4, np.nan), "shift"),
        (lambda: cusum_run_length(0.5, 40), "set a lower limit"),
        (lambda: cusum_run_length(0.5, 1e5), "less than 800 standard deviations"),
        (lambda: ewma_run_length(0.1, 1e308), "less than 800 standard deviations"),
        (lambda: limit_for_run_length("500", k=0.5), "run length"),
        (
            lambda: limit_for_run_length(500, k=0.5, patients=50, seed=1, assurance="high"),
            "assurance",
        ),
        (
            lambda: simulated_run_length(4, k=0.5, patients=2.5, seed=1),
            "at least 2 patients",
        ),
        (lambda: cusum_run_length(0.5, 5, -100, side="upper"), "set a lower limit"),
        (
            lambda: simulated_run_length(4, k=0.5, patients=9, seed=-1),
            "seed — expected a whole",
        ),
        (lambda: risk_adjusted_run_length([0, 1], odds_ratio=2, limit=3), "in doubt"),
        (lambda: risk_adjusted_run_length(RISK, odds_ratio=2, limit=30), "lower limit"),
        (lambda: risk_adjusted_limit(RISK, odds_ratio=2, run_length=1), "more than 1"),
        (lambda: limit_for_run_length(500), "k .a CUSUM. or smoothing"),
        (lambda: limit_for_run_length(500, k=0.5, smoothing=0.1), "or smoothing"),
        (lambda: limit_for_run_length(500, smoothing=0.1, side="upper"), "both for an EWMA"),
        (lambda: limit_for_run_length(500, k=0.5, patients=50), "a seed"),
        (lambda: limit_for_run_length(1.2, k=0.5), "without limits"),
        (
            lambda: simulated_run_length(4, k=0.5, patients=1, seed=1),
            "at least 2 patients",
        ),
        (
            lambda: simulated_run_length(4, k=0.5, patients=9, seed=1, baselines=9),
            "100 baselines",
        ),
    ],
)
def test_run_lengths_refuse_nonsense(ask, told):
    with pytest.raises(NotEstimable, match=told):
        ask()
