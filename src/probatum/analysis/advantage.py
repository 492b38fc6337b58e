"""Whether a quantum model was shown to be better than its best classical rival, or was not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from probatum.analysis.choices import one_number
from probatum.analysis.estimate import Estimate, wald
from probatum.errors import NotEstimable


class Verdict(StrEnum):
    """What a difference from a rival shows."""

    ADVANTAGE = "advantage"
    EQUIVALENCE = "equivalence"
    DISADVANTAGE = "disadvantage"
    NOT_SHOWN = "not shown"
    """The interval leaves more than one of the others open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The bounds that a verdict follows from, on the scale of the difference.

    Attributes
    ----------
    equivalence_within : float > 0
        A difference whose whole interval lies nearer to zero than this is too small to matter.
    advantage_above : float >= 0
        The lower bound must exceed it.
    disadvantage_below : float <= 0
        The upper bound must lie below it.

    Raises
    ------
    NotEstimable
        When the bounds do not surround zero, or the margin is not positive and finite.
    """

    equivalence_within: float
    advantage_above: float
    disadvantage_below: float

    def __post_init__(self) -> None:
        if not one_number(self.disadvantage_below) <= 0 <= one_number(self.advantage_above):
            raise NotEstimable(
                "advantage — expected bounds on either side of zero, got "
                f"{self.disadvantage_below} and {self.advantage_above} — "
                "correct the protocol"
            )
        if not 0 < one_number(self.equivalence_within) < math.inf:
            raise NotEstimable(
                "advantage — expected a positive, finite margin of equivalence, got "
                f"{self.equivalence_within} — correct the protocol"
            )


def verdict(difference: Estimate, rule: Rule) -> Verdict:
    r"""What the interval of a difference shows, by a rule fixed beforehand.

    With the interval :math:`[l, u]` of the model less its rival, margin :math:`m`, and bounds
    :math:`a \ge 0 \ge d`, the first that holds:

    1. equivalence, :math:`-m < l` and :math:`u < m`;
    2. advantage, :math:`l > a`;
    3. disadvantage, :math:`u < d`;
    4. not shown.

    Parameters
    ----------
    difference : Estimate
        Model less rival, higher being better, with an interval.
    rule : Rule
        From the protocol.

    Raises
    ------
    NotEstimable
        When the difference has no interval.

    References
    ----------
    Piaggio G et al. (CONSORT extension for non-inferiority and equivalence). JAMA
    2012;308:2594-2604, figure 1.

    Departures
    ----------
    Equivalence is asked for first: a difference that is certain and too small to matter is
    equivalence here, and would be called superior in CONSORT's figure.

    Examples
    --------
    >>> rule = Rule(equivalence_within=.02, advantage_above=0, disadvantage_below=-.02)
    >>> gain = Estimate(value=.05, se=.01, lower=.03, upper=.07, level=.95,
    ...                 n=400, method="DeLong")
    >>> verdict(gain, rule).value
    'advantage'
    """
    lower, upper = difference.interval
    if -rule.equivalence_within < lower and upper < rule.equivalence_within:
        return Verdict.EQUIVALENCE
    if lower > rule.advantage_above:
        return Verdict.ADVANTAGE
    if upper < rule.disadvantage_below:
        return Verdict.DISADVANTAGE
    return Verdict.NOT_SHOWN


def at_confidence(estimate: Estimate, confidence: float) -> Estimate:
    """The same estimate with its normal interval at another confidence.

    Raises
    ------
    NotEstimable
        When the estimate has no standard error, or one of 0: an interval without width would
        claim what the data cannot show.

    Examples
    --------
    >>> gain = wald(.05, .01, confidence=.95, n=400, method="DeLong")
    >>> round(at_confidence(gain, .90).lower, 4)
    0.0336
    """
    if not estimate.se:
        raise NotEstimable(
            f"{estimate.method} — expected a standard error above 0, got "
            f"{'none' if estimate.se is None else '0'} — use a method that gives one"
        )
    return wald(
        estimate.value,
        estimate.se,
        confidence=confidence,
        n=estimate.n,
        method=estimate.method,
    )
