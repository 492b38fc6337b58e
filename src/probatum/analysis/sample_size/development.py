"""How many patients does it take to develop a model that does not overfit? Yes-or-no and time.

Riley's criteria: shrinkage small, optimism small, overall risk known; each gives a size, and
the largest rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import optimize

from probatum.analysis.estimate import normal_quantile
from probatum.analysis.sample_size.asked import among, candidates
from probatum.analysis.sample_size.predictor import cox_snell_r2, entropy
from probatum.analysis.sample_size.size import Demand, SampleSize, sized
from probatum.analysis.sample_size.smallest import smallest
from probatum.errors import NotEstimable


def riley_binary(
    parameters: int,
    prevalence: float,
    *,
    r2_cox_snell: float | None = None,
    c_statistic: float | None = None,
    shrinkage: float = 0.9,
    optimism: float = 0.05,
    risk_margin: float = 0.05,
    mape: float | None = None,
    confidence: float = 0.95,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to develop a risk model of an outcome that happens or does not.

    .. math::
        n_1 &= \frac{P}{(S - 1) \ln(1 - R^2/S)}, \qquad
        n_2 = n_1 \text{ at } S = \frac{R^2}{R^2 + \delta R^2_{\max}} \\
        n_3 &= (z/\delta_\phi)^2 \phi (1 - \phi), \qquad
        n_4 = \exp\frac{-0.508 + 0.259 \ln\phi + 0.504 \ln P - \ln\mathrm{MAPE}}{0.544}

    In the last, :math:`\phi` is the share of the rarer: patients with the outcome, or without.

    Parameters
    ----------
    parameters : int, at least 1
        :math:`P`, candidate parameters, those tried and dropped included.
    prevalence : float in (0, 1)
        :math:`\phi`, expected share with the outcome.
    r2_cox_snell : float in (0, 1), optional
        :math:`R^2`, Cox and Snell's, adjusted for optimism; below
        :math:`R^2_{\max} = 1 - (\phi^\phi (1-\phi)^{1-\phi})^2`.
    c_statistic : float in (0.5, 1), optional
        Given in its place; see :func:`cox_snell_r2`.
    shrinkage : float in (0, 1)
        :math:`S`, least uniform shrinkage factor expected.
    optimism : float in (0, 1)
        :math:`\delta`, most optimism in Nagelkerke's :math:`R^2`.
    risk_margin : float in (0, 1)
        :math:`\delta_\phi`, half-width of the interval of the overall risk.
    mape : float in (0, 1), optional
        Most mean absolute error of a predicted risk; for 30 parameters or fewer.
    confidence : float in (0, 1)
        Two-sided confidence level.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        A weaker model (smaller :math:`R^2`) needs more patients, not fewer.

    Raises
    ------
    NotEstimable
        Unless exactly one of ``r2_cox_snell`` and ``c_statistic`` is given and in range.

    References
    ----------
    Riley RD et al. BMJ 2020;368:m441. Riley RD et al. Stat Med 2019;38:1276-1296,
    criteria (i) to (iii). van Smeden M et al. Stat Methods Med Res 2019;28:2455-2474.

    Examples
    --------
    >>> size = riley_binary(24, 0.174, r2_cox_snell=0.288)
    >>> [criterion.n for criterion in size.criteria], size.n
    ([623, 662, 221], 662)
    """
    parameters = candidates(parameters)
    among(prevalence, "prevalence", 0, 1)
    r2 = _anticipated(r2_cox_snell, c_statistic, prevalence)
    most = 1 - math.exp(-2 * entropy(prevalence))
    demands = _overfitting(parameters, r2, most, shrinkage=shrinkage, optimism=optimism)
    spread = normal_quantile(confidence) * math.sqrt(prevalence * (1 - prevalence))
    among(risk_margin, "risk_margin", 0, 1)
    demands += [
        Demand(
            "half-width of the overall risk at most",
            risk_margin,
            spread / risk_margin * (spread / risk_margin),
            lambda n: spread / math.sqrt(n),
        )
    ]
    if mape is not None:
        rarer = min(prevalence, 1 - prevalence)
        demands += [_absolute_error(parameters, rarer, among(mape, "mape", 0, 1))]
    source = "given" if c_statistic is None else f"from a C statistic of {c_statistic:g}"
    return sized(
        demands,
        method=f"Riley criteria, binary outcome; {parameters} parameters, prevalence "
        f"{prevalence:g}, Cox-Snell R2 {r2:.4g} {source} (BMJ 2020;368:m441)",
        prevalence=prevalence,
        confidence=confidence,
        unusable=unusable,
    )


