"""How far the share with the event lies from the mean risk, group by group of patients."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.calibration.grouping import Grouped, grouped
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray, at_risk, both_classes, taken_as_known
from probatum.analysis.resampling import bootstrap
from probatum.errors import NotEstimable


def ece(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    bins: int = 10,
    binning: Literal["quantile", "width"] = "quantile",
    seed: int | None = None,
    replicates: int = 500,
    confidence: float = 0.95,
) -> Estimate:
    r"""Expected calibration error: mean distance of risk and share over groups of patients.

    .. math:: \mathrm{ECE} = \sum_{b} \frac{W_b}{W} |\bar y_b - \bar p_b|

    with :math:`W_b` the (weighted) patients of group :math:`b`.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    bins : int, at least 1
        Groups asked for; ties in risk and empty widths may leave fewer.
    binning : {"quantile", "width"}
        Groups of equal size, or of equal width of risk. A risk on a cut is in the lower group.
    seed : int, optional
        Of the protocol. Without it there is no interval, and ``method`` says so.
    replicates : int
        Bootstrap samples of the interval, drawn from all patients: how many have the event is
        part of what is calibrated, and is not held.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; 0 when every group had as many events as it was told. It is biased upwards,
        the more so the more groups, and a percentile interval inherits that; ``method`` says
        what a calibrated model would give by chance,
        :math:`\sum_b (W_b/W) \sqrt{2 \sigma_b^2 / \pi}` with
        :math:`\sigma_b^2 = \sum_{i \in b} w_i^2 p_i (1 - p_i) / W_b^2`.

    Raises
    ------
    NotEstimable
        With one class, no group, or under another rule.

    References
    ----------
    Naeini MP, Cooper GF, Hauskrecht M. Proc AAAI 2015:2901-2907 (equal widths).
    Bröcker J, Smith LA. Weather Forecast 2007;22:651-661 (what chance alone gives).

    Departures
    ----------
    The share with the event is that of the patients told a risk of the event, as in medicine;
    in machine learning it is often that of right answers among confident ones.

    Examples
    --------
    >>> round(ece([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.8], bins=2).value, 10)
    0.25
    """
    check_level(confidence)
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    _refuse_rule(binning)
    found = grouped(y, p, w, bins=bins, binning=binning)
    method = _method(found, p, w, binning) + taken_as_known(weight)
    if seed is None:
        return Estimate(
            value=_mean_gap(found),
            se=None,
            lower=None,
            upper=None,
            level=confidence,
            n=y.size,
            method=f"{method}; no interval asked for",
        )
    resampled = bootstrap(
        lambda *drawn: _mean_gap(grouped(*drawn, bins=bins, binning=binning)),
        (y, p, w),
        seed=seed,
        replicates=replicates,
        confidence=confidence,
    )
    return replace(resampled, method=f"{method}; {resampled.method}")


def _refuse_rule(binning: str) -> None:
    if binning not in ("quantile", "width"):
        raise NotEstimable(f"binning — expected quantile or width, got {binning!r}")


def _mean_gap(found: Grouped) -> float:
    return float(np.average(np.abs(found.gap), weights=found.size))


def _by_chance(found: Grouped, p: FloatArray, w: FloatArray) -> float:
    """Mean absolute gap of a calibrated model, by the normal approximation."""
    spread = np.bincount(found.member, w**2 * p * (1 - p), found.size.size)
    return float(np.sqrt(2 / np.pi * spread).sum() / w.sum())


def _method(found: Grouped, p: FloatArray, w: FloatArray, binning: str) -> str:
    rule = {"quantile": "size", "width": "width"}[binning]
    return (
        f"expected calibration error, {found.size.size} groups of equal {rule}, of which a "
        f"calibrated model would give about {_by_chance(found, p, w):.2g} by chance"
    )
