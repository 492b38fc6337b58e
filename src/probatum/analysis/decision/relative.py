"""Net benefit in units that people can weigh: of the most possible, avoided, per test."""

# ruff: noqa: PT028 — the test that is traded off is the clinic's

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.decision.benefit import net_benefit_difference, treat_all
from probatum.analysis.decision.means import share_alike
from probatum.analysis.decision.policy import checked, odds, taken, worth
from probatum.analysis.estimate import Estimate, wald
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    effective_size,
    weighted_mean,
)
from probatum.errors import NotEstimable

PER: Final = 100
"""Patients among whom avoided interventions are counted."""


def standardised_net_benefit(
    outcome: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Net benefit as a share of the most that any model could earn, the prevalence.

    .. math:: \mathrm{sNB}(p_t) = \frac{\mathrm{NB}(p_t)}{\pi}
        = \mathrm{TPR} - \mathrm{FPR} \, \frac{1 - \pi}{\pi} \, \frac{p_t}{1 - p_t}

    The standard error is that of a ratio of means (delta method): of the mean over patients of
    :math:`(u_i - \mathrm{sNB}\, y_i) / \pi`, with :math:`u_i` what the patient's decision is
    worth, so that the prevalence counts as estimated.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; to at least one patient.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    threshold : float in (0, 1)
        :math:`p_t`, the risk at which acting and waiting are worth the same.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At most 1, a perfect model; 0 is worth no more than acting on nobody. With a perfect
        model, or nobody acted on, no patient departs from the share, and the delta method has
        no error: the bounds are then exact ones, and ``method`` says so.

    Raises
    ------
    NotEstimable
        Without events; with fewer than two patients, a risk outside [0, 1] or a threshold
        outside (0, 1).

    References
    ----------
    Baker SG, Cook NR, Vickers A, Kramer BS. J R Stat Soc A 2009;172:729-748 (relative utility).
    Marsh TL, Janes H, Pepe MS. Biometrics 2020;76:843-852.

    Departures
    ----------
    Exact bounds: of m events all found, or none, at least :math:`(\alpha/4)^{1/m}` of others
    would be, and likewise of the spared without it; the prevalence is held.

    Examples
    --------
    >>> standardised_net_benefit([1, 1, 0, 0], [0.9, 0.1, 0.6, 0.2], threshold=0.2).value
    0.25
    """
    y, p, w = at_risk(outcome, risk, weight)
    if not y.any():
        raise NotEstimable(
            "standardised net benefit — expected at least one event, got none — "
            "report the net benefit itself"
        )
    earned = worth(y, p >= checked(threshold), threshold)
    most, gained = (float(np.average(v, weights=w)) for v in (y, earned))
    share = gained / most
    _, error = weighted_mean((earned - share * y) / most, w)
    if not error:
        return taken(_exact_share(share, y, w, threshold, confidence), weight)
    found = wald(
        share,
        error,
        confidence=confidence,
        n=y.size,
        method="standardised net benefit, delta method, Wald interval",
        within=(-np.inf, 1.0),
    )
    return taken(found, weight)


def interventions_avoided(
    outcome: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Interventions fewer per 100 patients than acting on all, none of them owed to an event.

    .. math:: 100 \, \frac{\mathrm{NB}_{\text{model}} - \mathrm{NB}_{\text{all}}}{p_t/(1 - p_t)}
        = \frac{100}{n} \Bigl(TN - FN \, \frac{1 - p_t}{p_t}\Bigr)

    Each event left untreated is charged as the unneeded interventions it is worth at the
    threshold, so the number is net of what the patients missed have lost.

    Parameters
    ----------
    outcome, risk, threshold, weight, confidence
        As :func:`standardised_net_benefit`; events are not needed.

    Returns
    -------
    Estimate
        Per 100 patients; 0 when the model acts on all, below 0 when acting on all is better;
        ``p_value`` is two-sided, of 0.

    Raises
    ------
    NotEstimable
        With fewer than two patients, a risk outside [0, 1] or a threshold outside (0, 1).

    References
    ----------
    Vickers AJ, Elkin EB. Med Decis Making 2006;26(6):565-574.
    Vickers AJ, Van Calster B, Steyerberg EW. BMJ 2016;352:i6.

    Examples
    --------
    >>> interventions_avoided([1, 0, 0, 0, 0], [.9, .1, .1, .3, .2], threshold=0.25).value
    60.0
    """
    gain = net_benefit_difference(
        outcome, risk, checked(threshold), weight=weight, confidence=confidence
    )
    words = f"net interventions avoided per 100 patients, from the {gain.method}"
    return _scaled(gain, PER / odds(threshold), words)


def test_trade_off(
    outcome: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    *,
    versus: str | ArrayLike = "best_default",
    unit: Literal["true_positive", "false_positive"] = "true_positive",
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Patients who must be tested for each net true positive more than without the test.

    .. math:: \frac{1}{\Delta}, \qquad
        \Delta = \mathrm{NB}_{\text{model}}(p_t) - \mathrm{NB}_{\text{other}}(p_t)

    The test is worth its burden to whoever would test at least so many patients to find one
    more event (``unit="true_positive"``), or :math:`\frac{p_t}{1 - p_t} / \Delta` patients to
    spare one an unneeded intervention (``"false_positive"``). The interval is the reciprocal
    of that of :math:`\Delta`.

    Parameters
    ----------
    outcome, risk, threshold, weight, confidence
        As :func:`standardised_net_benefit`; events are not needed.
    versus : {"best_default", "treat_all", "treat_none"} or (n,) of float in [0, 1]
        What is done without the test. The best default is the better, in these data, of
        acting on all and on nobody. Or the risks of a model that needs no such test.
    unit : {"true_positive", "false_positive"}
        What one test more is traded for.

    Returns
    -------
    Estimate
        Tests; small is good, at least 1 for ``"true_positive"``. Where the gain may be nothing
        no number of tests bounds it from above: ``lower`` and ``upper`` are ``None`` and
        ``method`` gives the bound there is.

    Raises
    ------
    NotEstimable
        Where the test gains nothing, so that no number of tests is worth it; else as
        :func:`standardised_net_benefit`.

    References
    ----------
    Baker SG, Van Calster B, Steyerberg EW. Int J Biostat 2012;8(1) (test tradeoff).
    Van Calster B et al. Eur Urol 2018;74:796-804 (both units).

    Departures
    ----------
    The best default is taken as if it had been known, not chosen by the same data; near a
    threshold equal to the prevalence, where both are worth the same, that is optimistic.

    Examples
    --------
    >>> test_trade_off([1, 1, 0, 0], [0.9, 0.7, 0.6, 0.2], threshold=0.5).value
    4.0
    """
    other = _better_default(outcome, threshold, weight) if _is_best(versus) else versus
    gain = net_benefit_difference(
        outcome, risk, threshold, versus=other, weight=weight, confidence=confidence
    )
    if gain.value <= 0:
        raise NotEstimable(
            f"test trade-off — expected a gain in net benefit, got {gain.value:.6g} — "
            "no number of tests is worth it; report the difference of net benefit"
        )
    price = {"true_positive": 1.0, "false_positive": odds(threshold)}[_unit(unit)]
    words = f"tests per net {unit.replace('_', ' ')}, reciprocal of the {gain.method}"
    return _reciprocal(gain, price, words)


def _exact_share(
    share: float, y: BoolArray, w: FloatArray, threshold: float, confidence: float
) -> Estimate:
    """Share 0 or 1 from which no patient departs: all events found or none, nobody else."""
    found, spared = (_unlike(w[who], confidence) for who in (y, ~y))
    prevalence = float(np.average(y, weights=w))
    price = (1 - prevalence) / prevalence * odds(threshold)
    return Estimate(
        value=share,
        se=0.0,
        lower=max(share - found, 0.0) - price * spared,
        upper=min(share + found, 1.0),
        level=confidence,
        n=y.size,
        method="standardised net benefit, exact bounds: no patient departs from the share, "
        "prevalence held",
    )


def _unlike(weight: FloatArray, confidence: float) -> float:
    """Most of a class who may be unlike all those seen, each of two classes at half alpha."""
    both = (1 + confidence) / 2
    return 1 - share_alike(effective_size(weight), both) if weight.size else 0.0


def _is_best(versus: str | ArrayLike) -> bool:
    return isinstance(versus, str) and versus == "best_default"


def _unit(unit: str) -> str:
    if unit not in ("true_positive", "false_positive"):
        raise NotEstimable(f"unit — expected 'true_positive' or 'false_positive', got {unit!r}")
    return unit


def _better_default(outcome: ArrayLike, threshold: float, weight: ArrayLike | None) -> str:
    return "treat_all" if treat_all(outcome, threshold, weight=weight) > 0 else "treat_none"


def _scaled(estimate: Estimate, by: float, method: str) -> Estimate:
    lower, upper = estimate.interval
    return replace(
        estimate,
        value=estimate.value * by,
        se=(estimate.se or 0.0) * by,
        lower=lower * by,
        upper=upper * by,
        method=method,
    )


def _reciprocal(gain: Estimate, price: float, method: str) -> Estimate:
    """One over an estimate above 0, its interval turned round; none where it reaches 0."""
    lower, upper = gain.interval
    is_bounded = lower > 0
    if not is_bounded:
        method += (
            f"; at least {price / upper:.6g}, without an upper bound: the gain may be nothing"
        )
    return replace(
        gain,
        value=price / gain.value,
        se=price * (gain.se or 0.0) / gain.value**2,
        lower=price / upper if is_bounded else None,
        upper=price / lower if is_bounded else None,
        method=method,
        statistic=None,
        p_value=None,
    )
