"""Are risks right on the whole, and spread as widely as they should be?"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from probatum.analysis.estimate import Estimate, normal_quantile, wald, with_test
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    both_classes,
    effective_size,
)
from probatum.errors import NotEstimable


def in_the_large(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
    limit: float | None = None,
) -> Estimate:
    r"""By how much, on the log-odds scale, the risks are too low on the whole.

    The intercept :math:`a` of :math:`\operatorname{logit} P(y = 1) = a +
    \operatorname{logit} p`, fitted by (weighted) maximum likelihood.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float in (0, 1)
        Predicted probability of the event; 0 and 1 have no log-odds.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.
    limit : float in (0, 0.5), optional
        Risks nearer to 0 or 1 than this are moved to it, and ``method`` says how many.

    Returns
    -------
    Estimate
        0 when risks are right on the whole, above 0 when they are too low; ``p_value`` is
        two-sided, of 0.

    Raises
    ------
    NotEstimable
        With one class, or risks of exactly 0 or 1 and no ``limit``, or risks so near to them
        that no intercept fits.

    References
    ----------
    Cox DR. Biometrika 1958;45:562-565. Van Calster B et al. BMC Med 2019;17:230.

    Departures
    ----------
    The variance is the robust one (Huber 1967), which holds with weights and where the model
    is not calibrated, instead of the model's own.

    Examples
    --------
    >>> in_the_large([1, 0, 1, 0], [0.2, 0.2, 0.2, 0.2]).value.__round__(4)
    1.3863
    """
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    logit, note = _log_odds(p, limit)
    beta, covariance = _recalibrated(y, np.ones((y.size, 1)), w, offset=logit)
    method = _named("calibration in the large", weight) + note
    return with_test(
        wald(beta[0], np.sqrt(covariance[0, 0]), confidence=confidence, n=y.size, method=method)
    )


def slope(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
    limit: float | None = None,
) -> Estimate:
    r"""Whether the risks are spread as widely as they should be.

    The slope :math:`b` of :math:`\operatorname{logit} P(y = 1) = a + b
    \operatorname{logit} p`.

    Parameters
    ----------
    outcome, risk, weight, confidence, limit
        As :func:`in_the_large`.

    Returns
    -------
    Estimate
        1 when spread as it should be, below 1 when too extreme (overfitting), 0 when the risks
        say nothing; ``p_value`` is two-sided, of 1.

    Raises
    ------
    NotEstimable
        As :func:`in_the_large`; with one risk for all; or where risks separate the
        classes, whose slope is infinite.

    References
    ----------
    Cox DR. Biometrika 1958;45:562-565. Steyerberg EW. Clinical Prediction Models, 2nd ed.,
    Springer 2019, section 15.3.

    Departures
    ----------
    Robust variance, as :func:`in_the_large`.

    Examples
    --------
    >>> risk = [0.1, 0.1, 0.9, 0.9, 0.1, 0.9]
    >>> round(slope([0, 0, 1, 1, 1, 0], risk).value, 4)
    0.3155
    """
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    logit, note = _log_odds(p, limit)
    _refuse_separation(y, logit)
    beta, covariance = _recalibrated(y, np.column_stack([np.ones(y.size), logit]), w)
    method = _named("calibration slope", weight) + note
    found = wald(
        beta[1], np.sqrt(covariance[1, 1]), confidence=confidence, n=y.size, method=method
    )
    return with_test(found, null=1.0)


def observed_expected(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Events that happened for each one predicted.

    .. math:: \frac{O}{E} = \frac{\sum w_i y_i}{\sum w_i p_i}, \qquad
        \mathrm{SE}(\ln O/E) = \sqrt{\frac{1 - \bar y}{n \bar y}}

    and the interval is taken on the log scale.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event, not all 0.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights; n is then Kish's effective number.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        1 when right on the whole, above 1 when risks are too low. ``se`` is that of
        the ratio, :math:`(O/E)\,\mathrm{SE}(\ln O/E)`.

    Raises
    ------
    NotEstimable
        With one class, or when no event is expected.

    References
    ----------
    Debray TPA et al. BMJ 2017;356:i6460, appendix.

    Examples
    --------
    >>> observed_expected([1, 0, 0, 0], [0.2, 0.1, 0.1, 0.1]).value
    2.0
    """
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    prevalence, expected = (float(np.average(v, weights=w)) for v in (y, p))
    if expected == 0:
        raise NotEstimable("observed to expected — expected some predicted events, got none")
    ratio = prevalence / expected
    error = float(np.sqrt((1 - prevalence) / (effective_size(w) * prevalence)))
    reach = float(np.exp(normal_quantile(confidence) * error))
    return Estimate(
        value=ratio,
        se=ratio * error,
        lower=ratio / reach,
        upper=ratio * reach,
        level=confidence,
        n=y.size,
        method=_taken("observed to expected events, log-scale Wald interval", weight),
    )


