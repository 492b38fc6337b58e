"""Laws of drift indices, proportions and interim looks that a wrong one would break."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probatum.analysis.drift import (
    jensen_shannon,
    ks,
    missing_share,
    psi,
    psi_categorical,
    standardised_difference,
)
from probatum.analysis.proportion import proportion, sensitivity, specificity
from probatum.analysis.sequential import boundaries, spent_alpha

INDICES = [psi, jensen_shannon, ks]


def samples(least=5):
    varied = arrays(np.float64, st.integers(least, 60), elements=st.integers(-20, 20))
    return varied.map(lambda values: np.append(values, [-3.0, 4.0]))


@pytest.mark.parametrize("index", INDICES)
@given(reference=samples(), current=samples())
def test_an_index_is_never_negative_and_its_interval_holds_it(index, reference, current):
    found = index(reference, current)
    assert 0 <= found.lower <= found.value <= found.upper
    assert 0 <= found.p_value <= 1


@pytest.mark.parametrize("index", INDICES)
@given(reference=samples(), times=st.integers(1, 4))
def test_the_same_distribution_has_not_drifted(index, reference, times):
    found = index(reference, np.tile(reference, times))
    assert found.value == pytest.approx(0, abs=1e-7)
    assert found.p_value == pytest.approx(1)


@pytest.mark.parametrize("index", INDICES)
@given(reference=samples(), current=samples())
def test_the_unit_of_measurement_does_not_matter(index, reference, current):
    plain = index(reference, current)
    assert index(reference * 4, current * 4).value == pytest.approx(plain.value)


@given(samples(), samples())
def test_distances_are_at_most_one(reference, current):
    assert jensen_shannon(reference, current).upper <= 1
    assert ks(reference, current).upper <= 1


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=40),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=40),
)
def test_a_category_index_is_as_large_whichever_side_is_the_reference(reference, current):
    reference, current = [*reference, "a", "b"], [*current, "a", "b"]
    forth, back = psi_categorical(reference, current), psi_categorical(current, reference)
    assert forth.value == pytest.approx(back.value)
    assert forth.value >= 0


@given(samples(), samples(), st.floats(0.5, 4), st.integers(-9, 9))
def test_a_standardised_difference_has_no_unit_and_a_sign(reference, current, scale, shift):
    plain = standardised_difference(reference, current).value
    moved = standardised_difference(reference * scale + shift, current * scale + shift)
    assert moved.value == pytest.approx(plain, abs=1e-6)
    assert standardised_difference(current, reference).value == pytest.approx(-plain)


@given(st.lists(st.one_of(st.none(), st.floats(-5, 5)), min_size=1, max_size=50))
def test_recorded_and_missing_make_a_whole(values):
    found = missing_share(np.array(values, dtype=object))
    assert found.value == pytest.approx(sum(v is None for v in values) / len(values))


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson", "jeffreys"])
@given(n=st.integers(1, 500), data=st.data())
def test_an_interval_holds_its_share_and_mirrors(method, n, data):
    k = data.draw(st.integers(0, n))
    found = proportion(k, n, method=method)
    mirrored = proportion(n - k, n, method=method)
    assert 0 <= found.lower <= found.value <= found.upper <= 1
    assert mirrored.interval == pytest.approx((1 - found.upper, 1 - found.lower), abs=1e-9)


@given(n=st.integers(1, 400), data=st.data())
def test_the_exact_interval_is_nested_in_higher_confidence(n, data):
    k = data.draw(st.integers(0, n))
    narrow = proportion(k, n, method="clopper-pearson", confidence=0.9)
    wide = proportion(k, n, method="clopper-pearson", confidence=0.99)
    assert wide.lower <= narrow.lower
    assert narrow.upper <= wide.upper


@given(st.data())
def test_exchanging_classes_and_calls_exchanges_sensitivity_and_specificity(data):
    n = data.draw(st.integers(2, 40))
    y = np.append(data.draw(arrays(np.bool_, n)), [True, False])
    called = data.draw(arrays(np.bool_, n + 2))
    weight = data.draw(arrays(np.float64, n + 2, elements=st.floats(0.5, 3)))
    assert sensitivity(y, called, weight=weight).interval == pytest.approx(
        specificity(~y, ~called, weight=weight).interval
    )


looks = st.lists(
    st.integers(10, 100), min_size=1, max_size=6, unique=True
).map(lambda percents: np.sort(percents) / 100)  # fmt: skip


@settings(max_examples=30)
@given(looks, st.sampled_from(["obrien_fleming", "pocock"]), st.sampled_from([1, 2]))
def test_looking_more_often_never_makes_a_look_easier_than_a_single_one(looks, spending, sides):
    found = boundaries(spending, looks, 0.05, sides=sides)
    single = boundaries(spending, [1.0], 0.05, sides=sides).critical[0]
    assert np.all(found.critical >= single - 1e-9)
    assert np.all(found.nominal <= np.diff(found.spent, prepend=0).cumsum() + 1e-12)


@given(looks, st.sampled_from(["obrien_fleming", "pocock"]), st.floats(0.001, 0.5))
def test_error_is_spent_once_and_never_more_than_there_is(looks, spending, alpha):
    spent = spent_alpha(spending, looks, alpha)
    assert np.all(np.diff(spent, prepend=0) > 0)
    assert spent[-1] <= alpha * (1 + 1e-9)
    assert spent_alpha(spending, [1.0], alpha)[0] == pytest.approx(alpha)
