"""Would outcomes such as these be a surprise if the risks were right?

A small p-value says that the risks are not exactly right, which no large cohort's are; how far
off they are is said by the calibration curve and its indices.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.calibration.bounded import bounded_mean
from probatum.analysis.calibration.grouping import Grouped, check_groups, grouped
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray, at_risk, weighted_mean
from probatum.errors import NotEstimable

_NO_INTERVAL: Final = 0.95
"""Level of a result that has no interval; the result type asks for one."""


def spiegelhalter(outcome: ArrayLike, risk: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    r"""By how much the Brier score exceeds what risks that were right would have given.

    .. math:: \frac1n \sum_i (y_i - p_i)^2 - \frac1n \sum_i p_i (1 - p_i)
        = \frac1n \sum_i (y_i - p_i)(1 - 2 p_i)

    .. math:: z = \frac{\sum_i (y_i - p_i)(1 - 2 p_i)}
        {\sqrt{\sum_i (1 - 2 p_i)^2 p_i (1 - p_i)}}

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        ``value`` is the excess: 0 when as expected, above 0 when the risks are bolder than
        the outcomes allow (at most 1), below 0 when they are too timid (at least -1/8).
        ``statistic`` is z and ``p_value`` two-sided, under risks that are right; ``se`` and
        interval are those of the mean as observed, which holds where they are not.

    Raises
    ------
    NotEstimable
        With fewer than two patients, or where every risk is 0, 0.5 or 1, which leaves the
        score no variance.

    References
    ----------
    Spiegelhalter DJ. Stat Med 1986;5:421-433.

    Departures
    ----------
    The paper gives the test; the excess and its interval are ours.

    Examples
    --------
    >>> found = spiegelhalter([1, 0, 0, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.2])
    >>> round(found.value, 10) + 0.0, round(found.p_value, 10)
    (0.0, 1.0)
    """
    y, p, w = at_risk(outcome, risk, None)
    excess = (y - p) * (1 - 2 * p)
    variance = float(np.sum((1 - 2 * p) ** 2 * p * (1 - p)))
    if variance == 0:
        raise NotEstimable(
            "Spiegelhalter's z — expected risks other than 0, 0.5 and 1, got none — "
            "the Brier score of such risks has no variance"
        )
    z = float(excess.sum() / np.sqrt(variance))
    found = bounded_mean(
        *weighted_mean(excess, w),
        confidence=confidence,
        n=y.size,
        effective=float(y.size),
        method="excess of the Brier score over its expectation",
        within=(-0.125, 1.0),
    )
    return replace(
        found,
        statistic=z,
        p_value=float(2 * special.ndtr(-abs(z))),
        method=f"{found.method}; Spiegelhalter's z test",
    )


def hosmer_lemeshow(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    setting: Literal["development", "validation"],
    groups: int = 10,
) -> Estimate:
    r"""Chi-square of events observed and expected over groups of similar risk.

    .. math:: \chi^2 = \sum_{g} \frac{(O_g - E_g)^2}{E_g (1 - E_g / n_g)}

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    setting : {"development", "validation"}
        Whether the model was fitted to these patients (groups less two degrees of freedom) or
        to others (as many as groups).
    groups : int
        Groups of equal size asked for. Equal risks are never parted, a risk on a cut is in the
        lower group, and the degrees of freedom count the groups that this leaves.

    Returns
    -------
    Estimate
        ``value`` and ``statistic`` are the chi-square, about ``df`` when the risks are right,
        and larger without limit when not. ``method`` gives the smallest expected count; below
        five the p-value is rough.

    Raises
    ------
    NotEstimable
        Under another setting, with fewer than three groups in development or two in
        validation, or where a group is certain of its outcome.

    References
    ----------
    Hosmer DW, Lemeshow S. Commun Stat Theory Methods 1980;9:1043-1069.
    Hosmer DW, Lemeshow S, Sturdivant RX. Applied Logistic Regression, 3rd ed., Wiley 2013,
    section 5.2.2.

    Departures
    ----------
    None; but the test depends on the groups, has little power in small cohorts and rejects any
    model in large ones.

    Examples
    --------
    >>> told = [0.2] * 5 + [0.6] * 5
    >>> had = [1, 1, 0, 0, 0] + [1, 1, 1, 0, 0]
    >>> found = hosmer_lemeshow(had, told, setting="validation", groups=2)
    >>> found.df, round(found.value, 4)
    (2.0, 1.25)
    """
    y, p, w = at_risk(outcome, risk, None)
    check_groups(groups, "groups")
    found = grouped(y, p, w, bins=groups)
    freedom = _freedom(found.size.size, setting)
    variance = found.told * (1 - found.told / found.size)
    _refuse_certainty(variance)
    statistic = float(np.sum((found.events - found.told) ** 2 / variance))
    return chi_square(
        statistic,
        freedom,
        n=y.size,
        method=f"Hosmer-Lemeshow chi-square, {found.size.size} groups of equal size by risk, "
        f"{setting}, smallest expected count {_smallest(found):.2g}",
    )


def chi_square(statistic: float, freedom: float, *, n: int, method: str) -> Estimate:
    """A test that measures nothing: the chi-square and its p-value, without an interval.

    Examples
    --------
    >>> round(chi_square(5.99, 2, n=9, method="").p_value, 4)
    0.05
    """
    return Estimate(
        value=statistic,
        se=None,
        lower=None,
        upper=None,
        level=_NO_INTERVAL,
        n=n,
        method=method,
        statistic=statistic,
        df=float(freedom),
        p_value=float(special.chdtrc(freedom, statistic)),
    )


def _freedom(groups: int, setting: str) -> float:
    if setting not in ("development", "validation"):
        raise NotEstimable(f"setting — expected development or validation, got {setting!r}")
    spent = 2 if setting == "development" else 0
    if groups < 2 or groups <= spent:
        raise NotEstimable(
            f"Hosmer-Lemeshow — expected at least {max(spent + 1, 2)} groups of distinct risk, "
            f"got {groups} — ask for more groups or report the calibration curve"
        )
    return float(groups - spent)


def _refuse_certainty(variance: FloatArray) -> None:
    if np.any(variance <= 0):
        raise NotEstimable(
            "Hosmer-Lemeshow — expected groups in doubt of their outcome, got one told 0 or 1 "
            "throughout — ask for fewer groups"
        )


def _smallest(found: Grouped) -> float:
    return float(np.minimum(found.told, found.size - found.told).min())
