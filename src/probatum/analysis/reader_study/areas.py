"""How well each reader does under each treatment, and how the errors go together.

All readers see the same cases, so a hard case pulls every area the same way. The covariances
of the areas carry that, and the analysis of a reader study rests on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.discrimination.placements import placements
from probatum.analysis.observations import BoolArray, FloatArray
from probatum.analysis.reader_study.moments import PairSums
from probatum.analysis.reader_study.reads import Reads
from probatum.errors import NotEstimable

Covariance: TypeAlias = Literal["jackknife", "delong", "unbiased"]

COVARIANCES: Final = ("jackknife", "delong", "unbiased")
"""Ways to estimate the covariances of the areas; they differ by terms of order 1/K squared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Areas under the curve by treatment and reader, with their covariances over cases.

    Attributes
    ----------
    treatments, readers : tuple of str
    area : (I, J) of float in [0, 1]
        Treatments in rows, readers in columns.
    covariance : (I, J, I, J) of float
        Over samples of cases, the readers held.
    n_cases : int
    """

    treatments: tuple[str, ...]
    readers: tuple[str, ...]
    area: FloatArray
    covariance: FloatArray
    n_cases: int


def areas(reads: Reads, *, covariance: Covariance = "jackknife") -> Areas:
    r"""Area of each treatment and reader, and the covariances of the areas over cases.

    With :math:`S_{10}, S_{01}` the covariances of the placements of m diseased and n other
    cases, K = m + n,

    .. math:: \text{DeLong: } \frac{S_{10}}{m} + \frac{S_{01}}{n}, \qquad
        \text{jackknife: } \frac{K-1}{K}\Big(\frac{S_{10}}{m-1} + \frac{S_{01}}{n-1}\Big)

    and the unbiased estimate of :class:`~probatum.analysis.reader_study.moments.PairSums`.

    Parameters
    ----------
    reads : Reads
        Fully crossed.
    covariance : {"jackknife", "delong", "unbiased"}

    Raises
    ------
    NotEstimable
        When the study is not fully crossed, or under another covariance.

    References
    ----------
    DeLong ER et al. Biometrics 1988;44:837-845, eqs. 3-6.
    Hillis SL et al. Stat Med 2005;24:1579-1607 (jackknife covariances).

    Departures
    ----------
    The jackknife leaves out one case at a time in the papers. For the area that is the closed
    form above, exactly, and takes :math:`O(K \log K)`.

    Examples
    --------
    >>> reads = Reads(reader=["a"] * 4, treatment=[1] * 4, case=[1, 2, 3, 4],
    ...               truth=[0, 0, 1, 1], rating=[1, 3, 2, 4])
    >>> areas(reads).area.tolist()
    [[0.75]]
    """
    if covariance not in COVARIANCES:
        raise NotEstimable(f"covariance — expected one of {COVARIANCES}, got {covariance!r}")
    ratings, truth = reads.crossed(), reads.case_truth
    size = ratings.shape[:2]
    tests = ratings.reshape(-1, truth.size)
    case, control = placed(tests, truth)
    if covariance == "unbiased":
        found = PairSums.of(tests, truth).covariance()
    else:
        found = _covariance(case, control, is_jackknife=covariance == "jackknife")
    return Areas(
        treatments=reads.treatments,
        readers=reads.readers,
        area=case.mean(axis=1).reshape(size),
        covariance=found.reshape(size + size),
        n_cases=truth.size,
    )


def placed(tests: FloatArray, truth: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Placements of the diseased and of the other cases, a row for each test.

    Examples
    --------
    >>> placed(np.array([[1.0, 3.0, 2.0]]), np.array([False, False, True]))[0].tolist()
    [[0.5]]
    """
    weight = np.ones(truth.size)
    both = [placements(truth, test, weight) for test in tests]
    return np.array([case for case, _ in both]), np.array([control for _, control in both])


def _covariance(
    case: FloatArray, control: FloatArray, *, is_jackknife: bool
) -> NDArray[np.float64]:
    m, n = case.shape[1], control.shape[1]
    of_case, of_control = np.atleast_2d(np.cov(case)), np.atleast_2d(np.cov(control))
    if not is_jackknife:
        return np.asarray(of_case / m + of_control / n)
    share = (m + n - 1) / (m + n)
    return np.asarray(share * (of_case / (m - 1) + of_control / (n - 1)))
