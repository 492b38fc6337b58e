"""What the Brier score is made of: miscalibration, what the risks tell apart, and chance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.calibration.grouping import Grouped, grouped
from probatum.analysis.observations import FloatArray, at_risk, taken_as_known


@dataclass(frozen=True, slots=True, kw_only=True)
class BrierDecomposition:
    """The Brier score and the five terms that add up to it.

    Attributes
    ----------
    brier : float in [0, 1]
        ``reliability - resolution + uncertainty + within_variance - within_covariance``.
    reliability : float, at least 0
        Mean squared gap between share and mean risk over groups; 0 is calibration.
    resolution : float, at least 0
        Variance of the share over groups; 0 when the groups have one prognosis.
    uncertainty : float in [0, 0.25]
        Variance of the outcome, which no model changes.
    within_variance : float, at least 0
        Variance of risk inside groups; 0 where all of a group are told the same.
    within_covariance : float
        Twice the covariance of outcome and risk inside groups; above 0 where the risks tell
        patients of a group apart.
    generalised_resolution : float
        ``resolution - within_variance + within_covariance``: all that the risks tell apart.
    groups, n : int
        Groups that are not empty, and patients.
    method : str
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within_variance: float
    within_covariance: float
    generalised_resolution: float
    groups: int
    n: int
    method: str

    def as_dict(self) -> dict[str, Any]:
        """Return the terms as they stand in evidence."""
        return asdict(self)


def brier_decomposition(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    bins: int = 10,
    binning: Literal["quantile", "width", "distinct"] = "quantile",
) -> BrierDecomposition:
    r"""The Brier score in five terms that add up to it whatever the groups.

    .. math:: B = \underbrace{\sum_k \tfrac{W_k}{W} (\bar p_k - \bar y_k)^2}_{reliability}
        - \underbrace{\sum_k \tfrac{W_k}{W} (\bar y_k - \bar y)^2}_{resolution}
        + \underbrace{\bar y (1 - \bar y)}_{uncertainty}
        + \underbrace{\tfrac1W \sum_k \sum_{i \in k} w_i (p_i - \bar p_k)^2}_{within\ variance}
        - \underbrace{\tfrac2W \sum_k \sum_{i \in k} w_i (y_i - \bar y_k)(p_i - \bar p_k)}_{
        within\ covariance}

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights.
    bins : int, at least 1
        Groups asked for; ties in risk and empty widths may leave fewer. Not used where
        ``binning`` is "distinct".
    binning : {"quantile", "width", "distinct"}
        Groups of equal size, of equal width of risk, or one for each distinct risk, where the
        last two terms are 0 and Murphy's three remain.

    Returns
    -------
    BrierDecomposition
        Reliability and resolution are both biased upwards, the more so the smaller the groups.

    Raises
    ------
    NotEstimable
        With a risk outside [0, 1], or no group.

    References
    ----------
    Murphy AH. J Appl Meteorol 1973;12:595-600.
    Stephenson DB, Coelho CAS, Jolliffe IT. Weather Forecast 2008;23:752-757.

    Examples
    --------
    >>> told = brier_decomposition([0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8], bins=2)
    >>> round(told.reliability, 4), round(told.resolution, 4), round(told.uncertainty, 4)
    (0.065, 0.0625, 0.1875)
    """
    y, p, w = at_risk(outcome, risk, weight)
    found = grouped(y, p, w, bins=bins, binning=binning)
    variance, covariance = _within(found, y.astype(np.float64), p, w)
    prevalence = float(np.average(y, weights=w))
    between = (found.events / found.size - prevalence) ** 2
    resolution = float(np.average(between, weights=found.size))
    return BrierDecomposition(
        brier=float(np.average((p - y) ** 2, weights=w)),
        reliability=float(np.average(found.gap**2, weights=found.size)),
        resolution=resolution,
        uncertainty=prevalence * (1 - prevalence),
        within_variance=variance,
        within_covariance=covariance,
        generalised_resolution=resolution - variance + covariance,
        groups=found.size.size,
        n=y.size,
        method=_method(found, binning) + taken_as_known(weight),
    )


def _within(found: Grouped, y: FloatArray, p: FloatArray, w: FloatArray) -> tuple[float, float]:
    """Variance of risk, and twice its covariance with the outcome, inside groups."""
    told = p - (found.told / found.size)[found.member]
    happened = y - (found.events / found.size)[found.member]
    if found.size.size == np.unique(p).size:
        return 0.0, 0.0  # told is then nothing but rounding
    variance, covariance = (float(np.average(told * v, weights=w)) for v in (told, happened))
    return variance, 2 * covariance


def _method(found: Grouped, binning: str) -> str:
    rule = {
        "quantile": f"{found.size.size} groups of equal size by risk",
        "width": f"{found.size.size} groups of equal width of risk",
        "distinct": f"{found.size.size} distinct risks",
    }[binning]
    return f"Brier score decomposed over {rule}, terms within groups included"
