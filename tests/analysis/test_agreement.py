"""Do raters say the same of the same cases, beyond what chance would have them say?"""

import numpy as np
import pytest

from probatum.analysis.agreement import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    icc,
    krippendorff_alpha,
    prevalence_adjusted_kappa,
)
from probatum.errors import NotEstimable

RATER = ["a", "b"] * 4
CASE = [1, 1, 2, 2, 3, 3, 4, 4]
RATING = [1, 1, 1, 1, 2, 2, 1, 2]
"""Two raters agree on the cases 1, 2 (category 1) and 3 (category 2), and not on case 4."""


def two_raters():
    """Fifty cases: both yes 20, yes and no 5, no and yes 10, both no 15."""
    a = np.repeat(["yes", "yes", "no", "no"], [20, 5, 10, 15])
    b = np.repeat(["yes", "no", "yes", "no"], [20, 5, 10, 15])
    return a, b


def test_kappa_and_its_error_worked_by_hand():
    """
    po = 0.7, pe = 0.5 x 0.6 + 0.5 x 0.4 = 0.5, kappa 0.4. With shares (A, B) of no and yes the
    habits are 0.9 (no, no), 1.1 (yes, yes), 1.1 (yes, no) and 0.9 (no, yes), each times 0.6:
    0.3 (1 - 0.54)^2 + 0.4 (1 - 0.66)^2 + 0.1 (0.66)^2 + 0.2 (0.54)^2 - (0.4 - 0.3)^2 = 0.2016,
    over 50 x 0.25.
    """
    found = cohen_kappa(*two_raters())
    assert found.value == pytest.approx(0.4)
    assert found.se == pytest.approx(np.sqrt(0.2016 / 12.5))
    assert found.n == 50
    assert "unweighted" in found.method


def test_linear_weights_worked_by_hand():
    """
    Ratings (1, 1), (2, 3), (3, 3): worth 1, 1/2, 1, so po = 5/6. A says 1, 2, 3 a third each,
    B 1 a third and 3 two thirds: pe = (1 + 2 x 0 + 1/2 + 2 x 1/2 + 0 + 2)/9 = 1/2; 2/3.
    """
    assert cohen_kappa([1, 2, 3], [1, 3, 3], weights="linear").value == pytest.approx(2 / 3)


def test_prevalence_adjusted_kappa_worked_by_hand():
    found = prevalence_adjusted_kappa(*two_raters())
    assert found.value == pytest.approx(2 * 0.7 - 1)
    three = prevalence_adjusted_kappa(*two_raters(), categories=3)
    assert three.value == pytest.approx((3 * 0.7 - 1) / 2)


def test_coefficients_of_a_panel_worked_by_hand():
    """
    Agreement 3/4; shares 5/8 and 3/8. Chance: 34/64 (Fleiss), 30/64 (Gwet). Krippendorff: one
    pair in four disagrees, against 2 x 5 x 3 / (8 x 7).
    """
    assert fleiss_kappa(RATER, CASE, RATING).value == pytest.approx((48 - 34) / (64 - 34))
    assert gwet_ac1(RATER, CASE, RATING).value == pytest.approx((48 - 30) / (64 - 30))
    alpha = krippendorff_alpha(RATER, CASE, RATING, metric="nominal")
    assert alpha.value == pytest.approx(1 - (1 / 4) / (30 / 56))


def test_intraclass_correlations_worked_by_hand():
    """
    Cases (1, 3), (5, 5), (6, 10) with means 2, 5, 8: B = 2 (9 + 0 + 9)/2 = 18 and
    W = (2 + 0 + 8)/3. Raters' means 4 and 6: J = 3 (1 + 1) = 6 and E = (10 - 6)/2 = 2.
    """
    case, rater = (x.ravel() for x in np.indices((3, 2)))
    rating = [1, 3, 5, 5, 6, 10]

    def value(form, unit="single"):
        return icc(rater, case, rating, form=form, unit=unit).value

    w, e, j = 10 / 3, 2, 6
    assert value("1") == pytest.approx((18 - w) / (18 + w))
    assert value("2") == pytest.approx((18 - e) / (18 + e + 2 * (j - e) / 3))
    assert value("3") == pytest.approx((18 - e) / (18 + e))
    assert value("1", "average") == pytest.approx((18 - w) / 18)
    assert value("2", "average") == pytest.approx((18 - e) / (18 + (j - e) / 3))
    assert value("3", "average") == pytest.approx((18 - e) / 18)


