"""How many patients does it take to check a model's risks in new patients?

Precise enough for each of: events observed to expected, calibration slope, C statistic and,
where a threshold is set, net benefit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.estimate import normal_quantile
from probatum.analysis.observations import FloatArray, risks
from probatum.analysis.sample_size.asked import among
from probatum.analysis.sample_size.predictor import binormal_predictor, normal_nodes
from probatum.analysis.sample_size.size import Demand, SampleSize, sized
from probatum.analysis.sample_size.smallest import smallest
from probatum.errors import NotEstimable


def riley_validation_binary(
    prevalence: float,
    c_statistic: float,
    *,
    risk: ArrayLike | None = None,
    lp_mean: float | None = None,
    lp_sd: float | None = None,
    oe_width: float = 0.2,
    slope_width: float = 0.2,
    c_width: float = 0.1,
    threshold: float | None = None,
    sensitivity: float | None = None,
    specificity: float | None = None,
    net_benefit_width: float = 0.2,
    confidence: float = 0.95,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to validate a risk model of an outcome that happens or does not.

    Each interval is to be no wider than asked, its standard error being

    .. math::
        \mathrm{SE}^2(\ln O/E) &= \frac{1 - \phi}{n \phi}, \qquad
        \mathrm{SE}^2(\beta) = \frac{I_\alpha}{n (I_\alpha I_\beta - I_{\alpha\beta}^2)} \\
        \mathrm{SE}^2(C) &= \frac{C (1 - C)
            \left(1 + (n/2 - 1)\left(\frac{1 - C}{2 - C} + \frac{C}{1 + C}\right)\right)}
            {n^2 \phi (1 - \phi)} \\
        \mathrm{SE}^2(sNB) &= \frac1n \left(\frac{Se (1 - Se)}{\phi}
            + \frac{w^2 Sp (1 - Sp)}{1 - \phi} + \frac{w^2 (1 - Sp)^2}{\phi (1 - \phi)}\right)

    with :math:`I_\alpha, I_{\alpha\beta}, I_\beta` the means of :math:`p(1-p)` times 1,
    :math:`L`, :math:`L^2` over the linear predictor :math:`L = \operatorname{logit} p`, and
    :math:`w = \frac{1 - \phi}{\phi} \frac{t}{1 - t}`.

    Parameters
    ----------
    prevalence : float in (0, 1)
        :math:`\phi`, expected share with the outcome.
    c_statistic : float in (0.5, 1)
        Expected.
    risk : (m,) of float in (0, 1), optional
        Risks the model told patients like those to come: the distribution of the predictor.
    lp_mean, lp_sd : float, optional
        Its mean and standard deviation instead, if it is normal. Without either it is
        that of a calibrated model, normal in those with and without the outcome.
    oe_width, slope_width, c_width : float > 0
        Full widths of the intervals, of O/E about 1 on its own scale.
    threshold : float in (0, 1), optional
        Risk from which patients are acted on; net benefit is asked for if it is given.
    sensitivity, specificity : float in (0, 1), optional
        Expected there; needed with ``threshold``.
    net_benefit_width : float > 0
        Of the net benefit divided by the prevalence.
    confidence : float in (0, 1)
        Two-sided confidence level.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        The slope usually rules; the narrower the predictor's spread the more patients.

    Raises
    ------
    NotEstimable
        When a number is out of range, or the predictor is told twice, by half or constant.

    References
    ----------
    Riley RD et al. Stat Med 2021;40:4230-4251.

    Departures
    ----------
    The paper simulates the predictor; its means are integrals here. The width of O/E,
    :math:`2 \sinh(z\,\mathrm{SE})`, is solved, not searched in steps.

    Examples
    --------
    >>> size = riley_validation_binary(0.018, 0.8, lp_mean=-5, lp_sd=2.5, oe_width=1)
    >>> [criterion.n for criterion in size.criteria], size.ruling
    ([906, 4554, 4252], 'width of the calibration slope at most')
    """
    phi = among(prevalence, "prevalence", 0, 1)
    c = among(c_statistic, "c_statistic", 0.5, 1)
    check_widths(
        oe_width=oe_width,
        slope_width=slope_width,
        c_width=c_width,
        net_benefit_width=net_benefit_width,
    )
    z = normal_quantile(confidence)
    slope = slope_variance(*_predictor(risk, lp_mean, lp_sd, c, phi))
    demands = [
        _observed_expected(phi, oe_width, z),
        width_of("calibration slope", slope_width, z, slope),
        _concordance(c, phi, c_width, z),
    ]
    if threshold is None and (sensitivity is not None or specificity is not None):
        raise NotEstimable("net benefit — expected the threshold of the accuracy, got none")
    if threshold is not None:
        spread = net_benefit_variance(phi, threshold, sensitivity, specificity)
        demands += [width_of("standardised net benefit", net_benefit_width, z, spread)]
    return sized(
        demands,
        method=f"Riley criteria for external validation, binary outcome; prevalence {phi:g}, "
        f"C {c:g}, {_told(risk, lp_mean, lp_sd)} (Stat Med 2021;40:4230)",
        prevalence=phi,
        confidence=confidence,
        unusable=unusable,
    )