def riley_survival(
    parameters: int,
    rate: float,
    time: float,
    mean_follow_up: float,
    r2_cox_snell: float,
    *,
    shrinkage: float = 0.9,
    optimism: float = 0.05,
    risk_margin: float = 0.05,
    confidence: float = 0.95,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to develop a model of the time to an event.

    The first two criteria are those of :func:`riley_binary` with
    :math:`R^2_{\max} = 1 - \exp(2 \lambda (\ln\lambda - 1))`, :math:`\lambda` the events per
    patient over the mean follow-up. The third wants the risk :math:`1 - e^{-\lambda t}` of
    a constant rate within its margin on both sides.

    Parameters
    ----------
    parameters : int, at least 1
        Candidate parameters.
    rate : float > 0
        Events per patient and unit of time.
    time : float > 0
        Time of the prediction, in the same unit.
    mean_follow_up : float > 0
        In the same unit.
    r2_cox_snell : float in (0, 1)
        Adjusted for optimism.
    shrinkage, optimism, risk_margin, confidence, unusable
        As :func:`riley_binary`.

    Returns
    -------
    SampleSize
        With the events expected over the follow-up.

    Raises
    ------
    NotEstimable
        When a number is out of range or the :math:`R^2` larger than it can be.

    References
    ----------
    Riley RD et al. Stat Med 2019;38:1276-1296. BMJ 2020;368:m441.

    Departures
    ----------
    The third criterion is given the size that it needs by itself; pmsampsize evaluates it at
    the larger of the other two.

    Examples
    --------
    >>> riley_survival(30, 0.065, 2, 2.07, 0.051).n
    5143
    """
    parameters = candidates(parameters)
    for value, name in ((rate, "rate"), (time, "time"), (mean_follow_up, "mean_follow_up")):
        among(value, name, 0, math.inf)
    per_patient = rate * mean_follow_up
    among(per_patient, "events per patient (rate times mean follow-up)", 0, math.e)
    most = 1 - math.exp(2 * per_patient * (math.log(per_patient) - 1))
    r2 = among(r2_cox_snell, "Cox-Snell R2", 0, most)
    demands = _overfitting(parameters, r2, most, shrinkage=shrinkage, optimism=optimism)
    z, risk = normal_quantile(confidence), math.exp(-rate * time)

    def margin(n: int) -> float:
        half = z * math.sqrt(rate / (n * mean_follow_up)) * time
        return risk * max(math.exp(min(half, 700)) - 1, 1 - math.exp(-half))

    among(risk_margin, "risk_margin", 0, 1)
    needs = smallest(lambda n: margin(n) <= risk_margin)
    demands += [Demand("margin of the risk at that time at most", risk_margin, needs, margin)]
    return sized(
        demands,
        method=f"Riley criteria, time to event; {parameters} parameters, rate {rate:g}, mean "
        f"follow-up {mean_follow_up:g}, prediction at {time:g}, Cox-Snell R2 {r2:g} "
        "(BMJ 2020;368:m441)",
        prevalence=per_patient,
        confidence=confidence,
        unusable=unusable,
    )


def _anticipated(
    r2_cox_snell: float | None, c_statistic: float | None, prevalence: float
) -> float:
    if (r2_cox_snell is None) == (c_statistic is None):
        raise NotEstimable(
            "riley_binary — expected one of r2_cox_snell and c_statistic, got "
            + ("neither" if c_statistic is None else "both")
        )
    if c_statistic is not None:
        r2_cox_snell = cox_snell_r2(c_statistic, prevalence)
    most = 1 - math.exp(-2 * entropy(prevalence))
    return among(r2_cox_snell, "Cox-Snell R2", 0, most)  # type: ignore[arg-type]


def _overfitting(
    parameters: int, r2: float, most: float, *, shrinkage: float, optimism: float
) -> list[Demand]:
    """Shrinkage and optimism: the two criteria that binary and survival models share."""
    among(shrinkage, "shrinkage", r2, 1)
    among(optimism, "optimism", 0, 1)
    shrunk = shrinkage_expected(parameters, r2)
    optimistic = r2 / (r2 + optimism * most)
    return [
        Demand("shrinkage at least", shrinkage, _needed(parameters, r2, shrinkage), shrunk),
        Demand(
            "optimism in Nagelkerke R2 at most",
            optimism,
            _needed(parameters, r2, optimistic),
            lambda n: r2 / most * (1 / shrunk(n) - 1),
        ),
    ]


def _needed(parameters: int, r2: float, shrinkage: float) -> float:
    """Infinite where no optimism is allowed, nothing where all that there can be is."""
    if not r2 < shrinkage < 1:
        return 0.0 if shrinkage <= r2 else math.inf
    return parameters / ((shrinkage - 1) * math.log1p(-r2 / shrinkage))


def shrinkage_expected(parameters: int, r2: float) -> Callable[[int], float]:
    """Uniform shrinkage factor that a number of patients leads one to expect.

    Examples
    --------
    >>> round(shrinkage_expected(24, 0.288)(623), 4)
    0.9001
    """

    def shrunk(n: int) -> float:
        return float(
            optimize.brentq(
                lambda s: n * (s - 1) * math.log1p(-r2 / s) - parameters,
                r2 * (1 + 1e-12),
                1,
                xtol=1e-14,
            )
        )

    return shrunk


def _absolute_error(parameters: int, rarer: float, mape: float) -> Demand:
    if parameters > 30:
        raise NotEstimable(
            f"mape — expected at most 30 parameters, got {parameters} — "
            "the formula was fitted to no more"
        )
    log = -0.508 + 0.259 * math.log(rarer) + 0.504 * math.log(parameters)
    of_n = (log - math.log(mape)) / 0.544
    return Demand(
        "mean absolute error of the risks at most",
        mape,
        math.exp(of_n) if of_n < 700 else math.inf,
        lambda n: math.exp(log - 0.544 * math.log(n)),
    )
