"""Laws of sample sizes that a wrong one would break."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats

from probatum.analysis.discrimination import auc_difference
from probatum.analysis.sample_size import (
    assurance_of_width,
    auc_difference_power,
    auc_difference_size,
    auc_goal,
    auc_goal_power,
    auc_precision,
    buderer,
    co_primary,
    co_primary_power,
    cox_snell_r2,
    mcnemar_power,
    mcnemar_size,
    paired_non_inferiority_power,
    paired_proportion_non_inferiority,
    proportion_difference_power,
    proportion_difference_size,
    proportion_goal,
    proportion_goal_power,
    riley_binary,
    riley_continuous,
    riley_survival,
    riley_validation_binary,
    riley_validation_continuous,
)
from probatum.analysis.sample_size.area import area_variance
from probatum.analysis.sample_size.area_difference import difference_variance
from probatum.analysis.sample_size.development import shrinkage_expected
from probatum.analysis.sample_size.paired import only_b_at_the_margin
from probatum.analysis.sample_size.predictor import binormal_predictor, both_below
from probatum.analysis.sample_size.two_groups import null_shares
from probatum.analysis.sample_size.validation import slope_variance

shares = st.floats(0.05, 0.95)
powers = st.sampled_from([0.8, 0.9, 0.95])


def meets(criterion):
    wants_more = criterion.name.endswith("at least")
    gap = criterion.achieved - criterion.target
    return gap >= -1e-9 if wants_more else gap <= 1e-9


@given(st.integers(1, 60), shares, st.floats(0.55, 0.95))
def test_what_is_demanded_is_had_at_the_size_given(parameters, prevalence, c):
    sizes = [
        riley_binary(parameters, prevalence, c_statistic=c),
        riley_continuous(parameters, c - 0.1, 1.5, 0.7),
        riley_survival(parameters, prevalence, 1.0, 0.8, c / 20),
        riley_validation_binary(prevalence, c),
        riley_validation_continuous(c, 10, large_width=2),
        buderer(c, 0.8, prevalence, 0.06),
        auc_precision(c, prevalence, 0.05),
    ]
    for size in sizes:
        assert all(meets(criterion) for criterion in size.criteria), size
        assert size.n == size.evaluable == max(one.n for one in size.criteria)


@given(st.integers(1, 60), st.floats(0.02, 0.6), st.integers(50, 5000))
def test_the_shrinkage_expected_solves_its_equation(parameters, r2, n):
    s = shrinkage_expected(parameters, r2)(n)
    assert r2 < s < 1
    assert n * (s - 1) * math.log(1 - r2 / s) == pytest.approx(parameters, rel=1e-6)


@given(st.floats(0.1, 0.4), st.integers(2, 40))
def test_a_weaker_model_or_one_with_more_parameters_needs_more_patients(r2, parameters):
    size = riley_binary(parameters, 0.5, r2_cox_snell=r2).criteria[0].n
    assert riley_binary(parameters, 0.5, r2_cox_snell=r2 * 0.8).criteria[0].n > size
    assert riley_binary(parameters + 1, 0.5, r2_cox_snell=r2).criteria[0].n > size


def test_the_unit_of_time_does_not_matter():
    years = riley_survival(30, 0.065, 2, 2.07, 0.051)
    months = riley_survival(30, 0.065 / 12, 24, 12 * 2.07, 0.051)
    assert [c.n for c in years.criteria] == [c.n for c in months.criteria]


def test_the_r2_of_a_c_statistic_is_that_of_simulated_patients():
    rng = np.random.default_rng(4)
    y = np.arange(400_000) < 80_000
    mu = math.sqrt(2) * stats.norm.ppf(0.8)
    lp = special.logit(0.2) - mu**2 / 2 + mu * (rng.normal(size=y.size) + mu * y)
    gain = np.mean(special.log_expit(np.where(y, lp, -lp))) + float(
        special.entr(0.2) + special.entr(0.8)
    )
    assert cox_snell_r2(0.8, 0.2) == pytest.approx(1 - math.exp(-2 * gain), abs=3e-3)


@given(st.floats(0.55, 0.97), shares)
def test_outcome_and_its_absence_are_told_alike(c, prevalence):
    asked = {"c_statistic": c, "mape": 0.05}
    both = [riley_binary(9, share, **asked).n for share in (prevalence, 1 - prevalence)]
    assert abs(both[0] - both[1]) <= 1  # but for rounding
    assert cox_snell_r2(c, prevalence) == pytest.approx(cox_snell_r2(c, 1 - prevalence))
    lp, mass = binormal_predictor(c, prevalence)
    assert mass @ special.expit(lp) == pytest.approx(prevalence)


def test_the_integral_of_the_slope_agrees_with_adaptive_quadrature():
    def moment(power):
        def integrand(x):
            lp = -2.6 + 1.2 * x
            return stats.norm.pdf(x) * special.expit(lp) * special.expit(-lp) * lp**power

        return integrate.quad(integrand, -12, 12, epsabs=1e-13)[0]

    alpha, both, beta = (moment(power) for power in range(3))
    node = np.linspace(-9, 9, 3601)
    mass = stats.norm.pdf(node) / stats.norm.pdf(node).sum()
    found = slope_variance(-2.6 + 1.2 * node, mass)
    assert found == pytest.approx(alpha / (alpha * beta - both**2), rel=1e-9)


@settings(max_examples=25)
@given(st.floats(0.55, 0.8), st.floats(0.08, 0.19), powers)
def test_no_study_larger_than_the_exact_size_falls_short(goal, gain, power):
    size = proportion_goal(goal + gain, goal, power=power).n
    later = [proportion_goal_power(size + more, goal + gain, goal) for more in range(40)]
    assert min(later) >= power
    assert proportion_goal_power(size - 1, goal + gain, goal) < power if size > 1 else True


@given(st.integers(1, 60), st.floats(0.2, 0.6), st.floats(0.05, 0.35))
def test_the_exact_power_is_that_of_counting_every_result(n, goal, gain):
    counts = range(n + 1)
    tail = [
        sum(math.comb(n, k) * goal**k * (1 - goal) ** (n - k) for k in range(c, n + 1))
        for c in counts
    ]
    shown = [c for c in counts if tail[c] <= 0.025]
    p = goal + gain
    naive = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in shown)
    assert proportion_goal_power(n, p, goal) == pytest.approx(naive, abs=1e-9)


@settings(max_examples=15)
@given(st.floats(0.1, 0.9), powers)
def test_both_succeed_at_the_size_of_both_and_at_every_larger_one(prevalence, power):
    goals = (0.9, 0.85, 0.75, 0.7)
    size = co_primary(*goals, prevalence, power=power).n
    later = [co_primary_power(size + more, *goals, prevalence) for more in range(20)]
    assert min(later) >= power > co_primary_power(size - 1, *goals, prevalence)


@given(shares, shares, st.floats(0.02, 0.15), powers, st.sampled_from([0.5, 1.0, 2.0]))
def test_two_groups_one_smaller_fall_short(share_a, share_b, margin, power, ratio):
    if share_a - share_b + margin < 0.01:
        share_a, share_b = share_b, share_a
    size = proportion_difference_size(share_a, share_b, margin=margin, ratio=ratio, power=power)
    n_b = next(
        n
        for n in range(int(size.n / (1 + ratio)) + 2, 0, -1)
        if n + math.ceil(n * ratio - 1e-9) == size.n
    )
    asked = {"share_a": share_a, "share_b": share_b, "margin": margin}
    assert proportion_difference_power(n_b * ratio, n_b, **asked) >= power
    if n_b > 1:
        assert proportion_difference_power((n_b - 1) * ratio, n_b - 1, **asked) < power


@settings(max_examples=30)
@given(shares, shares, st.floats(-0.3, 0.3), st.sampled_from([0.5, 1.0, 3.0]))
def test_the_null_shares_are_the_most_likely_ones(share_a, share_b, difference, ratio):
    def unlikely(p):
        q = p - difference
        return -(
            special.xlogy(share_a, p)
            + special.xlog1py(1 - share_a, -p)
            + ratio * (special.xlogy(share_b, q) + special.xlog1py(1 - share_b, -q))
        )

    bounds = (max(difference, 0) + 1e-12, min(1 + difference, 1) - 1e-12)
    best = optimize.minimize_scalar(unlikely, bounds=bounds, method="bounded").x
    found = null_shares(share_a, share_b, difference, ratio)
    assert found[0] == pytest.approx(best, abs=1e-4)
    assert found[0] - found[1] == pytest.approx(difference)


@settings(max_examples=30)
@given(st.floats(0.02, 0.3), st.floats(0.02, 0.3), st.floats(0.02, 0.3))
def test_the_share_at_the_margin_is_the_most_likely_one(only_a, only_b, margin):
    def unlikely(q):
        return -(
            special.xlogy(only_a, q - margin)
            + special.xlogy(only_b, q)
            + special.xlogy(1 - only_a - only_b, 1 - 2 * q + margin)
        )

    bounds = (margin + 1e-12, (1 + margin) / 2 - 1e-12)
    best = optimize.minimize_scalar(unlikely, bounds=bounds, method="bounded").x
    assert only_b_at_the_margin(only_a, only_b, margin) == pytest.approx(best, abs=1e-4)


@settings(max_examples=20)
@given(st.floats(0.02, 0.2), st.floats(0.08, 0.2), powers)
def test_paired_studies_one_smaller_fall_short(only_b, gain, power):
    a, b = only_b + gain, only_b
    for test in ("asymptotic", "exact", "mid-p"):
        n = mcnemar_size(a, b, test=test, power=power).n
        at = [mcnemar_power(k, a, b, test=test) for k in (n - 1, n, n + 1, n + 2)]
        assert at[0] < power <= min(at[1:])
    n = paired_proportion_non_inferiority(b, b, gain, power=power).n
    assert paired_non_inferiority_power(n, b, b, gain) >= power
    assert paired_non_inferiority_power(n - 1, b, b, gain) < power


def test_the_exact_mcnemar_power_is_that_of_counting_every_table():
    n, a, b = 14, 0.5, 0.15
    naive = sum(
        math.comb(n, x) * math.comb(n - x, y) * a**x * b**y * (1 - a - b) ** (n - x - y)
        for x in range(n + 1)
        for y in range(n + 1 - x)
        if sum(math.comb(x + y, k) for k in range(x, x + y + 1)) / 2 ** (x + y) <= 0.025
    )
    assert mcnemar_power(n, a, b, test="exact") == pytest.approx(naive, abs=1e-12)


@given(st.floats(0.6, 0.9), st.floats(0.03, 0.09), shares, powers)
def test_areas_one_patient_fewer_fall_short(goal, gain, prevalence, power):
    area = goal + gain
    for variance in ("hanley-mcneil", "obuchowski", "binormal"):
        n = auc_goal(area, goal, prevalence, variance=variance, power=power).n
        at = [auc_goal_power(k, area, goal, prevalence, variance=variance) for k in (n - 1, n)]
        assert at[1] >= power
        assert at[0] < power or (n - 1) * min(prevalence, 1 - prevalence) < 1
    paired = {"correlation_cases": 0.4, "correlation_controls": 0.5}
    n = auc_difference_size(area, goal, prevalence, **paired, power=power).n
    assert auc_difference_power(n, area, goal, prevalence, **paired) >= power
    assert auc_difference_power(n - 1, area, goal, prevalence, **paired) < power


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-0.95, 0.95))
def test_two_normal_variables_are_both_below_as_scipy_says(h, k, rho):
    scipy = stats.multivariate_normal.cdf([h, k], cov=[[1, rho], [rho, 1]])
    assert both_below(h, k, rho) == pytest.approx(float(scipy), abs=1e-7)


@given(st.floats(0.5, 0.95), st.floats(0.5, 0.95))
def test_areas_of_unrelated_scores_differ_by_the_sum_of_their_variances(a, b):
    found = difference_variance(a, b, 40, 60, correlation_cases=0, correlation_controls=0)
    apart = sum(area_variance(area, 40, 60, variance="binormal") for area in (a, b))
    assert found == pytest.approx(apart, abs=1e-9)


def test_simulated_paired_areas_vary_as_planned():
    """500 studies of 40 and 80 patients; the planned power within three standard errors."""
    rng, shown, found = np.random.default_rng(11), 0, []
    y = np.arange(120) < 40
    shift = math.sqrt(2) * stats.norm.ppf([0.9, 0.8])
    for _ in range(500):
        shared = np.where(y, math.sqrt(0.3), math.sqrt(0.6)) * rng.normal(size=120)
        own = np.where(y, math.sqrt(0.7), math.sqrt(0.4)) * rng.normal(size=(2, 120))
        scores = shared + own + shift[:, None] * y
        difference = auc_difference(y, *scores)
        found.append(difference.value)
        shown += difference.lower > 0
    correlations = {"correlation_cases": 0.3, "correlation_controls": 0.6}
    planned = difference_variance(0.9, 0.8, 40, 80, **correlations)
    assert np.var(found) == pytest.approx(planned, rel=0.2)
    power = auc_difference_power(120, 0.9, 0.8, 1 / 3, **correlations)
    assert shown / 500 == pytest.approx(power, abs=3 * math.sqrt(power * (1 - power) / 500))


def test_simulated_studies_are_as_narrow_as_assured():
    """4000 studies of 200 patients, Wilson: cases and those found, both left to chance."""
    rng = np.random.default_rng(5)
    cases = rng.binomial(200, 0.2, 4000)
    hits = rng.binomial(cases, 0.9)
    z = 1.959963984540054
    half = z * np.sqrt(hits * (1 - hits / cases) + z**2 / 4) / (cases + z**2)
    found = assurance_of_width(200, 0.9, 0.2, 0.1)
    assert np.mean(half <= 0.1) == pytest.approx(found, abs=0.025)


def test_the_score_test_of_pairs_has_the_power_planned():
    """4000 studies of the size asked for, Tango's statistic against its critical value."""
    a, b, margin = 0.1, 0.1, 0.1
    n = paired_proportion_non_inferiority(a, b, margin).n
    tables = np.random.default_rng(8).multinomial(n, [a, b, 1 - a - b], 4000) / n
    statistic = []
    for only_a, only_b, _ in tables:
        worst = only_b_at_the_margin(only_a, only_b, margin)
        error = math.sqrt((2 * worst - margin - margin**2) / n)
        statistic.append((only_a - only_b + margin) / error)
    assert np.mean(np.array(statistic) > 1.95996) == pytest.approx(0.9, abs=0.03)
