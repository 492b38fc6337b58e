"""Several findings judged together: worked by hand, and refused where they make no sense."""

import itertools

import numpy as np
import pytest

from probatum.analysis.multiplicity import (
    bonferroni,
    fixed_sequence,
    graphical,
    hochberg,
    holm,
    hommel,
)
from probatum.errors import NotEstimable

PROCEDURES = [bonferroni, holm, hochberg, hommel, fixed_sequence]
GATEKEEPING = [[0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5], [0, 0, 0, 1], [0, 0, 1, 0]]


def test_holm_stops_at_the_first_that_is_too_large():
    """Sorted .01 .02 .04: times 3, 2, 1 makes .03 .04 .04."""
    found = holm([0.04, 0.01, 0.02])
    np.testing.assert_allclose(found.adjusted, [0.04, 0.03, 0.04])
    assert found.is_rejected == (True, True, True)
    assert holm([0.04, 0.01, 0.03]).is_rejected == (False, True, False)


def test_hochberg_begins_at_the_largest():
    assert hochberg([0.049, 0.05]).is_rejected == (True, True)
    assert holm([0.049, 0.05]).is_rejected == (False, False)


def test_a_share_is_passed_on_by_halves():
    """Two primaries with .025 each, two secondaries that get half of each one given up.

    p = .01, .2, .01, .04: the first goes (.01/.5 = .02) and gives .0125 to each secondary; the
    third goes (.01/.25 = .04) and gives its .0125 to the fourth, .04/.5 = .08.
    """
    found = graphical([0.01, 0.2, 0.01, 0.04], [0.5, 0.5, 0, 0], GATEKEEPING)
    np.testing.assert_allclose(found.adjusted, [0.02, 0.4, 0.04, 0.08])
    assert found.is_rejected == (True, False, True, False)


def test_no_secondary_is_claimed_before_a_primary():
    found = graphical([0.2, 0.2, 0.0, 0.0], [0.5, 0.5, 0, 0], GATEKEEPING)
    assert found.is_rejected == (False, False, False, False)


def test_a_judgement_is_plain_json():
    told = fixed_sequence([0.01, 0.06]).as_dict()
    assert told["is_rejected"] == [True, False]
    assert told["method"] == "fixed sequence, in the order given, 2 hypotheses"


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize(
    ("p_values", "alpha", "sentence"),
    [
        ([], 0.05, "at least one patient|p-values"),
        ([0.1, float("nan")], 0.05, "p-values — expected finite"),
        ([0.1, 1.2], 0.05, "1 outside"),
        ([0.1], 0.0, "alpha"),
        ([0.1], "0.05", "alpha — expected an error"),
    ],
)
def test_what_are_no_p_values_is_refused(procedure, p_values, alpha, sentence):
    with pytest.raises(NotEstimable, match=sentence):
        procedure(p_values, alpha=alpha)


@pytest.mark.parametrize(
    ("weights", "transitions"),
    [
        ([0.7, 0.7], [[0, 1], [1, 0]]),
        ([0.5, 0.5], [[0, 1.5], [1, 0]]),
        ([0.5, 0.5], [[0.5, 0.5], [1, 0]]),
        ([0.5, 0.5], [[0, 1]]),
        ([0.5, 0.5], [[0, 1], [1]]),
        ([0.5, 0.5], [[0, -1], [1, 0]]),
        ([1.0], [[0, 1], [1, 0]]),
    ],
    ids=["shares", "row", "to itself", "short", "ragged", "negative", "one share"],
)
def test_what_is_no_graph_is_refused(weights, transitions):
    with pytest.raises(NotEstimable, match="graph — expected 2 shares"):
        graphical([0.1, 0.2], weights, transitions)


def closed_simes(p):
    """Hommel from its definition: every set of hypotheses tested by Simes."""
    k = len(p)
    sets = [s for size in range(1, k + 1) for s in itertools.combinations(range(k), size)]
    simes = {
        s: min(len(s) * value / (j + 1) for j, value in enumerate(sorted(p[i] for i in s)))
        for s in sets
    }
    return [max(simes[s] for s in sets if i in s) for i in range(k)]


@pytest.mark.parametrize("seed", range(20))
def test_hommel_is_closed_testing_with_simes(seed):
    p = np.random.default_rng(seed).beta(0.4, 3, 6)
    np.testing.assert_allclose(hommel(p).adjusted, closed_simes(p))
