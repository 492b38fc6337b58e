"""Laws of likelihood ratios, clusters and unverified patients that a wrong one would break."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probatum.analysis.proportion import (
    begg_greenes_sensitivity,
    begg_greenes_specificity,
    clustered_proportion,
    clustered_sensitivity,
    diagnostic_odds_ratio,
    likelihood_ratio_negative,
    likelihood_ratio_positive,
    negative_predictive_value,
    npv_at_prevalence,
    positive_predictive_value,
    ppv_at_prevalence,
    verification_bounds_sensitivity,
    verification_bounds_specificity,
)


@st.composite
def tables(draw):
    """Outcome and result with at least one patient in each cell."""
    cells = [draw(st.integers(1, 40)) for _ in range(4)]
    return np.repeat([1, 1, 0, 0], cells), np.repeat([1, 0, 1, 0], cells)


@st.composite
def partly_verified(draw):
    """Result, verification and outcome with both found among the verified of each result."""
    cells = [draw(st.integers(1, 20)) for _ in range(4)]
    positives, negatives = draw(st.integers(0, 30)), draw(st.integers(0, 30))
    cells = [*cells[:2], positives, *cells[2:], negatives]
    return (
        np.repeat([1, 1, 1, 0, 0, 0], cells),
        np.repeat([1, 1, 0, 1, 1, 0], cells),
        np.repeat([1, 0, np.nan, 1, 0, np.nan], cells),
    )


@st.composite
def clusters(draw):
    """What happened, and the cluster it happened in; at least two clusters."""
    n = draw(st.integers(4, 40))
    happened = draw(arrays(np.bool_, n))
    cluster = draw(arrays(np.int64, n, elements=st.integers(0, 6)))
    cluster[:2] = [0, 1]
    return happened, cluster


methods = st.sampled_from(["koopman", "log"])


@given(tables(), methods)
def test_exchanging_results_exchanges_the_likelihood_ratios(table, method):
    y, t = table
    forth = likelihood_ratio_positive(y, t, method=method)
    back = likelihood_ratio_negative(y, 1 - t, method=method)
    assert back.interval == pytest.approx(forth.interval)
    assert forth.lower <= forth.value <= forth.upper


@given(tables(), methods)
def test_exchanging_classes_inverts_the_likelihood_ratio(table, method):
    y, t = table
    forth = likelihood_ratio_positive(y, t, method=method)
    back = likelihood_ratio_positive(1 - y, t, method=method)
    assert back.value == pytest.approx(1 / forth.value)
    assert back.interval == pytest.approx((1 / forth.upper, 1 / forth.lower), rel=1e-7)


@given(tables(), st.sampled_from(["cornfield", "log"]))
def test_the_odds_ratio_is_that_of_the_likelihood_ratios_whatever_is_called_an_event(
    table, method
):
    y, t = table
    found = diagnostic_odds_ratio(y, t, method=method)
    ratio = likelihood_ratio_positive(y, t).value / likelihood_ratio_negative(y, t).value
    assert found.value == pytest.approx(ratio)
    assert diagnostic_odds_ratio(t, y, method=method).interval == pytest.approx(
        found.interval, rel=1e-7
    )


@given(tables())
def test_at_the_prevalence_of_the_study_the_predictive_values_are_the_plain_ones(table):
    y, t = table
    prevalence = float(y.mean())
    for carried, plain in (
        (ppv_at_prevalence, positive_predictive_value),
        (npv_at_prevalence, negative_predictive_value),
    ):
        assert carried(y, t, prevalence).value == pytest.approx(plain(y, t).value)


@given(tables(), st.floats(0.01, 0.9), st.sampled_from(["logit", "koopman"]))
def test_predictive_values_carry_the_likelihood_ratio_over(table, prevalence, method):
    y, t = table
    ratio = likelihood_ratio_positive(y, t, method="log" if method == "logit" else method)
    found = ppv_at_prevalence(y, t, prevalence, method=method)
    odds = np.array(ratio.interval) * prevalence / (1 - prevalence)
    assert found.interval == pytest.approx(tuple(odds / (1 + odds)))
    commoner = ppv_at_prevalence(y, t, prevalence + 0.05, method=method)
    assert commoner.value > found.value


@given(clusters(), st.data())
def test_neither_the_order_of_members_nor_the_names_of_clusters_matter(members, data):
    happened, cluster = members
    order = np.array(data.draw(st.permutations(range(happened.size))))
    found = clustered_proportion(happened, cluster)
    named = np.array([f"site {9 - one}" for one in cluster])
    again = clustered_proportion(happened[order], named[order])
    assert again.interval == pytest.approx(found.interval)
    assert again.se == pytest.approx(found.se)
    assert 0 <= found.lower <= found.value <= found.upper <= 1


@given(clusters())
def test_telling_everything_twice_tells_nothing_new(members):
    happened, cluster = members
    once = clustered_proportion(happened, cluster)
    twice = clustered_proportion(np.repeat(happened, 2), np.repeat(cluster, 2))
    if once.se is not None:
        assert twice.se == pytest.approx(once.se)
        assert twice.interval == pytest.approx(once.interval)


@given(arrays(np.bool_, st.integers(4, 60)))
def test_a_cluster_each_is_a_sample_of_patients(happened):
    happened[:2] = [True, False]
    n, share = happened.size, happened.mean()
    found = clustered_proportion(happened, np.arange(n))
    assert found.se == pytest.approx(np.sqrt(share * (1 - share) / (n - 1)))


@given(clusters())
def test_the_clustered_error_is_that_of_each_cluster_in_turn(members):
    """The slow twin: a loop over the clusters, each against its expected events."""
    happened, cluster = members
    found = clustered_proportion(happened, cluster)
    names = set(cluster.tolist())
    apart = sum(float(np.sum(happened[cluster == one] - found.value)) ** 2 for one in names)
    expected = np.sqrt(apart * len(names) / (len(names) - 1)) / happened.size
    assert (found.se or 0.0) == pytest.approx(expected, abs=1e-7)


@given(clusters())
def test_members_without_the_event_do_not_move_the_sensitivity(members):
    positive, cluster = members
    outcome = np.ones(positive.size)
    found = clustered_sensitivity(outcome, positive, cluster)
    more = clustered_sensitivity(
        np.append(outcome, [0, 0]), np.append(positive, [0, 1]), np.append(cluster, [0, 99])
    )
    assert more == found


@given(partly_verified())
def test_the_corrected_shares_lie_within_the_bounds_that_assume_nothing(seen):
    for share, extremes in (
        (begg_greenes_sensitivity, verification_bounds_sensitivity),
        (begg_greenes_specificity, verification_bounds_specificity),
    ):
        found, bounds = share(*seen), extremes(*seen)
        assert bounds.worst - 1e-12 <= found.value <= bounds.best + 1e-12
        assert 0 <= bounds.lower <= bounds.worst <= bounds.best <= bounds.upper <= 1
        assert 0 < found.lower <= found.value <= found.upper < 1


@given(partly_verified())
def test_exchanging_classes_and_results_exchanges_the_corrected_shares(seen):
    positive, verified, outcome = seen
    forth = begg_greenes_sensitivity(positive, verified, outcome)
    back = begg_greenes_specificity(1 - positive, verified, 1 - outcome)
    assert back.value == pytest.approx(forth.value)
    assert back.interval == pytest.approx(forth.interval)
    bounds = verification_bounds_sensitivity(positive, verified, outcome)
    other = verification_bounds_specificity(1 - positive, verified, 1 - outcome)
    assert (other.worst, other.best) == (bounds.worst, bounds.best)


@given(partly_verified())
def test_the_correction_is_a_weight_for_each_verified_patient(seen):
    """The slow twin: a verified patient stands for all of the same result."""
    positive, verified, outcome = seen
    kept = verified == 1
    stands_for = np.where(
        positive == 1,
        np.sum(positive == 1) / np.sum(kept & (positive == 1)),
        np.sum(positive == 0) / np.sum(kept & (positive == 0)),
    )
    events = kept & (outcome == 1)
    expected = np.average(positive[events], weights=stands_for[events])
    assert begg_greenes_sensitivity(*seen).value == pytest.approx(expected)
