"""How often: a share of patients, with an interval that holds at none and at all of them."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.stats.proportion import proportion_confint

from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    effective_size,
    outcomes,
    same_length,
    weights,
)
from probatum.analysis.proportion.counts import check_method, check_share, whole
from probatum.errors import NotEstimable

METHODS: Final = {
    "wilson": ("wilson", "Wilson score interval"),
    "clopper-pearson": ("beta", "Clopper-Pearson exact interval"),
    "jeffreys": ("jeffreys", "Jeffreys interval"),
    "agresti-coull": ("agresti_coull", "Agresti-Coull interval"),
}
"""Intervals offered, by name; a Wald interval is not, for it has no width at 0 of n."""


def proportion(
    events: int,
    n: int,
    *,
    method: Literal["wilson", "clopper-pearson", "jeffreys", "agresti-coull"] = "wilson",
    confidence: float = 0.95,
) -> Estimate:
    r"""Share ``events / n`` with its interval.

    The Wilson interval holds the :math:`p` with
    :math:`(\hat p - p)^2 \le z^2 p (1 - p) / n`. The Clopper-Pearson interval never holds the
    truth less often than it says; Jeffreys' is the Bayesian one under a Beta(1/2, 1/2); the
    Agresti-Coull interval is Wald's after :math:`z^2 / 2` events and as many others are added,
    and never inside Wilson's.

    Parameters
    ----------
    events : int in [0, n]
    n : int, at least 1
        Patients.
    method : {"wilson", "clopper-pearson", "jeffreys", "agresti-coull"}
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; at 0 and 1 the interval starts there and still has width. ``se`` is the
        binomial one, 0 at 0 and 1; no interval here is made from it.

    Raises
    ------
    NotEstimable
        Without patients, with more events than patients, or under another method.

    References
    ----------
    Wilson EB. J Am Stat Assoc 1927;22:209-212. Newcombe RG. Stat Med 1998;17:857-872.
    Agresti A, Coull BA. Am Stat 1998;52:119-126. Brown LD, Cai TT, DasGupta A. Stat Sci
    2001;16:101-133.

    Examples
    --------
    >>> share = proportion(81, 263)
    >>> round(share.lower, 4), round(share.upper, 4)
    (0.2553, 0.3662)
    """
    events, n = whole(events, "events"), whole(n, "n")
    check_share(events, n, "proportion")
    return _interval(events / n, float(n), n=n, method=method, confidence=confidence, note="")


def sensitivity(
    outcome: ArrayLike,
    positive: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of patients with the event whom the test calls positive.

    .. math:: \mathrm{Se} = \frac{\sum_{i \in TP} w_i}{\sum_{i \in TP \cup FN} w_i}, \qquad
        n_{\mathrm{eff}} = \frac{(\sum w_i)^2}{\sum w_i^2}

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least one did.
    positive : (n,) of bool
        Whether the test is positive.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights. The interval is then Wilson's at Kish's
        effective number of patients.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Raises
    ------
    NotEstimable
        When nobody had the event.

    References
    ----------
    Altman DG, Bland JM. BMJ 1994;308:1552. Wilson EB. J Am Stat Assoc 1927;22:209-212.
    Kish L. Survey Sampling. Wiley 1965, section 11.7 (the effective number).

    Examples
    --------
    >>> sensitivity([1, 1, 0, 0], [1, 0, 0, 0]).value
    0.5
    """
    y, t, w = _tested(outcome, positive, weight)
    return _share_of(t, among=y, weight=w, confidence=confidence, name="sensitivity")