def test_raters_who_always_agree_get_an_exact_bound_that_says_so():
    a = [0, 1] * 20
    case, rater = (x.ravel() for x in np.indices((40, 2)))
    rating = np.repeat(a, 2)
    bound = 1 - (1 - 0.025 ** (1 / 40)) / 0.5
    for found in (cohen_kappa(a, a), fleiss_kappa(rater, case, rating)):
        assert found.value == 1
        assert found.interval == (pytest.approx(bound), 1)
        assert "exact bound from 40 cases" in found.method
    assert krippendorff_alpha(rater, case, rating, metric="interval").value == 1


def test_raters_who_never_agree_get_no_interval_rather_than_one_without_width():
    found = cohen_kappa([0, 1] * 20, [1, 0] * 20)
    assert (found.value, found.se, found.lower) == (-1, 0, None)
    assert "no interval" in found.method


def test_kappa_breaks_down_where_nearly_all_are_well_and_the_others_do_not():
    """Of 100 cases one rater calls two ill, the other two others."""
    a, b = np.zeros(100, int), np.zeros(100, int)
    a[:2], b[2:4] = 1, 1
    case, rater = (x.ravel() for x in np.indices((100, 2)))
    assert cohen_kappa(a, b).value < 0
    assert prevalence_adjusted_kappa(a, b).value == pytest.approx(0.92)
    assert gwet_ac1(rater, case, np.column_stack([a, b]).ravel()).value > 0.95


def test_a_near_miss_counts_where_weights_say_so():
    a, b = [1, 2, 3, 4, 1, 2], [2, 3, 4, 3, 1, 2]
    plain, linear, square = (
        cohen_kappa(a, b, weights=weights).value for weights in ("none", "linear", "quadratic")
    )
    assert plain < linear < square


def test_one_category_alone_is_chance_for_kappa_and_agreement_for_ac1():
    case, rater = (x.ravel() for x in np.indices((30, 2)))
    with pytest.raises(NotEstimable, match="at least two categories"):
        fleiss_kappa(rater, case, np.ones(60))
    assert gwet_ac1(rater, case, np.ones(60), categories=2).lower > 0.8


@pytest.mark.parametrize(
    ("a", "b", "how", "told"),
    [
        ([], [], {}, "one label each"),
        ([1, 2], [1], {}, "one length"),
        ([1, None], [1, 2], {}, "1 missing"),
        ([1, np.nan], [1, 2], {}, "1 missing"),
        ([1, 1], [1, 1], {}, "at least two categories"),
        (["x", "y"], ["x", "y"], {"weights": "linear"}, "numbers"),
        ([1, 2], [1, 2], {"weights": "cubic"}, "weights"),
        ([1.0, 0.0], ["1", "0"], {}, "one of each"),
        ([1, 2, 2], [1, 1, 2], {"confidence": 0}, "confidence level"),
    ],
)
def test_nonsense_has_no_kappa(a, b, how, told):
    with pytest.raises(NotEstimable, match=told):
        cohen_kappa(a, b, **how)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rater": ["a"] * 8}, "one rating for each rater and case"),
        ({"rater": RATER[1:]}, "one length"),
        ({"case": list(range(8))}, "two ratings or more"),
        ({"rating": [None, *RATING[1:]]}, "1 missing"),
    ],
)
def test_a_table_of_ratings_that_is_none_is_refused(change, told):
    table = {"rater": RATER, "case": CASE, "rating": RATING, **change}
    for coefficient in (fleiss_kappa, gwet_ac1):
        with pytest.raises(NotEstimable, match=told):
            coefficient(**table)
    with pytest.raises(NotEstimable, match=told):
        krippendorff_alpha(**table, metric="nominal")


