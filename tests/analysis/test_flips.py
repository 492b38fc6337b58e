"""A decision flips where, and only where, the threshold lies between two risks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.analysis.flips import change, ever_flipped, spread
from probatum.analysis.proportion import proportion
from probatum.errors import NotEstimable

shares = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_a_case_counted_by_hand():
    seen = change([0.10, 0.29, 0.30, 0.50, 0.80], [0.10, 0.30, 0.29, 0.55, 0.20], threshold=0.3)
    assert seen.flips.as_dict() == proportion(3, 5).as_dict()
    assert (seen.raised, seen.as_dict()["lowered"]) == (1, 2)
    assert seen.largest == pytest.approx(0.6)
    assert seen.median == pytest.approx(0.01)


@given(shares)
def test_a_model_agrees_with_itself(risk):
    seen = change(risk, risk, threshold=0.3)
    assert (seen.flips.value, seen.raised, seen.largest) == (0, 0, 0)
    assert seen.flips.upper > 0


@given(shares, st.integers(0, 2**32 - 1))
def test_which_of_two_runs_comes_first_changes_only_the_direction(risk, seed):
    other = np.random.default_rng(seed).random(len(risk))
    there, back = change(risk, other, threshold=0.4), change(other, risk, threshold=0.4)
    assert there.flips == back.flips
    assert there.raised == back.as_dict()["lowered"]


@given(shares, st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_over_more_runs_never_fewer_people_have_flipped(risk, seed, runs):
    others = np.random.default_rng(seed).random((runs + 1, len(risk)))
    fewer = ever_flipped(risk, others[:-1], threshold=0.4).value
    assert fewer <= ever_flipped(risk, others, threshold=0.4).value


@pytest.mark.parametrize(
    "compare",
    [
        lambda: change([], [], threshold=0.3),
        lambda: change([0.1], [0.1, 0.2], threshold=0.3),
        lambda: change([0.1], [1.2], threshold=0.3),
        lambda: change([0.1], [0.2], threshold=np.nan),
        lambda: change([0.1], [0.2], threshold=15),
        lambda: ever_flipped([0.1, 0.2], [0.1, 0.2], threshold=0.3),
        lambda: ever_flipped([0.1, 0.2], [[0.1, 0.2], [0.1]], threshold=0.3),
        lambda: ever_flipped([0.1, 0.2], [["a", "b"]], threshold=0.3),
        lambda: ever_flipped([0.1, 0.2], [[0.1, 0.2, 0.3]], threshold=0.3),
        lambda: spread([0.8]),
    ],
)
def test_what_cannot_be_compared_is_refused(compare):
    with pytest.raises(NotEstimable):
        compare()


@pytest.mark.parametrize(
    "counted",
    [
        lambda: ever_flipped([0.1, 0.3], [[0.1, np.nan]], threshold=0.2),
        lambda: ever_flipped([0.1, np.nan], [[0.1, 0.3]], threshold=0.2),
        lambda: ever_flipped(
            [0.1, 0.3], np.ma.array([[0.1, 0.3]], mask=[[False, True]]), threshold=0.2
        ),
        lambda: ever_flipped([0.1, 0.3], np.empty((0, 2)), threshold=0.2),
        lambda: spread([0.8, np.nan]),
    ],
)
def test_a_missing_risk_and_a_run_that_never_was_do_not_count_as_no_flip(counted):
    with pytest.raises(NotEstimable, match=r"missing or infinite|one run or more"):
        counted()


def test_the_spread_is_that_of_the_runs():
    found = spread([0.80, 0.82, 0.84])
    assert found["standard_deviation"] == pytest.approx(0.02)
    assert (found["least"], found["greatest"]) == (0.80, 0.84)