def specificity(
    outcome: ArrayLike,
    positive: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of patients without the event whom the test calls negative.

    .. math:: \mathrm{Sp} = \frac{\sum_{i \in TN} w_i}{\sum_{i \in TN \cup FP} w_i}

    Parameters and refusals as :func:`sensitivity`, with the classes exchanged.

    References
    ----------
    As :func:`sensitivity`.

    Examples
    --------
    >>> specificity([1, 1, 0, 0], [1, 0, 0, 0]).value
    1.0
    """
    y, t, w = _tested(outcome, positive, weight)
    return _share_of(~t, among=~y, weight=w, confidence=confidence, name="specificity")


def positive_predictive_value(
    outcome: ArrayLike,
    positive: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of the test's positives who had the event; it moves with the prevalence.

    .. math:: \mathrm{PPV} = \frac{\sum_{i \in TP} w_i}{\sum_{i \in TP \cup FP} w_i}

    Parameters and refusals as :func:`sensitivity`, among the positives.

    References
    ----------
    Altman DG, Bland JM. BMJ 1994;309:102. Wilson EB. J Am Stat Assoc 1927;22:209-212.
    Kish L. Survey Sampling. Wiley 1965, section 11.7 (the effective number).

    Examples
    --------
    >>> positive_predictive_value([1, 0, 0, 0], [1, 1, 0, 0]).value
    0.5
    """
    y, t, w = _tested(outcome, positive, weight)
    return _share_of(
        y, among=t, weight=w, confidence=confidence, name="positive predictive value"
    )


def negative_predictive_value(
    outcome: ArrayLike,
    positive: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of the test's negatives who had no event; it moves with the prevalence.

    .. math:: \mathrm{NPV} = \frac{\sum_{i \in TN} w_i}{\sum_{i \in TN \cup FN} w_i}

    Parameters and refusals as :func:`sensitivity`, among the negatives.

    References
    ----------
    As :func:`positive_predictive_value`.

    Examples
    --------
    >>> negative_predictive_value([1, 0, 0, 0], [1, 1, 0, 0]).value
    1.0
    """
    y, t, w = _tested(outcome, positive, weight)
    return _share_of(
        ~y, among=~t, weight=w, confidence=confidence, name="negative predictive value"
    )


def weighted_proportion(
    happened: ArrayLike, *, weight: ArrayLike | None = None, confidence: float = 0.95
) -> Estimate:
    r"""Weighted share of patients in whom something happened, such as the event rate.

    .. math:: \hat p = \frac{\sum w_i y_i}{\sum w_i}, \qquad
        n_{\mathrm{eff}} = \frac{(\sum w_i)^2}{\sum w_i^2}

    The interval is Wilson's at :math:`n_{\mathrm{eff}}`.

    Parameters
    ----------
    happened : (n,) of bool
        Whether it happened, a patient at a time.
    weight : (n,) of float > 0, optional
        As :func:`sensitivity`.
    confidence : float in (0, 1)
        Two-sided confidence level.

    References
    ----------
    Kish L. Survey Sampling. Wiley 1965, section 11.7. Wilson EB. J Am Stat Assoc
    1927;22:209-212.

    Examples
    --------
    >>> weighted_proportion([1, 0, 0], weight=[2, 1, 1]).value
    0.5
    """
    y = outcomes(happened, "happened")
    w = weights(weight, y.size)
    same_length(happened=y, weight=w)
    return _share_of(
        y, among=np.ones_like(y), weight=w, confidence=confidence, name="proportion"
    )


def _tested(
    outcome: ArrayLike, positive: ArrayLike, weight: ArrayLike | None
) -> tuple[BoolArray, BoolArray, FloatArray]:
    y, t = outcomes(outcome), outcomes(positive, "positive")
    w = weights(weight, y.size)
    same_length(outcome=y, positive=t, weight=w)
    return y, t, w


def _share_of(
    happened: BoolArray, *, among: BoolArray, weight: FloatArray, confidence: float, name: str
) -> Estimate:
    n = int(np.count_nonzero(among))
    if n == 0:
        raise NotEstimable(f"{name} — expected at least one patient to count among, got none")
    w = weight[among]
    share = float(np.average(happened[among], weights=w))
    size = effective_size(w)
    note = "" if np.ptp(w) == 0 else f" at Kish effective n {size:.1f}; weights taken as known"
    return _interval(share, size, n=n, method="wilson", confidence=confidence, note=note)


def _interval(
    share: float, size: float, *, n: int, method: str, confidence: float, note: str
) -> Estimate:
    check_level(confidence)
    check_method(method, METHODS, "proportion")
    name, words = METHODS[method]
    lower, upper = proportion_confint(share * size, size, alpha=1 - confidence, method=name)
    return Estimate(
        value=share,
        se=float(np.sqrt(share * (1 - share) / size)),
        lower=float(max(lower, 0.0)) if share > 0 else 0.0,
        upper=float(min(upper, 1.0)) if share < 1 else 1.0,
        level=confidence,
        n=n,
        method=words + note,
    )
