"""What a C statistic and a prevalence say of the risks that a calibrated model tells."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from probatum.analysis.observations import FloatArray
from probatum.analysis.sample_size.asked import among


def cox_snell_r2(c_statistic: float, prevalence: float) -> float:
    r"""Cox and Snell's R2 of a calibrated model that is as discriminating as told.

    The linear predictor is normal with one variance in those with and without the outcome,
    :math:`\mu = \sqrt 2\,\Phi^{-1}(C)` apart; then

    .. math:: R^2 = 1 - e^{-2 I}, \qquad
        I = \mathrm{E}[\ell(\pi) - \ell(\phi)], \quad
        \operatorname{logit}\pi = \operatorname{logit}\phi - \mu^2/2 + \mu x

    Parameters
    ----------
    c_statistic : float in (0.5, 1)
    prevalence : float in (0, 1)

    Returns
    -------
    float
        0 for a model as good as chance; at most :math:`R^2_{\max}`.

    References
    ----------
    Riley RD, Van Calster B, Collins GS. Stat Med 2021;40:859-864.

    Departures
    ----------
    The paper simulates a million patients and fits a logistic model. The likelihood that the
    fit estimates is an integral, which is taken instead: no seed, no error of simulation.

    Examples
    --------
    >>> round(cox_snell_r2(0.89, 0.174), 3)
    0.291
    """
    lp, mass = binormal_predictor(
        among(c_statistic, "c_statistic", 0.5, 1), among(prevalence, "prevalence", 0, 1)
    )
    p = special.expit(lp)
    left = float(mass @ (special.entr(p) + special.entr(special.expit(-lp))))
    return -math.expm1(-2 * max(entropy(prevalence) - left, 0.0))


def binormal_predictor(c_statistic: float, prevalence: float) -> tuple[FloatArray, FloatArray]:
    r"""Values of a calibrated linear predictor, and the share of patients at each.

    Normal with variance :math:`\mu^2` about
    :math:`\operatorname{logit}\phi \mp \mu^2/2` without and with the outcome.

    Examples
    --------
    >>> lp, mass = binormal_predictor(0.8, 0.2)
    >>> round(float(mass @ special.expit(lp)), 12)
    0.2
    """
    mu = math.sqrt(2) * float(special.ndtri(c_statistic))
    node, share = normal_nodes()
    centre = float(special.logit(prevalence))
    lp = np.concatenate([centre - mu**2 / 2 + mu * node, centre + mu**2 / 2 + mu * node])
    return lp, np.concatenate([(1 - prevalence) * share, prevalence * share])


def normal_nodes() -> tuple[FloatArray, FloatArray]:
    """Points of a standard normal variable, and the probability that each stands for.

    The trapezoid of a function that dies out at both ends errs less than rounding does.

    Examples
    --------
    >>> node, share = normal_nodes()
    >>> round(float(share @ node**4), 9)
    3.0
    """
    node = np.linspace(-9, 9, 3601)
    share = np.exp(-(node**2) / 2)
    return node, share / share.sum()


def both_below(h: float, k: float, correlation: float) -> float:
    r"""Probability :math:`\Phi_2(h, k; \rho)` that two standard normal variables are below.

    Examples
    --------
    >>> round(both_below(0, 0, 0.5), 12) == round(1 / 3, 12)
    True
    """
    if correlation < 0:
        return float(special.ndtr(h)) - both_below(h, -k, -correlation)
    node, share = normal_nodes()
    shared, own = math.sqrt(correlation) * node, math.sqrt(1 - correlation)
    return float(share @ (special.ndtr((h - shared) / own) * special.ndtr((k - shared) / own)))


def entropy(prevalence: float) -> float:
    """Minus the mean log-likelihood of an outcome whose share is all that is known.

    Examples
    --------
    >>> round(entropy(0.5), 4)
    0.6931
    """
    return float(special.entr(prevalence) + special.entr(1 - prevalence))
