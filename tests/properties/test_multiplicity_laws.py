"""Laws that every judgement of several hypotheses together must obey."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.analysis.multiplicity import (
    bonferroni,
    fixed_sequence,
    graphical,
    hochberg,
    holm,
    hommel,
)

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=7)


@given(P_VALUES)
def test_each_procedure_is_at_least_as_powerful_as_the_one_before(p):
    ladder = [procedure(p).adjusted for procedure in (bonferroni, holm, hochberg, hommel)]
    for weaker, stronger in itertools.pairwise(ladder):
        assert (stronger <= weaker + 1e-12).all()
    assert (ladder[-1] >= np.array(p) - 1e-12).all()


@given(P_VALUES, st.randoms())
def test_the_order_in_which_hypotheses_are_written_changes_nothing(p, random):
    order = [*range(len(p))]
    random.shuffle(order)
    for procedure in (bonferroni, holm, hochberg, hommel):
        shuffled = procedure([p[i] for i in order]).adjusted
        np.testing.assert_array_equal(shuffled, procedure(p).adjusted[order])


@given(P_VALUES)
def test_holm_and_the_fixed_sequence_are_graphs(p):
    k = len(p)
    everyone = (np.ones((k, k)) - np.eye(k)) / max(k - 1, 1)
    found = graphical(p, np.full(k, 1 / k), everyone).adjusted
    np.testing.assert_allclose(found, holm(p).adjusted, atol=1e-12)
    next_one = np.eye(k, k=1)
    found = graphical(p, np.eye(k)[0], next_one).adjusted
    np.testing.assert_allclose(found, fixed_sequence(p).adjusted, atol=1e-12)


@pytest.mark.parametrize("procedure", [bonferroni, holm, hochberg, hommel])
def test_one_false_claim_or_more_is_no_likelier_than_promised(procedure):
    """Four true hypotheses of no effect, independent, 4,000 times: 5 % and its chance error."""
    p = np.random.default_rng(11).random((4000, 4))
    false = np.mean([any(procedure(row).is_rejected) for row in p])
    assert false < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