@pytest.mark.parametrize(
    ("rating", "metric", "told"),
    [
        (RATING, "cyclic", "metric"),
        ([1] * 8, "nominal", "ratings that differ"),
        (list("aaaabbab"), "interval", "numbers"),
        ([-1, *RATING[1:]], "ratio", "at least 0"),
        ([1, 1, 1, 1, 1, 1, 1, 2], "nominal", "all variation in one case"),
    ],
)
def test_nonsense_has_no_alpha(rating, metric, told):
    with pytest.raises(NotEstimable, match=told):
        krippendorff_alpha(RATER, CASE, rating, metric=metric)


@pytest.mark.parametrize(
    ("rating", "how", "told"),
    [
        (RATING, {"form": "4"}, "form"),
        (RATING, {"form": "1", "unit": "mean"}, "unit"),
        ([1, 2, 3, 4, 5, 6, 7, 8], {"form": "3"}, "no error to judge by"),
        ([1, 1, 2, 2, 3, 3, 4, 4], {"form": "1"}, "no error to judge by"),
        ([np.nan, *RATING[1:]], {"form": "1"}, "missing or infinite"),
        (RATING, {"form": "1", "confidence": 1}, "confidence level"),
    ],
)
def test_nonsense_has_no_intraclass_correlation(rating, how, told):
    with pytest.raises(NotEstimable, match=told):
        icc(RATER, CASE, rating, **how)


def test_a_mean_of_raters_is_never_more_reliable_than_one():
    """
    Means of cases 1, 1, 1, 4/3 and of raters 1, 5/4, 1: B = J = 1/12 and E = 13/12. One rating:
    -1/(1/12 + 26/12 - 3/4) = -2/3. The mean of three: -1/(1/12 - 1/4) = 6, as psych 2.2.9 has
    it, with the bounds 4.41 and 0.19.
    """
    case, rater = (x.ravel() for x in np.indices((4, 3)))
    rating = [0, 2, 1, 1, 2, 0, 1, 0, 2, 2, 1, 1]
    single = icc(rater, case, rating, form="2")
    assert single.value == pytest.approx(-2 / 3)
    assert single.lower < single.value < single.upper
    with pytest.raises(NotEstimable, match="report the single rating"):
        icc(rater, case, rating, form="2", unit="average")


def test_the_interval_of_agreement_less_than_by_chance_holds_the_estimate():
    """Two cases, three raters: with the estimate in them the degrees of freedom are 0.0015."""
    case, rater = (x.ravel() for x in np.indices((2, 3)))
    found = icc(rater, case, [-3.84, 0.92, -0.92, -2.34, 1.22, -3.34], form="2")
    assert found.lower < found.value < 0 < found.upper


@pytest.mark.parametrize("form", ["1", "2", "3"])
@pytest.mark.parametrize("unit", ["single", "average"])
def test_cases_of_one_mean_leave_no_spread_between_cases(form, unit):
    case, rater = (x.ravel() for x in np.indices((3, 2)))
    with pytest.raises(NotEstimable, match="cases of one mean"):
        icc(rater, case, [0, 1, 1, 0, 0.5, 0.5], form=form, unit=unit)


def test_numbers_in_a_column_of_objects_are_numbers():
    a, b = np.array([1, 2, 3, 1], dtype=object), np.array([1, 2, 2, 1], dtype=object)
    plain = cohen_kappa([1, 2, 3, 1], [1, 2, 2, 1], weights="linear")
    assert cohen_kappa(a, b, weights="linear") == plain


def test_a_missed_case_is_sent_to_the_coefficient_that_takes_it():
    with pytest.raises(NotEstimable, match="krippendorff_alpha"):
        icc(RATER[1:], CASE[1:], RATING[1:], form="2")
    with pytest.raises(NotEstimable, match="two cases and two raters"):
        icc(["a"] * 4, [1, 2, 3, 4], [1, 2, 3, 4], form="2")
    with pytest.raises(NotEstimable, match="one rating for each rater and case"):
        icc(["a"] * 4, [1, 1, 2, 2], [1, 2, 3, 4], form="2")


@pytest.mark.parametrize("categories", [1, 0, 2.5, "two", [2], 10**400])
def test_too_few_categories_are_refused(categories):
    for coefficient, table in (
        (prevalence_adjusted_kappa, two_raters()),
        (gwet_ac1, (RATER, CASE, RATING)),
    ):
        with pytest.raises(NotEstimable, match="categories"):
            coefficient(*table, categories=categories)
