"""Are the patients who arrive now still those the model was validated on?"""

import numpy as np
import pytest

from probatum.analysis.drift import (
    jensen_shannon,
    ks,
    missing_share,
    psi,
    psi_categorical,
    standardised_difference,
)
from probatum.errors import NotEstimable

NUMERIC = [psi, jensen_shannon, ks, standardised_difference]


def test_stability_index_worked_by_hand():
    """Shares 1/2, 1/2 then 3/4, 1/4: 1/4 ln 3/2 + 1/4 ln 2 = (ln 3)/4."""
    found = psi([1, 2, 3, 4], [1, 1, 2, 9], bins=2)
    assert found.value == pytest.approx(np.log(3) / 4)
    assert found.statistic == pytest.approx(np.log(3) / 4 * 2)  # nm/(n + m) = 2
    assert found.df == 1


def test_stability_index_of_a_category_worked_by_hand():
    """(0.6 - 0.5) ln(0.6/0.5) + (0.4 - 0.5) ln(0.4/0.5)."""
    found = psi_categorical(["F", "M"] * 50, ["F"] * 60 + ["M"] * 40)
    assert found.value == pytest.approx(0.1 * np.log(1.2) - 0.1 * np.log(0.8))


def test_standardised_difference_worked_by_hand():
    """Means 2 and 3, variances 1 and 1; SE^2 = 1/3 + 1/3 + 1/12."""
    found = standardised_difference([1, 2, 3], [2, 3, 4])
    assert found.value == pytest.approx(1)
    assert found.se == pytest.approx(np.sqrt(0.75))


def test_jensen_shannon_distance_worked_by_hand():
    """Shares (1/2, 1/2) and (1, 0): 1/2 (ln 2/3 + ln 2)/2 + 1/2 ln 4/3, in bits, rooted."""
    nats = (0.5 * np.log(2 / 3) + 0.5 * np.log(2)) / 2 + 0.5 * np.log(4 / 3)
    found = jensen_shannon([0, 1], [0, 0], bins=2)
    assert found.value == pytest.approx(np.sqrt(nats / np.log(2)))


def test_kolmogorov_smirnov_worked_by_hand():
    found = ks([1, 2, 3, 4], [3, 4, 5, 6])
    assert found.value == 0.5
    assert found.interval == (0, 1)  # four patients a side say little


def test_the_bins_are_those_of_the_reference_alone():
    reference = np.arange(100.0)
    moved, moved_further = reference + 500, reference + 5000
    assert psi(reference, moved).value == psi(reference, moved_further).value


def test_a_bin_nobody_falls_into_counts_as_half_a_patient_and_is_told():
    found = psi([1, 2, 3, 4], [1, 1, 1, 1], bins=2)
    expected = 0.5 * np.log(2) + (0.125 - 0.5) * np.log(0.125 / 0.5)
    assert found.value == pytest.approx(expected)
    assert "1 filled on one side only" in found.method


def test_a_category_never_seen_before_is_not_lost():
    found = psi_categorical(["F", "M"] * 50, ["F", "M"] * 49 + ["X", "X"])
    assert found.df == 2
    assert found.value > 0


def test_missing_is_a_category_of_its_own():
    found = psi_categorical(["F", "M"] * 50, ["F", "M"] * 10 + [None] * 80)
    assert found.value > 1


@pytest.mark.parametrize("moved", [3.0, 7.0])
def test_a_constant_that_moves_is_seen(moved):
    assert psi(np.full(50, 5.0), np.full(50, moved)).value > 1


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_yes_or_no_item_gives_the_index_of_its_two_shares(share):
    before, after = (np.arange(100) < 100 * s for s in (share, 0.3))
    expected = psi_categorical(before, after).value
    assert psi(before, after).value == pytest.approx(expected)


def test_the_share_of_missing_values_that_a_monitor_must_not_sleep_through():
    column = np.array([1.0] * 9 + [np.nan] * 91)
    found = missing_share(column)
    assert found.value == 0.91
    assert 0.83 < found.lower < 0.91 < found.upper < 0.96


def test_missing_values_of_every_kind_are_counted():
    assert missing_share(["a", None, float("nan"), ""]).value == 0.5


def test_no_drift_still_has_an_interval():
    found = psi(np.arange(1000), np.arange(1000))
    assert found.value == 0
    assert found.lower == 0
    assert 0 < found.upper < 0.1
    assert found.p_value == 1


def test_the_interval_of_the_index_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(4)
    truth = psi(rng.normal(size=200_000), rng.normal(0.3, size=200_000)).value
    held = 0
    for _ in range(200):
        found = psi(rng.normal(size=600), rng.normal(0.3, size=400))
        held += found.lower <= truth <= found.upper
    assert 0.88 <= held / 200 <= 0.99


@pytest.mark.parametrize("index", NUMERIC)
@pytest.mark.parametrize(
    ("reference", "current", "told"),
    [
        ([], [1, 2], "at least one patient"),
        ([1, 2], [], "at least one patient"),
        ([1, np.nan], [1, 2], "missing"),
        ([1, 2], [np.inf, 2], "infinite"),
        (["a", "b"], [1, 2], "expected numbers"),
    ],
)
def test_values_that_are_none_are_refused(index, reference, current, told):
    with pytest.raises(NotEstimable, match=told):
        index(reference, current)


@pytest.mark.parametrize("index", [psi, jensen_shannon, psi_categorical])
def test_one_value_for_all_has_no_shape_to_lose(index):
    with pytest.raises(NotEstimable, match="one value for all"):
        index([1, 1], [1, 1])


@pytest.mark.parametrize("share", [psi_categorical, lambda _, now: missing_share(now)])
def test_several_values_a_patient_are_no_column(share):
    with pytest.raises(NotEstimable, match=r"one value a patient, got shape \(1, 2\)"):
        share([["a", "b"]], [["a", "b"]])


@pytest.mark.parametrize("sizes", [(3, 3), (10, 7), (1000, 100)])
def test_constants_that_vary_in_rounding_only_have_no_spread(sizes):
    """0.1 three times has a variance of 3e-34; the difference would be 4e15."""
    with pytest.raises(NotEstimable, match="expected values that vary"):
        standardised_difference([0.1] * sizes[0], [0.7] * sizes[1])


def test_a_difference_without_spread_is_refused():
    with pytest.raises(NotEstimable, match="constants"):
        standardised_difference([1, 1], [2, 2])
    with pytest.raises(NotEstimable, match="two values a side"):
        standardised_difference([1], [2, 3])


def test_one_bin_is_no_distribution():
    with pytest.raises(NotEstimable, match="bins"):
        psi([1, 2], [1, 2], bins=1)


def test_an_empty_column_has_no_share():
    with pytest.raises(NotEstimable):
        missing_share([])
    with pytest.raises(NotEstimable, match="got none"):
        psi_categorical([], ["F"])


def test_a_missing_value_beside_words_is_missing_and_no_word():
    assert missing_share(["a", float("nan"), "b", "c"]).value == 0.25
    assert missing_share(np.ma.masked_array([1, 2], [True, False])).value == 0.5
    assert psi_categorical(["a", float("nan")] * 9, ["a", None] * 9).value == 0


@pytest.mark.parametrize("bins", [2.5, "ten", None, np.inf])
def test_bins_that_are_no_whole_number_are_refused(bins):
    with pytest.raises(NotEstimable, match="bins"):
        psi([1, 2, 3], [1, 2, 3], bins=bins)
