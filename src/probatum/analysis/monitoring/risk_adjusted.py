"""Do patients fare worse than their own risks said, by more than chance?

The chart allows for who the patients are: an event in a patient of high risk counts less than
one in a patient of low risk.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.monitoring.charting import Chart, charted
from probatum.analysis.monitoring.choices import positive
from probatum.analysis.monitoring.design import Limit, limit_giving
from probatum.analysis.monitoring.integral import LONGEST
from probatum.analysis.monitoring.run_length import RunLength
from probatum.analysis.monitoring.standard import summed
from probatum.analysis.observations import FloatArray, outcomes, risks, same_length
from probatum.errors import NotEstimable

_STEPS: Final = 400


def risk_adjusted_cusum(
    outcome: ArrayLike, risk: ArrayLike, *, odds_ratio: float, limit: float
) -> Chart:
    r"""Cumulative evidence that the odds of the event are no longer those the model gives.

    .. math:: X_t = \max(0,\ X_{t-1} + W_t), \qquad
        W_t = y_t \ln R_A - \ln(1 - p_t + R_A p_t)

    from 0; a signal is :math:`X_t \ge h`. :math:`W_t` is the log-likelihood ratio of an odds
    ratio :math:`R_A` to one of 1.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened, in the order of time; one class alone will do.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event when all is well.
    odds_ratio : float, above 0, not 1
        :math:`R_A`, by how much the odds must have changed to be found quickly: above 1 looks
        for harm and gives the ``rise`` of the chart, below 1 for improvement and gives its
        ``fall``, written below 0.
    limit : float, above 0
        h, in units of log-likelihood.

    Returns
    -------
    Chart
        0 where nothing speaks for the change.

    Raises
    ------
    NotEstimable
        Without patients, with missing values, with an event at risk 0 or none at risk 1, or
        when a choice is out of its range.

    References
    ----------
    Steiner SH, Cook RJ, Farewell VT, Treasure T. Biostatistics 2000;1:441-452.

    Departures
    ----------
    The paper restarts the chart after a signal; this one goes on.

    Examples
    --------
    >>> chart = risk_adjusted_cusum([1, 1, 0], [0.1, 0.1, 0.5], odds_ratio=2, limit=1)
    >>> chart.rise.round(3).tolist(), chart.first_signal
    ([0.598, 1.196, 0.79], 1)
    """
    y, p = outcomes(outcome), risks(risk)
    same_length(outcome=y, risk=p)
    if np.any((y & (p == 0)) | (~y & (p == 1))):
        raise NotEstimable(
            "risk — expected outcomes that the risks allow, got an event at risk 0 or none at "
            "risk 1 — the model is refuted without a chart"
        )
    ratio, h = _odds_ratio(odds_ratio), positive(limit, "limit")
    evidence = summed(np.where(y, *_weights(p, ratio)))
    line = (evidence, np.full(y.size, h))
    method = f"risk-adjusted CUSUM, odds ratio {ratio:g} against 1, limit {h:g}"
    if ratio > 1:
        return charted(rise=line, method=method)
    return charted(fall=(0.0 - line[0], -line[1]), method=method)


def risk_adjusted_run_length(
    risk: ArrayLike, *, odds_ratio: float, limit: float, true_odds_ratio: float = 1.0
) -> RunLength:
    r"""Mean run length of a risk-adjusted CUSUM on patients like those of a reference cohort.

    .. math:: L(u) = 1 + L(0)\,P(W \le -u) + \sum_{0 < u + w < h} L(u + w)\,P(W = w)

    Patients arrive at random from the cohort, and have the event with odds
    :math:`R\,p/(1 - p)`. The equation is solved as a Markov chain of
    401 heights u and of 201, and the two are extrapolated to infinitely many (Richardson).

    Parameters
    ----------
    risk : (n,) of float in [0, 1]
        Predicted probabilities of the reference cohort, not all of them 0 or 1.
    odds_ratio, limit
        Of the chart, as :func:`risk_adjusted_cusum`.
    true_odds_ratio : float, above 0
        R, by how much the true odds differ from the predicted ones; 1 is in control.

    Returns
    -------
    RunLength
        ``shift`` is the true odds ratio.

    Raises
    ------
    NotEstimable
        Without patients, when a choice is out of its range, when nobody's outcome is in doubt,
        or when the run is longer than 1e12 patients.

    References
    ----------
    Steiner SH, Cook RJ, Farewell VT, Treasure T. Biostatistics 2000;1:441-452 (after Brook D,
    Evans DA. Biometrika 1972;59:539-549).

    Departures
    ----------
    A sum between two heights is shared between them so that its mean is kept, instead of
    being rounded: most weights are small, and rounding would make a drift of them.
    With few distinct risks the true run length jumps with the limit, and this one does not.

    Examples
    --------
    >>> risk = np.linspace(0.01, 0.3, 100)
    >>> found = risk_adjusted_run_length(risk, odds_ratio=2, limit=3)
    >>> harmed = risk_adjusted_run_length(risk, odds_ratio=2, limit=3, true_odds_ratio=2)
    >>> found.mean > 5 * harmed.mean
    True
    """
    mean = _mean_length(
        *_jumps(risk, odds_ratio, true_odds_ratio), limit=positive(limit, "limit")
    )
    if mean >= LONGEST:
        raise NotEstimable(
            f"run length — expected at most {LONGEST:g} patients, got more than rounding lets "
            "one tell — set a lower limit"
        )
    method = (
        f"risk-adjusted CUSUM, odds ratio {odds_ratio:g} against 1, limit {limit:g}; Markov "
        f"chain of {_STEPS + 1} states, patients of the reference cohort, true odds ratio "
        f"{true_odds_ratio:g}"
    )
    return RunLength(mean=mean, shift=float(true_odds_ratio), method=method)


def risk_adjusted_limit(risk: ArrayLike, *, odds_ratio: float, run_length: float) -> Limit:
    """Limit at which a risk-adjusted CUSUM in control runs as long as is wanted, on average.

    Parameters
    ----------
    risk : (n,) of float in [0, 1]
        Predicted probabilities of the reference cohort.
    odds_ratio : float, above 0, not 1
        Of the chart.
    run_length : float, above 1
        Mean patients until a false alarm.

    Returns
    -------
    Limit
        In units of log-likelihood.

    Raises
    ------
    NotEstimable
        As :func:`risk_adjusted_run_length`, or when no limit up to 64 gives the run length.

    References
    ----------
    As :func:`risk_adjusted_run_length`.

    Examples
    --------
    >>> risk = np.linspace(0.01, 0.3, 100)
    >>> limit = risk_adjusted_limit(risk, odds_ratio=2, run_length=1000).value
    >>> round(risk_adjusted_run_length(risk, odds_ratio=2, limit=limit).mean)
    1000
    """
    jump, chance = _jumps(risk, odds_ratio, 1.0)
    value = limit_giving(lambda limit: _mean_length(jump, chance, limit=limit), run_length)
    method = f"risk-adjusted CUSUM, odds ratio {odds_ratio:g} against 1, Markov chain"
    return Limit(value=value, run_length=run_length, method=method)


def _odds_ratio(ratio: float) -> float:
    found = positive(ratio, "odds ratio")
    if found == 1:
        raise NotEstimable("odds ratio — expected one to look for, got 1, which is no change")
    return found


def _weights(p: FloatArray, ratio: float) -> tuple[FloatArray, FloatArray]:
    """Evidence of an event, and of none."""
    none = -np.log1p((ratio - 1) * p)
    return math.log(ratio) + none, none


def _jumps(
    risk: ArrayLike, odds_ratio: float, true_odds_ratio: float
) -> tuple[FloatArray, FloatArray]:
    """Every step the sum may take with a patient of the cohort, and its chance."""
    p, true = risks(risk), positive(true_odds_ratio, "true odds ratio")
    if np.all((p == 0) | (p == 1)):
        raise NotEstimable("risk — expected outcomes in doubt, got risks of 0 and 1 only")
    event = true * p / (1 - p + true * p)
    jump = np.concatenate(_weights(p, _odds_ratio(odds_ratio)))
    return jump, np.concatenate([event, 1 - event]) / p.size


def _mean_length(jump: FloatArray, chance: FloatArray, *, limit: float) -> float:
    """From 0, freed of the error that falls with the square of the step (Richardson)."""
    coarse, fine = (_on_grid(jump, chance, limit, steps) for steps in (_STEPS // 2, _STEPS))
    return (4 * fine - coarse) / 3 if max(coarse, fine) < LONGEST else LONGEST


def _on_grid(jump: FloatArray, chance: FloatArray, limit: float, steps: int) -> float:
    """From 0: the length is linear between heights, and jumps to none at the limit."""
    move = np.clip(jump / limit * steps, -steps - 1, steps + 1)
    floor = np.floor(move)
    above, place = move - floor, floor.astype(np.int64) + steps + 1
    down, up = (np.bincount(place, chance * part, 2 * steps + 3) for part in (1 - above, above))
    height = np.arange(steps + 1)
    apart = height - height[:, None] + steps + 1
    chain = np.zeros((steps + 1, steps + 1))
    chain[:, :-1] += down[apart[:, :-1]]
    chain[:, 1:] += up[apart[:, :-1]]
    chain[:, 0] += np.cumsum(down + up)[steps - height]
    length = float(np.linalg.solve(np.eye(steps + 1) - chain, np.ones(steps + 1))[0])
    return length if 0 < length < LONGEST else LONGEST
