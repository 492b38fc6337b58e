"""Who among the test's positives and negatives had their true state looked for, and found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.observations import BoolArray, FloatArray, numbers, outcomes, same_length
from probatum.analysis.proportion.counts import TwoGroups, how_many
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Patients by test result: all of them, those verified, and the events found.

    Attributes
    ----------
    positives, negatives : int
        Patients with either result of the test.
    seen : TwoGroups
        Events among the verified positives (A) and the verified negatives (B).

    Raises
    ------
    NotEstimable
        When more were verified than there are.

    Examples
    --------
    >>> seen = TwoGroups(events_a=231, n_a=263, events_b=27, n_b=81)
    >>> Verification(positives=429, negatives=221, seen=seen).unverified
    (166, 140)
    """

    positives: int
    negatives: int
    seen: TwoGroups

    def __post_init__(self) -> None:
        if min(self.unverified) < 0:
            raise NotEstimable("verification — expected no more verified than there are")

    @property
    def n(self) -> int:
        """Patients tested."""
        return self.positives + self.negatives

    @property
    def unverified(self) -> tuple[int, int]:
        """Positives and negatives whose true state was not looked for."""
        return self.positives - self.seen.n_a, self.negatives - self.seen.n_b

    @property
    def odds(self) -> float:
        """Positives for each negative, among all patients."""
        return self.positives / self.negatives

    def words(self) -> str:
        """How much was verified, as it stands in a report."""
        return (
            f"verified {self.seen.n_a} of {self.positives} positives and "
            f"{self.seen.n_b} of {self.negatives} negatives"
        )

    def of_the_other_class(self) -> Verification:
        """The same patients, with those found without the event counted as events."""
        seen = self.seen
        return Verification(
            positives=self.positives,
            negatives=self.negatives,
            seen=TwoGroups(
                events_a=seen.n_a - seen.events_a,
                n_a=seen.n_a,
                events_b=seen.n_b - seen.events_b,
                n_b=seen.n_b,
            ),
        )


def verification(positive: ArrayLike, verified: ArrayLike, outcome: ArrayLike) -> Verification:
    """Count patients by result, verification and outcome.

    Parameters
    ----------
    positive : (n,) of bool
        Whether the test is positive.
    verified : (n,) of bool
        Whether the true state was looked for; in at least one patient of either result.
    outcome : (n,) of bool, missing where not verified
        Whether the event was found.

    Raises
    ------
    NotEstimable
        When a verified patient has no outcome or an unverified one has, or nobody of one
        result was verified.

    Examples
    --------
    >>> verification([1, 1, 0, 0], [1, 0, 1, 1], [1, None, 0, 1]).words()
    'verified 1 of 2 positives and 2 of 2 negatives'
    """
    t, v = outcomes(positive, "positive"), outcomes(verified, "verified")
    found = _found(outcome)
    same_length(positive=t, verified=v, outcome=found)
    _refuse_contradictions(v, found)
    event = found == 1
    if not (t & v).any() or not (~t & v).any():
        raise NotEstimable(
            "verification — expected at least one verified patient of either test result, got "
            f"{how_many(t & v)} positive and {how_many(~t & v)} negative"
        )
    return Verification(
        positives=how_many(t),
        negatives=how_many(~t),
        seen=TwoGroups(
            events_a=how_many(t & event),
            n_a=how_many(t & v),
            events_b=how_many(~t & event),
            n_b=how_many(~t & v),
        ),
    )


def _found(outcome: ArrayLike) -> FloatArray:
    try:
        found = numbers(outcome, "outcome")
    except NotEstimable as fault:
        raise NotEstimable("outcome — expected 0, 1 or nothing, got something else") from fault
    if found.ndim != 1 or not np.all(np.isin(found, (0, 1)) | np.isnan(found)):
        raise NotEstimable("outcome — expected 0, 1 or nothing for every patient, got others")
    return found


def _refuse_contradictions(verified: BoolArray, found: FloatArray) -> None:
    without = how_many(verified & np.isnan(found))
    beyond = how_many(~verified & ~np.isnan(found))
    if without or beyond:
        raise NotEstimable(
            "outcome — expected one for each verified patient and none for others, got "
            f"{without} verified without and {beyond} unverified with one — "
            "leave the outcome empty where it was not looked for"
        )
