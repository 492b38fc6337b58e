"""Given what a look has shown, how likely is the study to end in success?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from probatum.analysis.choices import one_number
from probatum.analysis.observations import FloatArray, read_only
from probatum.analysis.sequential.crossing import Crossing, Region, region_of, stopping
from probatum.analysis.sequential.spending import looks
from probatum.analysis.sequential.undecided import Undecided
from probatum.errors import NotEstimable

_SURE: Final = 1e-4
"""Standard deviation of a prior below which it leaves nothing to average over."""


def conditional_power(
    z: float,
    at: float,
    information: Sequence[float],
    critical: Sequence[float],
    *,
    drift: float | None = None,
    futility: Sequence[float] | None = None,
    sides: int = 2,
) -> Crossing:
    r"""Chance to cross a later boundary, given the statistic now and the true effect.

    With one look left it is

    .. math:: \mathrm{CP}_\theta = \Phi\left(
        \frac{z \sqrt t + \theta (1 - t) - c}{\sqrt{1 - t}} \right);

    with more, the looks in between may stop the study too.

    Parameters
    ----------
    z : float
        Test statistic now.
    at : float in (0, 1)
        :math:`t`, share of the planned information seen now.
    information : (k,) of float in (at, 1], increasing
        Of the looks still to come.
    critical : (k,) of float
        Upper boundary of each of them.
    drift : float, optional
        :math:`\theta`, mean of the test statistic at full information: that planned for, or 0
        for none. Without it, that which the data show now, :math:`z / \sqrt t`.
    futility : (k,) of float, optional
        Lower boundary of each, for one side.
    sides : {1, 2}
        Two-sided, the lower boundary is ``-critical``.

    Returns
    -------
    Crossing
        ``power`` is the conditional power; ``expected_information`` is counted from the start.

    Raises
    ------
    NotEstimable
        When looks to come do not increase from ``at`` to 1 at most, or boundaries are none.

    References
    ----------
    Lan KKG, Simon R, Halperin M. Commun Stat C 1982;1:207-219. Jennison C, Turnbull BW. Group
    Sequential Methods. Chapman & Hall 2000, chapter 10.

    Examples
    --------
    >>> found = conditional_power(1.0, 0.5, [1.0], [1.96])
    >>> round(found.power, 4)
    0.2201
    """
    variances, region = _to_come(z, at, information, critical, futility=futility, sides=sides)
    trend = z / math.sqrt(at) if drift is None else one_number(drift)
    if not math.isfinite(trend):
        raise NotEstimable(f"drift — expected a finite number, got {drift}")
    start = Undecided.at_the_start(z * math.sqrt(at))
    time = looks(information)
    scaled = (region[0] * np.sqrt(time), region[1] * np.sqrt(time))
    exits = stopping(start, scaled, variances, trend * variances)
    kind = "under the trend of the data" if drift is None else "under the drift given"
    return _outlook(time, exits, drift=trend, method=f"conditional power {kind}")


def predictive_power(
    z: float,
    at: float,
    information: Sequence[float],
    critical: Sequence[float],
    *,
    prior_drift: float = 0.0,
    prior_sd: float | None = None,
    futility: Sequence[float] | None = None,
    sides: int = 2,
) -> Crossing:
    r"""Chance to cross a later boundary, averaged over the effects that the data leave open.

    The drift has a normal prior :math:`N(\theta_0, 1/\pi)`, or none of its own
    (:math:`\pi = 0`). Its posterior mean :math:`M(t) = (z\sqrt t + \pi\theta_0) / (t + \pi)` is
    then a process of independent increments with variance :math:`1/(t + \pi) - 1/(t' + \pi)`,
    and is followed from look to look. With one look left and no prior,

    .. math:: \mathrm{PP} = \Phi\left( \frac{z - c \sqrt t}{\sqrt{1 - t}} \right)

    Parameters
    ----------
    z, at, information, critical, futility, sides
        As :func:`conditional_power`.
    prior_drift : float
        :math:`\theta_0`, where the prior is centred; without ``prior_sd`` it does not count.
    prior_sd : float, at least 0.0001, optional
        Standard deviation of the prior; without it every drift is as likely beforehand.

    Returns
    -------
    Crossing
        ``power`` is the predictive power; near 1/2 early on when no prior is given.

    Raises
    ------
    NotEstimable
        As :func:`conditional_power`; when the prior's standard deviation is below 0.0001.

    References
    ----------
    Spiegelhalter DJ, Freedman LS, Blackburn PR. Control Clin Trials 1986;7:8-17. Jennison C,
    Turnbull BW. Group Sequential Methods. Chapman & Hall 2000, chapter 10.

    Departures
    ----------
    The papers have one look left; the martingale of posterior means carries it to several.

    Examples
    --------
    >>> found = predictive_power(1.0, 0.5, [1.0], [1.96])
    >>> round(found.power, 4)
    0.2926
    """
    _, region = _to_come(z, at, information, critical, futility=futility, sides=sides)
    precision = _precision(prior_drift, prior_sd)
    time, pull = looks(information), precision * prior_drift
    known = np.concatenate([[at], time]) + precision
    variances = np.diff(-1 / known)
    scaled = tuple((bound * np.sqrt(time) + pull) / known[1:] for bound in region)
    start = Undecided.at_the_start((z * math.sqrt(at) + pull) / float(known[0]))
    exits = stopping(start, (scaled[0], scaled[1]), variances, np.zeros(time.size))
    prior = "no prior" if prior_sd is None else f"prior N({prior_drift:g}, {prior_sd:g}^2)"
    return _outlook(time, exits, drift=None, method=f"predictive power, {prior}")


def _to_come(
    z: float,
    at: float,
    information: Sequence[float],
    critical: Sequence[float],
    *,
    futility: Sequence[float] | None,
    sides: int,
) -> tuple[FloatArray, Region]:
    """Information between the looks to come, and their boundaries."""
    time = looks(information)
    if not 0 < one_number(at) < time[0] or not math.isfinite(one_number(z)):
        raise NotEstimable(
            "look — expected a finite statistic at an information above 0 and before the looks "
            f"to come, got {z} at {at}"
        )
    region = region_of(time, critical, futility=futility, sides=sides)
    return np.diff(time, prepend=at), region


def _precision(prior_drift: float, prior_sd: float | None) -> float:
    if not math.isfinite(one_number(prior_drift)):
        raise NotEstimable(f"prior — expected a finite drift, got {prior_drift}")
    if prior_sd is None:
        return 0.0
    if not _SURE <= one_number(prior_sd) < math.inf:
        raise NotEstimable(
            f"prior — expected a standard deviation of at least {_SURE:g}, got {prior_sd} — "
            "ask for the conditional power at a drift that is sure"
        )
    return float(prior_sd) ** -2


def _outlook(
    time: FloatArray, exits: tuple[FloatArray, FloatArray], *, drift: float | None, method: str
) -> Crossing:
    above, below = exits
    return Crossing(
        information=read_only(time),
        above=read_only(above),
        below=read_only(below),
        drift=drift,
        method=method,
    )
