"""Areas and their errors agree with published listings and with independent software."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from probatum.analysis.discrimination import auc, auc_difference
from probatum.analysis.discrimination.placements import placements
from probatum.analysis.observations import outcomes, scored

VANDYKE = Path(__file__).parent / "data/vandyke.csv"

PUBLISHED = {
    1: [0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066],
    2: [0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169],
}
"""
Van Dyke CW et al., cine MRI against spin echo MRI for aortic dissection, 1993: 45 dissections
in 114 cases, 5 readers. Areas by reader and modality from the OR-DBM MRMC 2.5 listing,
University of Iowa, trapezoidal areas.
"""

COMPONENTS = {"Cov1": 0.00034661, "Cov2": 0.00034407, "Cov3": 0.00023903, "varE": 0.00080229}
"""Error covariances of the same listing, jackknife over cases."""


@pytest.fixture(scope="module")
def readings():
    table = pd.read_csv(VANDYKE).sort_values("case", kind="stable")
    return {
        (treatment, reader): (group.truth.to_numpy(), group.rating.to_numpy())
        for (treatment, reader), group in table.groupby(["treatment", "reader"])
    }


@pytest.mark.parametrize("modality", [1, 2])
def test_reader_areas_agree_with_the_iowa_listing(readings, modality):
    found = [auc(*readings[modality, reader]).value for reader in range(1, 6)]
    np.testing.assert_allclose(found, PUBLISHED[modality], atol=5e-9)


def test_the_mean_difference_of_modalities_agrees_with_the_iowa_listing(readings):
    differences = [
        auc_difference(readings[1, r][0], readings[1, r][1], readings[2, r][1]).value
        for r in range(1, 6)
    ]
    assert np.mean(differences) == pytest.approx(-0.0438, abs=5e-5)


def test_error_covariances_agree_with_the_iowa_listing(readings):
    """
    The listing's covariance is the jackknife's, (K - 1)/K times the sum over cases. Leaving
    out case i of m moves an area by (area - placement)/(m - 1), so the jackknife's is

        (K - 1)/K (S10 / (m - 1) + S01 / (n - 1))

    with DeLong's S10, S01: the same placements give both.
    """
    covariance = _jackknife([_placed(*readings[key]) for key in sorted(readings)])
    modality, reader = np.array(sorted(readings)).T
    same_modality = modality[:, None] == modality
    same_reader = reader[:, None] == reader
    found = {
        "Cov1": covariance[~same_modality & same_reader].mean(),
        "Cov2": covariance[same_modality & ~same_reader].mean(),
        "Cov3": covariance[~same_modality & ~same_reader].mean(),
        "varE": np.diag(covariance).mean(),
    }
    assert found == pytest.approx(COMPONENTS, abs=6e-9)


def test_the_errors_reported_are_those_behind_the_covariances(readings):
    placed = [_placed(*readings[key]) for key in sorted(readings)]
    variance = [case.var(ddof=1) / 45 + control.var(ddof=1) / 69 for case, control in placed]
    found = [auc(*readings[key]).se ** 2 for key in sorted(readings)]
    np.testing.assert_allclose(found, variance, rtol=1e-12)


def test_weighted_areas_agree_with_scikit_learn():
    rng = np.random.default_rng(9)
    y, score = rng.random(500) < 0.2, rng.integers(0, 30, 500)
    weight = rng.uniform(0.5, 4, 500)
    assert auc(y, score, weight=weight).value == pytest.approx(
        roc_auc_score(y, score, sample_weight=weight), rel=1e-12
    )


def _placed(truth, rating):
    return placements(*scored(outcomes(truth), rating, None))


def _jackknife(placed):
    case, control = (np.array(side) for side in zip(*placed, strict=True))
    m, n = case.shape[1], control.shape[1]
    pairs = m + n
    return (pairs - 1) / pairs * (np.cov(case) / (m - 1) + np.cov(control) / (n - 1))
