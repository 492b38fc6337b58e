"""Sensitivity and specificity where verification followed the test result.

Verified patients are taken to stand for the unverified of the same test result: whether a
patient was verified may depend on the result, and on nothing else that tells of the event.
"""

from __future__ import annotations

import math
from dataclasses import replace

from numpy.typing import ArrayLike

from probatum.analysis.estimate import Estimate, normal_quantile
from probatum.analysis.proportion.score import chance, ratio_bounds
from probatum.analysis.proportion.verification import Verification, verification
from probatum.errors import NotEstimable


def begg_greenes_sensitivity(
    positive: ArrayLike, verified: ArrayLike, outcome: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    r"""Share of patients with the event whom the test finds, corrected for verification bias.

    .. math:: \widehat{\mathrm{Se}} = \frac{P(T^+)\,\mathrm{PPV}}
        {P(T^+)\,\mathrm{PPV} + P(T^-) (1 - \mathrm{NPV})}

    .. math:: \mathrm{Var}(\operatorname{logit} \widehat{\mathrm{Se}}) =
        \frac{1}{N^+} + \frac{1}{N^-} + \frac{1 - \mathrm{PPV}}{v^+ \mathrm{PPV}}
        + \frac{\mathrm{NPV}}{v^- (1 - \mathrm{NPV})}

    with the predictive values of the :math:`v^+, v^-` verified and the results of all
    :math:`N^+, N^-`. The interval is normal on the logit scale.

    Parameters
    ----------
    positive : (n,) of bool
        Whether the test is positive.
    verified : (n,) of bool
        Whether the true state was looked for; in at least one patient of either result.
    outcome : (n,) of bool, missing where not verified
        Whether the event was found; empty or NaN exactly where ``verified`` is 0.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; the plain sensitivity when everyone is verified. ``n`` counts all patients
        tested, and ``method`` tells the fraction verified by result.

    Raises
    ------
    NotEstimable
        When no event was found, nobody of one result was verified, or an outcome is missing
        for a verified patient or given for an unverified one.

    References
    ----------
    Begg CB, Greenes RA. Biometrics 1983;39:207-215. Zhou XH, Obuchowski NA, McClish DK.
    Statistical Methods in Diagnostic Medicine, 2nd ed. Wiley 2011, chapter 10.

    Departures
    ----------
    At 0 and 1 the logit does not exist. The interval is then the score interval of the ratio
    of the predictive values, carried over with the share of positives taken as known; there is
    no ``se``, and ``method`` says so.

    Examples
    --------
    >>> positive, verified = [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 0, 0]
    >>> outcome = [1, 1, 1, 0, 1, 0, None, None]
    >>> begg_greenes_sensitivity(positive, verified, outcome).value
    0.6
    """
    seen = verification(positive, verified, outcome)
    return _corrected(seen, confidence, "event")


def begg_greenes_specificity(
    positive: ArrayLike, verified: ArrayLike, outcome: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    r"""Share of patients without the event whom the test clears, corrected likewise.

    .. math:: \widehat{\mathrm{Sp}} = \frac{P(T^-)\,\mathrm{NPV}}
        {P(T^-)\,\mathrm{NPV} + P(T^+) (1 - \mathrm{PPV})}

    Parameters, returns and refusals as :func:`begg_greenes_sensitivity`, with the classes and
    the results exchanged.

    References
    ----------
    As :func:`begg_greenes_sensitivity`.

    Examples
    --------
    >>> positive, verified = [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 0, 0]
    >>> outcome = [1, 1, 1, 0, 1, 0, None, None]
    >>> round(begg_greenes_specificity(positive, verified, outcome).value, 4)
    0.6667
    """
    seen = verification(positive, verified, outcome).of_the_other_class()
    found = _corrected(seen, confidence, "non-event")
    return _complement(found)


def _corrected(seen: Verification, confidence: float, name: str) -> Estimate:
    """Share of a class that is positive, from its shares among positives and negatives."""
    two = seen.seen
    if not two.events:
        raise NotEstimable(f"Begg-Greenes — expected a verified {name}, got none")
    among_positives, among_negatives = seen.odds * two.share_a, two.share_b
    value = among_positives / (among_positives + among_negatives)
    lower, upper, error, note = _interval(seen, value, confidence)
    return Estimate(
        value=value,
        se=error,
        lower=lower,
        upper=upper,
        level=confidence,
        n=seen.n,
        method=f"Begg-Greenes, {note}; {seen.words()}",
    )


def _interval(
    seen: Verification, value: float, confidence: float
) -> tuple[float, float, float | None, str]:
    two, reach = seen.seen, normal_quantile(confidence)
    if value in (0.0, 1.0):
        least, most = ratio_bounds(two, confidence=confidence)
        note = "score interval of the ratio of predictive values, share of positives as known"
        return chance(seen.odds * least), chance(seen.odds * most), None, note
    relative = math.sqrt(
        1 / seen.positives
        + 1 / seen.negatives
        + (1 - two.share_a) / two.events_a
        + (1 - two.share_b) / two.events_b
    )
    middle = seen.odds * two.share_a / two.share_b
    lower, upper = (chance(middle * math.exp(way * reach * relative)) for way in (-1, 1))
    return lower, upper, value * (1 - value) * relative, "logit interval"


def _complement(found: Estimate) -> Estimate:
    lower, upper = found.interval
    return replace(found, value=1 - found.value, lower=1 - upper, upper=1 - lower)
