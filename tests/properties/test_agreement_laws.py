"""Laws of agreement that a wrong coefficient would break."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from probatum.analysis.agreement import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    icc,
    krippendorff_alpha,
    prevalence_adjusted_kappa,
)
from probatum.analysis.agreement.chance import judged_by_chance
from probatum.analysis.estimate import Estimate
from probatum.errors import NotEstimable

METRICS = ["nominal", "ordinal", "interval", "ratio"]


@st.composite
def panels(draw, raters=(2, 4), cases=(4, 12), missing=False):
    """Ratings 0 to 3, raters by cases, not all alike; NaN where a rating is missing."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(*raters)), draw(st.integers(*cases))
    table = np.where(
        rng.random(size) < 0.6, rng.integers(0, 4, size[1]), rng.integers(0, 4, size)
    ).astype(float)
    if missing:
        table[rng.random(size) < 0.15] = np.nan
    rated = np.isfinite(table).sum(axis=0)
    assume(np.all(rated >= 1) and np.sum(rated >= 2) >= 3)
    assume(np.nanmin(table) < np.nanmax(table))
    return table


def long(table):
    rater, case = np.nonzero(np.isfinite(table))
    return rater, case, table[rater, case]


def existing(coefficient, table, **how):
    """The coefficient of a panel for which it exists."""
    try:
        return coefficient(*long(table), **how)
    except NotEstimable:
        assume(False)


@given(panels(raters=(2, 2)))
def test_kappa_is_the_same_whoever_is_named_first(table):
    for weights in ("none", "linear", "quadratic"):
        forth, back = (cohen_kappa(a, b, weights=weights) for a, b in (table, table[::-1]))
        assert back.value == pytest.approx(forth.value)
        assert back.se == pytest.approx(forth.se, abs=1e-9)


@given(panels(raters=(2, 2)))
def test_names_of_categories_do_not_matter(table):
    words = np.array(["well", "mild", "ill", "dead"])[table.astype(int)]
    assert cohen_kappa(*words).value == pytest.approx(cohen_kappa(*table).value)
    assert prevalence_adjusted_kappa(*words).value == prevalence_adjusted_kappa(*table).value


@given(panels(raters=(2, 2)), st.floats(0.1, 9), st.floats(-9, 9))
def test_weights_do_not_depend_on_the_unit_of_the_ratings(table, scale, shift):
    for weights in ("linear", "quadratic"):
        plain = cohen_kappa(*table, weights=weights)
        moved = cohen_kappa(*np.round(scale * table + shift, 9), weights=weights)
        assert moved.value == pytest.approx(plain.value, abs=1e-6)


@given(panels(raters=(2, 2)))
def test_quadratic_weights_give_the_concordance_correlation(table):
    """2 cov / (var + var + (mean - mean)^2), all with n (Lin 1989; Fleiss & Cohen 1973)."""
    a, b = table
    spread = a.var() + b.var() + (a.mean() - b.mean()) ** 2
    assume(spread > 0)
    concordance = 2 * np.cov(a, b, ddof=0)[0, 1] / spread
    assert cohen_kappa(a, b, weights="quadratic").value == pytest.approx(concordance, abs=1e-9)


@given(panels(raters=(2, 2)))
def test_the_adjusted_kappa_is_the_agreement_on_another_scale(table):
    found = prevalence_adjusted_kappa(*table, categories=4)
    assert found.value == pytest.approx((4 * np.mean(table[0] == table[1]) - 1) / 3)
    assert found.lower <= found.value <= found.upper


