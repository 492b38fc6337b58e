"""Are the risks right on the whole and in spread, both at once?"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.calibration.goodness import chi_square
from probatum.analysis.calibration.logistic import (
    fitted_logistic,
    log_odds,
    refuse_separation,
)
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    both_classes,
    taken_as_known,
)
from probatum.errors import NotEstimable

_NAMES: Final = {
    "likelihood-ratio": "likelihood-ratio test",
    "wald": "Wald test, robust variance",
}


def weak_calibration_test(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    method: Literal["likelihood-ratio", "wald"] = "likelihood-ratio",
    weight: ArrayLike | None = None,
    limit: float | None = None,
) -> Estimate:
    r"""Would outcomes such as these be a surprise if intercept and slope were 0 and 1?

    .. math:: \operatorname{logit} P(y = 1) = a + b \operatorname{logit} p, \qquad
        \chi^2_{LR} = 2\,\bigl(\ell(\hat a, \hat b) - \ell(0, 1)\bigr)

    .. math:: \chi^2_W = (\hat a, \hat b - 1)\, \hat V^{-1} (\hat a, \hat b - 1)'

    either with two degrees of freedom, :math:`\ell` the log-likelihood and :math:`\hat V` the
    robust covariance.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float in (0, 1)
        Predicted probability of the event; 0 and 1 have no log-odds.
    method : {"likelihood-ratio", "wald"}
        The likelihood ratio holds its level with fewer events; Wald's also goes with weights.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known; for "wald" only, since a
        weighted likelihood ratio is not distributed as chi-square.
    limit : float in (0, 0.5), optional
        Risks nearer to 0 or 1 than this are moved to it, and ``method`` says how many.

    Returns
    -------
    Estimate
        ``value`` and ``statistic`` are the chi-square, about 2 when the risks are right and
        larger without limit when not; ``df`` is 2. It is a test and measures nothing: how far
        off the risks are is said by :func:`in_the_large` and :func:`slope`.

    Raises
    ------
    NotEstimable
        As :func:`slope`; with weights and "likelihood-ratio"; or under another method.

    References
    ----------
    Cox DR. Biometrika 1958;45:562-565. Miller ME, Hui SL, Tierney WM. Stat Med
    1991;10:1213-1226. Van Calster B et al. J Clin Epidemiol 2016;74:167-176 (the name).

    Departures
    ----------
    Wald's test takes the robust covariance (Huber 1967) instead of the model's own.

    Examples
    --------
    >>> found = weak_calibration_test([1, 0, 0, 1, 1, 0], [0.1, 0.1, 0.1, 0.9, 0.9, 0.9])
    >>> round(found.statistic, 4), found.df
    (2.4151, 2.0)
    """
    y, p, w = at_risk(outcome, risk, weight)
    _refuse_method(method, is_weighted=weight is not None)
    both_classes(y)
    logit, note = log_odds(p, limit)
    refuse_separation(y, logit)
    design = np.column_stack([np.ones(y.size), logit])
    beta, covariance = fitted_logistic(y, design, w)
    if method == "wald":
        off = beta - np.array([0.0, 1.0])
        statistic = float(off @ np.linalg.solve(covariance, off))
    else:
        gained = _log_likelihood(y, design @ beta) - _log_likelihood(y, logit)
        statistic = max(2 * gained, 0.0)
    return chi_square(
        statistic,
        2,
        n=y.size,
        method=f"intercept 0 and slope 1, {_NAMES[method]}{taken_as_known(weight)}{note}",
    )


def _refuse_method(method: str, *, is_weighted: bool) -> None:
    if method not in _NAMES:
        raise NotEstimable(f"method — expected one of {sorted(_NAMES)}, got {method!r}")
    if is_weighted and method != "wald":
        raise NotEstimable(
            "likelihood-ratio test — expected no weights, got some — ask for the Wald test, "
            "whose robust variance allows for them"
        )


def _log_likelihood(y: BoolArray, logit: FloatArray) -> float:
    return float(np.sum(special.log_expit(np.where(y, logit, -logit))))
