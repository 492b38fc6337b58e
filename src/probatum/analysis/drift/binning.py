"""Reference and current patients counted into the same bins, which the reference alone sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from probatum.analysis.choices import whole_number
from probatum.analysis.drift.ordering import Ordered, ordered
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray, read_only
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Shares of reference and current patients in each bin that holds anybody.

    Attributes
    ----------
    reference, current : (k,) of float, each summing to 1
    n_reference, n_current : int
        Patients counted.
    """

    reference: FloatArray
    current: FloatArray
    n_reference: int
    n_current: int

    @property
    def bins(self) -> int:
        """How many bins hold anybody."""
        return self.reference.size

    @property
    def information(self) -> float:
        r"""Harmonic size :math:`nm/(n + m)` that scales an index to a chi-square."""
        return self.n_reference * self.n_current / (self.n_reference + self.n_current)

    def without_empty_bins(self) -> tuple[FloatArray, FloatArray, int]:
        """Shares with half a patient where one side has none, and in how many bins."""
        e = np.where(self.reference == 0, 0.5 / self.n_reference, self.reference)
        a = np.where(self.current == 0, 0.5 / self.n_current, self.current)
        return e, a, int(np.count_nonzero((self.reference == 0) | (self.current == 0)))


def quantile_shares(reference: ArrayLike, current: ArrayLike, *, bins: int) -> Shares:
    """Count into quantile bins of the reference, the outer ones without end.

    A value equal to a cut falls below it. A value so common that it fills a whole bin, such as
    either value of a yes-or-no item, has a bin of its own.

    Parameters
    ----------
    reference, current : (n,), (m,) of float
    bins : int, at least 2

    Raises
    ------
    NotEstimable
        When either is empty or holds missing values, or fewer than two bins are filled.

    Examples
    --------
    >>> quantile_shares([1, 2, 3, 4], [1, 1, 1, 9], bins=2).current
    array([0.75, 0.25])
    """
    return ordered_shares(ordered(reference, current), bins=bins)


def ordered_shares(samples: Ordered, *, bins: int) -> Shares:
    """What :func:`quantile_shares` counts, of samples already in order.

    Raises
    ------
    NotEstimable
        As :func:`quantile_shares`.

    Examples
    --------
    >>> ordered_shares(ordered([1, 2, 3, 4], [1, 1, 1, 9]), bins=2).current
    array([0.75, 0.25])
    """
    if not whole_number(bins) >= 2:
        raise NotEstimable(f"bins — expected a whole number of at least 2, got {bins}")
    cuts = _cuts(samples.reference, int(bins))
    return _shared(*(_between(cuts, side) for side in (samples.reference, samples.current)))


def category_shares(reference: ArrayLike, current: ArrayLike) -> Shares:
    """Count into categories; missing is one, and a category new to the reference is kept.

    Parameters
    ----------
    reference, current : (n,), (m,) of labels

    Raises
    ------
    NotEstimable
        When either is empty, or there is one category only.

    Examples
    --------
    >>> category_shares(["a", "b"], ["a", None]).current
    array([0.5, 0. , 0.5])
    """
    sides = [labels(side) for side in (reference, current)]
    codes, found = pd.factorize(pd.concat(sides), sort=True, use_na_sentinel=False)
    n = sides[0].size
    if min(n, sides[1].size) == 0:
        raise NotEstimable("drift — expected patients in reference and current, got none")
    counts = [np.bincount(side, minlength=len(found)) for side in (codes[:n], codes[n:])]
    return _shared(*counts)


def labels(values: ArrayLike) -> pd.Series:
    """Return one value a patient of any kind, or refuse.

    Raises
    ------
    NotEstimable
        When there are several values a patient.

    Examples
    --------
    >>> labels(["a", float("nan")]).isna().tolist()
    [False, True]
    """
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(object), np.nan)
    try:
        column = np.asarray(values)
    except ValueError as fault:
        raise NotEstimable("drift — expected one value a patient, got lists of them") from fault
    if column.dtype.kind == "U" and not hasattr(values, "dtype"):
        column = np.asarray(values, dtype=object)  # numpy has made a word of a missing value
    if column.ndim != 1:
        raise NotEstimable(f"drift — expected one value a patient, got shape {column.shape}")
    return pd.Series(column)


def from_chi_square(
    index: float, shares: Shares, *, confidence: float, method: str
) -> Estimate:
    r"""Estimate whose multiple by :math:`nm/(n + m)` is a chi-square on k - 1 degrees.

    The interval holds the non-centralities under which the statistic is neither too large nor
    too small, so it never leaves :math:`[0, \infty)`. A statistic below its degrees of freedom,
    more alike than two samples of one population are, is read as that when the upper bound is
    sought: the interval has width at 0 and is, there, conservative.

    Parameters
    ----------
    index : float, at least 0
        An index that is locally :math:`\sum (a - e)^2 / e`.
    shares : Shares
    confidence : float in (0, 1)
    method : str

    References
    ----------
    Yurdakul B, Naranjo J. J Risk Model Validation 2020;14(4):89-100.

    Examples
    --------
    >>> shares = quantile_shares(range(100), range(100), bins=10)
    >>> from_chi_square(0.0, shares, confidence=0.95, method="PSI").p_value
    1.0
    """
    check_level(confidence)
    df, scale = shares.bins - 1, shares.information
    statistic = index * scale
    tail = (1 - confidence) / 2
    return Estimate(
        value=index,
        se=float(np.sqrt(2 * df + 4 * statistic)) / scale,
        lower=_noncentrality(statistic, df, 1 - tail) / scale,
        upper=_noncentrality(max(statistic, df), df, tail) / scale,
        level=confidence,
        n=shares.n_current,
        method=f"{method}, non-central chi-square interval",
        statistic=statistic,
        df=float(df),
        p_value=float(stats.chi2.sf(statistic, df)),
    )


def _noncentrality(statistic: float, df: int, probability: float) -> float:
    """Non-centrality at which ``statistic`` is the given quantile; 0 where there is none."""

    def excess(noncentrality: float) -> float:
        return float(stats.ncx2.cdf(statistic, df, noncentrality)) - probability

    if stats.chi2.cdf(statistic, df) <= probability:
        return 0.0
    most = statistic + 50.0 + 20.0 * np.sqrt(statistic + df)
    return float(optimize.brentq(excess, 1e-12, most, xtol=1e-9))


def _cuts(reference: FloatArray, bins: int) -> FloatArray:
    """Inner quantiles, and both edges of each value that several quantiles share."""
    edges, times = np.unique(
        np.quantile(reference, np.linspace(0, 1, bins + 1)), return_counts=True
    )
    common = edges[times > 1]
    inner = edges[(edges > edges[0]) & (edges < edges[-1])]
    return np.unique(np.concatenate([inner, common, np.nextafter(common, -np.inf)]))


def _between(cuts: FloatArray, ascending: FloatArray) -> NDArray[np.intp]:
    """How many values lie between the cuts, one that equals a cut below it."""
    up_to = np.searchsorted(ascending, cuts, side="right")
    return np.diff(up_to, prepend=0, append=ascending.size)


def _shared(reference: NDArray[np.intp], current: NDArray[np.intp]) -> Shares:
    counts = np.stack([reference, current])
    filled = counts[:, counts.sum(axis=0) > 0]
    if filled.shape[1] < 2:
        raise NotEstimable(
            "drift — expected values in at least two bins, got one value for all"
        )
    e, a = filled / filled.sum(axis=1, keepdims=True)
    return Shares(
        reference=read_only(e),
        current=read_only(a),
        n_reference=int(reference.sum()),
        n_current=int(current.sum()),
    )