def check_widths(**widths: float) -> None:
    """Refuse a width that no interval can have.

    Examples
    --------
    >>> check_widths(slope_width=0.2)
    """
    for name, width in widths.items():
        among(width, name, 0, math.inf)


def slope_variance(lp: FloatArray, mass: FloatArray) -> float:
    """Variance of the calibration slope times n, for a calibrated model.

    Parameters
    ----------
    lp : (m,) of float
        Values of the linear predictor.
    mass : (m,) of float
        Share of patients at each.

    Examples
    --------
    >>> slope_variance(np.array([-1., 1.]), np.array([.5, .5])) < 5.2
    True
    """
    density = special.expit(lp) * special.expit(-lp) * mass
    with np.errstate(all="ignore"):  # a predictor without end is one risk for all
        alpha, both, beta = (float(density @ lp**power) for power in range(3))
    information = alpha * beta - both * both
    if not information > 1e-12 * alpha * max(beta, alpha):
        raise NotEstimable(
            "calibration slope — expected risks that differ, got one risk for all"
        )
    return alpha / information


def newcombe_variance(c: float, prevalence: float, n: float) -> float:
    """Variance of a C statistic among n patients.

    References
    ----------
    Newcombe RG. Stat Med 2006;25:559-573.

    Examples
    --------
    >>> round(newcombe_variance(0.8, 0.018, 4252) ** 0.5, 4)
    0.0255
    """
    pairs = 1 + (n / 2 - 1) * ((1 - c) / (2 - c) + c / (1 + c))
    return c * (1 - c) * pairs / (n**2 * prevalence * (1 - prevalence))


def net_benefit_variance(
    prevalence: float,
    threshold: float,
    sensitivity: float | None,
    specificity: float | None,
) -> float:
    """Variance of the standardised net benefit times n.

    Examples
    --------
    >>> round(net_benefit_variance(0.5, 0.5, 0.8, 0.8), 2)
    0.8
    """
    if sensitivity is None or specificity is None:
        raise NotEstimable(
            "net benefit — expected sensitivity and specificity there, got one or none"
        )
    se = among(sensitivity, "sensitivity", 0, 1)
    sp = among(specificity, "specificity", 0, 1)
    odds = threshold / (1 - among(threshold, "threshold", 0, 1))
    w2 = ((1 - prevalence) / prevalence * odds) ** 2
    false = sp * (1 - sp) / (1 - prevalence) + (1 - sp) ** 2 / (prevalence * (1 - prevalence))
    return se * (1 - se) / prevalence + w2 * false


def _observed_expected(phi: float, width: float, z: float) -> Demand:
    variance = (1 - phi) / phi
    error = math.asinh(width / 2) / z
    return Demand(
        "width of O/E at most",
        width,
        variance / error / error,
        lambda n: 2 * math.sinh(z * math.sqrt(variance / n)),
    )


def _concordance(c: float, phi: float, width: float, z: float) -> Demand:
    def reached(n: int) -> float:
        return 2 * z * math.sqrt(newcombe_variance(c, phi, n))

    needs = smallest(lambda n: reached(n) <= width, least=2)
    return Demand("width of the C statistic at most", width, needs, reached)


def width_of(name: str, width: float, z: float, variance: float, *, lost: int = 0) -> Demand:
    """Patients for a normal interval no wider than asked, of a ``variance`` over n less some.

    Examples
    --------
    >>> round(width_of("slope", 0.2, 1.96, 0.5).needs, 1)
    192.1
    """
    halves = 2 * z / width
    return Demand(
        f"width of the {name} at most",
        width,
        variance * halves * halves + lost,
        lambda n: 2 * z * math.sqrt(variance / (n - lost)),
    )


def _predictor(
    risk: ArrayLike | None, mean: float | None, sd: float | None, c: float, phi: float
) -> tuple[FloatArray, FloatArray]:
    if (mean is None) != (sd is None) or (risk is not None and mean is not None):
        raise NotEstimable(
            "linear predictor — expected risk, or lp_mean and lp_sd, or none of them"
        )
    if risk is not None:
        p = risks(risk)
        if np.any((p == 0) | (p == 1)):
            raise NotEstimable("risk — expected risks in (0, 1), got some of 0 or 1")
        return special.logit(p), np.full(p.size, 1 / p.size)
    if mean is None or sd is None:
        return binormal_predictor(c, phi)
    node, share = normal_nodes()
    among(mean, "lp_mean", -math.inf, math.inf)
    return mean + among(sd, "lp_sd", 0, math.inf) * node, share


def _told(risk: ArrayLike | None, mean: float | None, sd: float | None) -> str:
    if risk is not None:
        return "predictor as in the risks given"
    if mean is not None:
        return f"predictor normal ({mean:g}, sd {sd:g})"
    return "predictor of a calibrated model, normal in those with and without the outcome"