def naive_alpha(table, metric):
    """Every ordered pair of ratings of one case against every pair of all."""
    units = [column[np.isfinite(column)] for column in table.T]
    units = [unit for unit in units if unit.size >= 2]
    pooled = np.concatenate(units)
    total = pooled.size

    def apart(c, k):
        if metric == "nominal":
            return float(c != k)
        if metric == "ordinal":
            low, high = min(c, k), max(c, k)
            between = np.sum((pooled >= low) & (pooled <= high))
            return (between - (np.sum(pooled == c) + np.sum(pooled == k)) / 2) ** 2
        if metric == "interval":
            return (c - k) ** 2
        return ((c - k) / (c + k)) ** 2 if c + k else 0.0

    observed = sum(
        sum(apart(c, k) for c, k in permutations(unit, 2)) / (unit.size - 1) for unit in units
    )
    expected = sum(apart(c, k) for c, k in permutations(pooled, 2))
    return 1 - observed / total / (expected / (total * (total - 1)))


@pytest.mark.parametrize("metric", METRICS)
@given(table=panels(missing=True, cases=(4, 8)))
def test_alpha_is_what_going_through_all_pairs_gives(metric, table):
    found = existing(krippendorff_alpha, table, metric=metric)
    assert found.value == pytest.approx(naive_alpha(table, metric), abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
@given(table=panels(missing=True, cases=(4, 8)))
def test_the_error_of_alpha_is_that_of_leaving_out_each_case(metric, table):
    found = existing(krippendorff_alpha, table, metric=metric)
    assume(found.value < 1)
    paired = table[:, np.isfinite(table).sum(axis=0) >= 2]
    n = paired.shape[1]
    without = [naive_alpha(np.delete(paired, case, axis=1), metric) for case in range(n)]
    assert found.se == pytest.approx((n - 1) / np.sqrt(n) * np.std(without, ddof=1), abs=1e-9)


@given(panels())
def test_each_metric_sees_only_what_it_should(table):
    for metric, change in (
        ("nominal", lambda x: np.array([2.0, 0.0, 3.0, 1.0])[x.astype(int)]),
        ("ordinal", np.exp),
        ("interval", lambda x: 3 * x - 7),
        ("ratio", lambda x: 5 * x),
    ):
        plain = existing(krippendorff_alpha, table, metric=metric)
        changed = krippendorff_alpha(*long(change(table)), metric=metric)
        assert changed.value == pytest.approx(plain.value)
        assert changed.se == pytest.approx(plain.se)


@given(panels())
def test_alpha_is_fleiss_kappa_less_a_term_for_the_size_of_the_sample(table):
    """1 - alpha = (1 - kappa)(N - 1)/N for N ratings, none missing."""
    fleiss = existing(fleiss_kappa, table)
    alpha = existing(krippendorff_alpha, table, metric="nominal")
    assert 1 - alpha.value == pytest.approx((1 - fleiss.value) * (1 - 1 / table.size))


@pytest.mark.parametrize("coefficient", [fleiss_kappa, gwet_ac1])
@given(table=panels(missing=True), seed=st.integers(0, 99))
def test_the_order_of_rows_raters_and_cases_does_not_matter(coefficient, table, seed):
    plain = existing(coefficient, table)
    rng = np.random.default_rng(seed)
    order = rng.permutation(table.shape[1])
    mixed = coefficient(*long(rng.permutation(table)[:, order]))
    assert mixed.value == pytest.approx(plain.value)
    assert mixed.lower == pytest.approx(plain.lower)


@pytest.mark.parametrize("coefficient", [fleiss_kappa, gwet_ac1])
def test_the_linearised_error_is_near_that_of_leaving_out_each_case(coefficient):
    rng = np.random.default_rng(8)
    table = np.where(rng.random((3, 150)) < 0.7, rng.integers(0, 3, 150), 0).astype(float)
    found = coefficient(*long(table))
    without = [coefficient(*long(np.delete(table, case, axis=1))).value for case in range(150)]
    jackknife = 149 / np.sqrt(150) * np.std(without, ddof=1)
    assert found.se == pytest.approx(jackknife, rel=0.02)


@st.composite
def measured(draw):
    """Measurements of cases (3 to 9) by raters (2 to 5), all finite."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    raters, cases = draw(st.integers(2, 5)), draw(st.integers(3, 9))
    return rng.normal(size=(raters, cases)) + 2 * rng.normal(size=cases)


@given(measured(), st.sampled_from(["1", "2", "3"]), st.floats(0.1, 9), st.floats(-9, 9))
def test_the_unit_of_measurement_does_not_matter(table, form, scale, shift):
    plain, moved = (icc(*long(x), form=form) for x in (table, scale * table + shift))
    assert moved.value == pytest.approx(plain.value)
    assert moved.interval == pytest.approx(plain.interval)


@given(measured())
def test_consistency_forgives_a_shift_of_a_whole_rater_and_agreement_does_not(table):
    shifted = table + 10 * np.arange(table.shape[0])[:, None]
    same, moved = (icc(*long(x), form="3").value for x in (table, shifted))
    assert moved == pytest.approx(same)
    if same > 0.05:
        assert icc(*long(shifted), form="2").value < same


@given(measured(), st.sampled_from(["1", "2", "3"]))
def test_the_mean_of_raters_is_stepped_up_as_spearman_and_brown_have_it(table, form):
    k = table.shape[0]
    single = icc(*long(table), form=form)
    try:
        mean = icc(*long(table), form=form, unit="average")
    except NotEstimable:
        assume(False)
    for one, many in zip(
        (single.value, *single.interval), (mean.value, *mean.interval), strict=True
    ):
        assert many == pytest.approx(k * one / (1 + (k - 1) * one))


@given(measured())
def test_the_f_test_of_form_one_is_the_one_way_analysis_of_variance(table):
    found, other = icc(*long(table), form="1"), stats.f_oneway(*table.T)
    assert found.statistic == pytest.approx(other.statistic)
    assert found.p_value == pytest.approx(other.pvalue)


@given(measured())
def test_what_a_mean_of_raters_lacks_is_the_inverse_of_its_f(table):
    for form in ("1", "3"):
        found = icc(*long(table), form=form, unit="average")
        assert found.value == pytest.approx(1 - 1 / found.statistic)


@pytest.mark.parametrize("unit", ["single", "average"])
@pytest.mark.parametrize("form", ["1", "2", "3"])
@given(table=st.one_of(measured(), panels(cases=(3, 6))))
def test_the_interval_holds_the_estimate_and_at_most_one(form, unit, table):
    """Also where raters agree less than by chance, on a scale of four points."""
    found = existing(icc, table, form=form, unit=unit)
    assert found.lower <= found.value <= found.upper <= 1


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4).filter(lambda m: max(m) > 1),
    st.lists(st.integers(1, 9), min_size=2, max_size=3),
    st.sampled_from([1, 2]),
)
def test_the_variance_by_chance_is_that_of_all_ratings_there_could_be(raters, times, power):
    """Each case's ratings are listed with their probabilities, and its part of kappa summed."""
    share = np.array(times) / sum(times)
    q = share.size
    distance = np.abs(np.subtract.outer(np.arange(q), np.arange(q))) ** float(power)
    m = np.array(raters, dtype=float)
    a, b = np.where(m >= 2, 1.0, 0.0) / np.count_nonzero(m >= 2), np.full(m.size, 1 / m.size)
    own = distance @ share
    overall = share @ own
    variance = 0.0
    for size, seen, told in zip(raters, a, b, strict=True):
        for said in product(range(q), repeat=size):
            pairs = [distance[x, y] for x, y in permutations(said, 2)]
            apart = np.mean(pairs) if pairs else 0.0
            part = seen * (apart - overall) - 2 * told * np.mean(
                [own[x] - overall for x in said]
            )
            variance += np.prod(share[list(said)]) * (part / overall) ** 2
    kappa = Estimate(value=0.3, se=None, lower=None, upper=None, level=0.95, n=9, method="k")
    tested = judged_by_chance(
        kappa, raters=m, share=share, distance=distance, observed=a, expected=b
    )
    assert tested.statistic == pytest.approx(0.3 / np.sqrt(variance))
