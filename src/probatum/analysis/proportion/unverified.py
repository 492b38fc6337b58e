"""What sensitivity and specificity could be, whatever the state of the unverified patients."""

from __future__ import annotations

from dataclasses import dataclass, fields

from numpy.typing import ArrayLike

from probatum.analysis.proportion.share import proportion
from probatum.analysis.proportion.verification import Verification, verification
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationBounds:
    """The worst and the best that a share could be, and how sure either is.

    Attributes
    ----------
    worst, best : float in [0, 1]
        The share if every unverified patient were of the state that lowers, or raises, it.
        Nothing is assumed; with everyone verified both are the plain share.
    lower, upper : float in [0, 1]
        Lower bound of the worst and upper bound of the best by Wilson's interval at ``level``:
        the truth lies between them at least that often, whatever the unverified are.
    level : float in (0, 1)
        Confidence level.
    n : int, at least 1
        Patients tested.
    method : str
        What was done, in words fit for a report.
    """

    worst: float
    best: float
    lower: float
    upper: float
    level: float
    n: int
    method: str

    def as_dict(self) -> dict[str, float | int | str]:
        """Return the bounds as they stand in evidence."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def verification_bounds_sensitivity(
    positive: ArrayLike, verified: ArrayLike, outcome: ArrayLike, *, confidence: float = 0.95
) -> VerificationBounds:
    r"""Least and greatest sensitivity that the unverified patients leave possible.

    .. math:: \frac{s^+}{s^+ + s^- + u^-} \le \mathrm{Se} \le
        \frac{s^+ + u^+}{s^+ + u^+ + s^-}

    with :math:`s` the events found and :math:`u` the unverified, by test result: at worst all
    unverified negatives had the event and no unverified positive, at best the reverse.

    Parameters
    ----------
    positive : (n,) of bool
        Whether the test is positive.
    verified : (n,) of bool
        Whether the true state was looked for; in at least one patient of either result.
    outcome : (n,) of bool, missing where not verified
        Whether the event was found; empty or NaN exactly where ``verified`` is 0.
    confidence : float in (0, 1)
        Confidence level.

    Returns
    -------
    VerificationBounds
        How far apart ``worst`` and ``best`` are is what missing verification costs.

    Raises
    ------
    NotEstimable
        As :func:`begg_greenes_sensitivity`.

    References
    ----------
    Kosinski AS, Barnhart HX. Stat Med 2003;22:2711-2721. Manski CF. Partial Identification of
    Probability Distributions. Springer 2003, chapter 1.

    Departures
    ----------
    The paper draws the region of both shares over all states of the unverified; these are its
    extremes. The Wilson intervals around them are ours.

    Examples
    --------
    >>> positive, verified = [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 0, 0]
    >>> outcome = [1, 1, 1, 0, 1, 0, None, None]
    >>> found = verification_bounds_sensitivity(positive, verified, outcome)
    >>> found.worst, found.best
    (0.5, 0.75)
    """
    seen = verification(positive, verified, outcome)
    right, missed = seen.seen.events_a, seen.seen.events_b
    return _bounds(seen, right, missed, seen.unverified, confidence, "event")


def verification_bounds_specificity(
    positive: ArrayLike, verified: ArrayLike, outcome: ArrayLike, *, confidence: float = 0.95
) -> VerificationBounds:
    """Least and greatest specificity that the unverified patients leave possible.

    Parameters, returns and refusals as :func:`verification_bounds_sensitivity`, with the
    classes and the results exchanged.

    References
    ----------
    As :func:`verification_bounds_sensitivity`.

    Examples
    --------
    >>> positive, verified = [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 0, 0]
    >>> outcome = [1, 1, 1, 0, 1, 0, None, None]
    >>> found = verification_bounds_specificity(positive, verified, outcome)
    >>> found.worst, found.best
    (0.5, 0.75)
    """
    seen = verification(positive, verified, outcome)
    wrong = seen.seen.n_a - seen.seen.events_a
    right = seen.seen.n_b - seen.seen.events_b
    unverified = seen.unverified[::-1]
    return _bounds(seen, right, wrong, unverified, confidence, "non-event")


def _bounds(
    seen: Verification,
    right: int,
    wrong: int,
    unverified: tuple[int, int],
    confidence: float,
    name: str,
) -> VerificationBounds:
    """``unverified`` are those whom the test would have right, and wrong, in the class."""
    if not right + wrong:
        raise NotEstimable(f"verification bounds — expected a verified {name}, got none")
    for_it, against = unverified
    worst = proportion(right, right + wrong + against, confidence=confidence)
    best = proportion(right + for_it, right + for_it + wrong, confidence=confidence)
    return VerificationBounds(
        worst=worst.value,
        best=best.value,
        lower=worst.interval[0],
        upper=best.interval[1],
        level=confidence,
        n=seen.n,
        method=f"no-assumption bounds within Wilson score bounds; {seen.words()}",
    )
