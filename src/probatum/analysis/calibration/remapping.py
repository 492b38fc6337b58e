"""Risks put right: the old risk in, the recalibrated one out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, overload

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.calibration.isotonic import IsotonicRecalibration, fitted_steps
from probatum.analysis.calibration.logistic import (
    fitted_logistic,
    log_odds,
    refuse_separation,
)
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    both_classes,
    risks,
    taken_as_known,
)
from probatum.errors import NotEstimable

_NAMES: Final = {
    "intercept": "recalibration in the large, intercept alone",
    "logistic": "logistic recalibration, intercept and slope",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibration:
    r"""New log-odds from old: :math:`a + b \operatorname{logit} p`.

    Attributes
    ----------
    kind : {"intercept", "logistic"}
    intercept, slope : float
        :math:`a` and :math:`b`; the slope is 1 where only the intercept is fitted.
    intercept_se : float
        Robust standard error.
    slope_se : float or None
        The same; ``None`` where the slope is not fitted.
    limit : float or None
        Risks nearer to 0 or 1 than this are moved to it first.
    n : int
        Patients it was fitted to.
    method : str
    """

    kind: Literal["intercept", "logistic"]
    intercept: float
    slope: float
    intercept_se: float
    slope_se: float | None
    limit: float | None
    n: int
    method: str

    def risk(self, risk: ArrayLike) -> FloatArray:
        """Return the recalibrated risks, a patient at a time.

        Parameters
        ----------
        risk : (n,) of float in (0, 1)
            Risks of the model as it was; 0 and 1 only where there is a ``limit``.

        Raises
        ------
        NotEstimable
            With risks outside [0, 1], or of exactly 0 or 1 and no ``limit``.
        """
        logit, _ = log_odds(risks(risk), self.limit)
        moved = special.expit(self.intercept + self.slope * logit)
        return np.asarray(moved, dtype=np.float64)

    def as_dict(self) -> dict[str, Any]:
        """Return the recalibration as it stands in evidence."""
        return asdict(self)


@overload
def recalibration(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    kind: Literal["intercept", "logistic"],
    weight: ArrayLike | None = None,
    limit: float | None = None,
) -> Recalibration: ...


@overload
def recalibration(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    kind: Literal["isotonic"],
    weight: ArrayLike | None = None,
    limit: float | None = None,
) -> IsotonicRecalibration: ...


def recalibration(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    kind: Literal["intercept", "logistic", "isotonic"],
    weight: ArrayLike | None = None,
    limit: float | None = None,
) -> Recalibration | IsotonicRecalibration:
    r"""What must be done to the risks so that they are right on the whole, or also in spread.

    .. math:: \operatorname{logit} P(y = 1) = a + b \operatorname{logit} p

    fitted by (weighted) maximum likelihood, with :math:`b = 1` where ``kind`` is "intercept".
    Where it is "isotonic", the new risk is the function of the old one that never falls and has
    the least squared distance to the outcomes,

    .. math:: \min_g \sum_i w_i \bigl(y_i - g(p_i)\bigr)^2, \qquad
        g(p) \le g(q) \text{ for } p \le q

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float in (0, 1)
        Predicted probability of the event; 0 and 1, which have no log-odds, only where ``kind``
        is "isotonic".
    kind : {"intercept", "logistic", "isotonic"}
        The intercept alone; intercept and slope; or steps that only rise. Steps may overfit
        small samples: with fewer than about a thousand patients prefer the logistic kind.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    limit : float in (0, 0.5), optional
        Risks nearer to 0 or 1 than this are moved to it, here and wherever it is used; not for
        "isotonic".

    Returns
    -------
    Recalibration or IsotonicRecalibration
        Intercept 0 and slope 1 change nothing. On the patients it was fitted to, the
        recalibrated risks add up to the events; their calibration must be judged on others.
        Isotonic risks tie patients whom the model told apart, and the outermost are often
        exactly 0 or 1.

    Raises
    ------
    NotEstimable
        With one class; risks of exactly 0 or 1 and no ``limit``; for "logistic", one risk
        for all or risks that separate the classes; for "isotonic", a ``limit``.

    References
    ----------
    Cox DR. Biometrika 1958;45:562-565.
    Steyerberg EW et al. Stat Med 2004;23:2567-2586 (methods 1 and 2 of updating).
    Zadrozny B, Elkan C. Proc KDD 2002:694-699 (isotonic). Niculescu-Mizil A, Caruana R. Proc
    ICML 2005:625-632 (its overfitting below a thousand patients).

    Examples
    --------
    >>> put_right = recalibration([1, 0, 1, 0], [0.2] * 4, kind="intercept")
    >>> put_right.risk([0.2, 0.5]).round(3)
    array([0.5, 0.8])
    """
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    if kind == "isotonic":
        _refuse_limit(limit)
        return fitted_steps(y, p, w, taken_as_known(weight))
    logit, note = log_odds(p, limit)
    beta, covariance = _fitted(y, logit, w, kind)
    error = np.sqrt(np.diag(covariance))
    return Recalibration(
        kind=kind,
        intercept=float(beta[0]),
        slope=float(beta[1]) if beta.size == 2 else 1.0,
        intercept_se=float(error[0]),
        slope_se=float(error[1]) if beta.size == 2 else None,
        limit=limit,
        n=y.size,
        method=f"{_NAMES[kind]}, robust variance{taken_as_known(weight)}{note}",
    )


def _refuse_limit(limit: float | None) -> None:
    if limit is not None:
        raise NotEstimable(
            "limit — expected none for isotonic recalibration, got one — it needs no log-odds"
        )


def _fitted(
    y: BoolArray, logit: FloatArray, w: FloatArray, kind: str
) -> tuple[FloatArray, FloatArray]:
    """Intercept, or intercept and slope, with their covariance."""
    ones = np.ones((y.size, 1))
    if kind == "intercept":
        return fitted_logistic(y, ones, w, offset=logit)
    if kind == "logistic":
        refuse_separation(y, logit)
        return fitted_logistic(y, np.column_stack([ones, logit]), w)
    raise NotEstimable(f"kind — expected intercept, logistic or isotonic, got {kind!r}")
