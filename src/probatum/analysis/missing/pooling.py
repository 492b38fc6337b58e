"""One answer from several imputed data sets, with what the missing values cost in certainty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from scipy import special, stats

from probatum.analysis.choices import one_number, whole_number
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray, finite, same_length
from probatum.errors import NotEstimable

Transform = Callable[[FloatArray], FloatArray]


class _Scale(NamedTuple):
    """Where estimates are pooled: there, back, and the slope of the way there."""

    there: Transform
    back: Transform
    slope: Transform
    words: str


_SCALES: Final = {
    "identity": _Scale(lambda q: q, lambda q: q, np.ones_like, ""),
    "log": _Scale(np.log, np.exp, lambda q: 1 / q, " on the log scale"),
    "logit": _Scale(
        special.logit, special.expit, lambda q: 1 / (q * (1 - q)), " on the logit scale"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pooled:
    """Rubin's parts: within and between imputations, and what follows from them."""

    value: float
    within: float
    between: float
    m: int

    @property
    def total(self) -> float:
        return self.within + (1 + 1 / self.m) * self.between

    @property
    def share(self) -> float:
        """Of the variance that is there because values are missing."""
        return (1 + 1 / self.m) * self.between / self.total

    def df(self, complete_df: float | None) -> float | None:
        limits = [self.share**2 / (self.m - 1)]
        if complete_df is not None:
            known = self.within / self.total
            limits += [(complete_df + 3) / ((complete_df + 1) * complete_df * known)]
        return 1 / sum(limits) if sum(limits) > 0 else None


def rubin(
    estimates: Sequence[float],
    ses: Sequence[float],
    *,
    n: int,
    complete_df: float | None = None,
    scale: Literal["identity", "log", "logit"] = "identity",
    confidence: float = 0.95,
) -> Estimate:
    r"""Pool the estimates of m imputed data sets by Rubin's rules.

    .. math:: \bar Q = \frac1m \sum Q_i, \qquad T = \bar U + \Bigl(1 + \frac1m\Bigr) B

    with :math:`\bar U` the mean of the squared standard errors and :math:`B` the variance of
    the estimates, and a t interval on

    .. math:: \nu = \Bigl(\frac{\lambda^2}{m - 1} + \frac{1}{\nu_{obs}}\Bigr)^{-1}, \quad
        \nu_{obs} = \frac{\nu_{com} + 1}{\nu_{com} + 3} \nu_{com} (1 - \lambda), \quad
        \lambda = \frac{(1 + 1/m) B}{T}

    degrees of freedom.

    Parameters
    ----------
    estimates : (m,) of float
        One of each imputed data set, at least two.
    ses : (m,) of float > 0
        Their standard errors.
    n : int, at least 1
        Patients.
    complete_df : float > 0, optional
        :math:`\nu_{com}`, degrees of freedom had nothing been missing; without it they are
        taken as infinite (a large sample).
    scale : {"identity", "log", "logit"}
        Where the estimates are pooled: an area or a proportion is nearly normal on the logit
        scale, a ratio on the log scale. Estimate and bounds are given back on their own.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        ``df`` holds :math:`\nu`; ``None`` where the imputations agree and nothing limits it.

    Raises
    ------
    NotEstimable
        With fewer than two estimates, a standard error or degrees of freedom that are not
        positive, an estimate that has no value on the scale, or a number of patients that is
        none.

    References
    ----------
    Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley 1987, eqs. 3.1.2-3.1.6.
    Barnard J, Rubin DB. Biometrika 1999;86:948-955, eqs. 3-5.

    Examples
    --------
    >>> rubin([0.70, 0.72, 0.71], [0.02, 0.02, 0.02], n=200).value.__round__(2)
    0.71
    """
    check_level(confidence)
    if not whole_number(n) >= 1:
        raise NotEstimable(f"n — expected a whole number of patients, got {n!r}")
    pooled, way = _pooled(estimates, ses, scale, complete_df)
    df = pooled.df(complete_df)
    error = float(np.sqrt(pooled.total))
    reach = float(stats.t.ppf(0.5 + confidence / 2, df or np.inf)) * error
    with np.errstate(all="ignore"):  # a bound without end is refused by the estimate
        at = way.back(pooled.value + reach * np.array([-1.0, 0.0, 1.0]))
    lower, middle, upper = (float(one) for one in at)
    told = f"Rubin's rules over {pooled.m} imputations{way.words}, Barnard-Rubin t interval"
    return Estimate(
        value=middle,
        se=error / float(way.slope(at[1:2])[0]),
        lower=lower,
        upper=upper,
        level=confidence,
        n=int(n),
        method=told,
        df=df,
    )


def fraction_missing(
    estimates: Sequence[float],
    ses: Sequence[float],
    *,
    complete_df: float | None = None,
    scale: Literal["identity", "log", "logit"] = "identity",
) -> float:
    r"""Share of the information on a quantity that is lost to missing values.

    .. math:: \gamma = \frac{r + 2 / (\nu + 3)}{r + 1}, \qquad
        r = \frac{(1 + 1/m) B}{\bar U}

    Parameters
    ----------
    estimates, ses, complete_df, scale
        As :func:`rubin`.

    Returns
    -------
    float
        In [0, 1]; 0 when all imputations agree. With m imputations the estimate is
        :math:`1 / (1 + \gamma / m)` as efficient as with infinitely many.

    Raises
    ------
    NotEstimable
        As :func:`rubin`.

    References
    ----------
    Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley 1987, eq. 3.1.10.

    Examples
    --------
    >>> fraction_missing([0.7, 0.7], [0.02, 0.02])
    0.0
    """
    pooled, _ = _pooled(estimates, ses, scale, complete_df)
    if pooled.share <= 0:
        return 0.0
    r, df = pooled.total / pooled.within - 1, pooled.df(complete_df)
    return float((r + 2 / ((df or np.inf) + 3)) / (r + 1))


def _pooled(
    estimates: Sequence[float], ses: Sequence[float], scale: str, complete_df: float | None
) -> tuple[_Pooled, _Scale]:
    q, error = finite(estimates, "estimates"), finite(ses, "standard errors")
    same_length(estimates=q, ses=error)
    if q.size < 2 or (error <= 0).any():
        raise NotEstimable(
            "imputations — expected two or more estimates with standard errors above 0, got "
            f"{q.size} with {int(np.count_nonzero(error <= 0))} of 0 or less"
        )
    if complete_df is not None and not one_number(complete_df) > 0:
        raise NotEstimable(f"degrees of freedom — expected more than 0, got {complete_df!r}")
    if not isinstance(scale, str) or scale not in _SCALES:
        raise NotEstimable(f"scale — expected one of {sorted(_SCALES)}, got {scale!r}")
    way = _SCALES[scale]
    with np.errstate(all="ignore"):
        moved, wide = way.there(q), error * way.slope(q)
        within = float(np.mean(wide**2))
    if not np.isfinite(moved).all() or not 0 < within < np.inf:
        raise NotEstimable(
            f"imputations — expected estimates and errors with a value on the {scale} scale, "
            "got one without — pool on the identity scale"
        )
    return (
        _Pooled(
            value=float(moved.mean()),
            within=within,
            between=float(moved.var(ddof=1)),
            m=q.size,
        ),
        way,
    )