def _log_odds(p: FloatArray, limit: float | None) -> tuple[FloatArray, str]:
    """Log-odds of the risks, and what had to be moved to have them."""
    if limit is None:
        certain = int(np.count_nonzero((p == 0) | (p == 1)))
        if certain:
            raise NotEstimable(
                f"risk — expected risks inside (0, 1), got {certain} of exactly 0 or 1 — "
                "state a limit to move them to"
            )
        return np.asarray(special.logit(p), dtype=np.float64), ""
    if not 0 < limit < 0.5:
        raise NotEstimable(f"limit — expected a risk in (0, 0.5), got {limit}")
    moved = int(np.count_nonzero((p < limit) | (p > 1 - limit)))
    kept = np.asarray(special.logit(np.clip(p, limit, 1 - limit)), dtype=np.float64)
    return kept, f"; {moved} risks moved to within {limit:g} of 0 or 1" if moved else ""


def _recalibrated(
    y: BoolArray, design: FloatArray, w: FloatArray, *, offset: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Logistic coefficients and their robust covariance, weights taken as known."""
    events = y.astype(np.float64)
    model = GLM(events, design, family=Binomial(), offset=offset, freq_weights=w)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("error", PerfectSeparationWarning)
            result = model.fit(tol=1e-12, maxiter=200)
            fitted = result.fittedvalues
            bread = np.linalg.inv((design * (w * fitted * (1 - fitted))[:, None]).T @ design)
            score = design * (w * (y - fitted))[:, None]
            covariance = bread @ (score.T @ score) @ bread
    except (np.linalg.LinAlgError, PerfectSeparationWarning) as error:
        raise _saturated() from error
    if not result.converged:
        raise NotEstimable("calibration — expected a recalibration that converges, got none")
    if not (np.isfinite(result.params).all() and np.isfinite(covariance).all()):
        raise _saturated()
    return np.asarray(result.params, float), np.asarray(covariance, float)


def _saturated() -> NotEstimable:
    return NotEstimable(
        "calibration — expected risks that leave room for doubt, got risks so near to 0 or 1 "
        "that no recalibration exists — state a limit to move them to"
    )


def _refuse_separation(y: BoolArray, logit: FloatArray) -> None:
    if np.ptp(logit) == 0:
        raise NotEstimable("calibration slope — expected risks that differ, got one for all")
    case, control = logit[y], logit[~y]
    if case.min() >= control.max() or case.max() <= control.min():
        raise NotEstimable(
            "calibration slope — expected classes that overlap in risk, got perfect "
            "separation — the slope is infinite; report the area and its exact bound"
        )


def _named(method: str, weight: ArrayLike | None) -> str:
    return _taken(f"{method}, logistic recalibration, robust variance, Wald interval", weight)


def _taken(method: str, weight: ArrayLike | None) -> str:
    return method if weight is None else f"{method}; censoring weights taken as known"
