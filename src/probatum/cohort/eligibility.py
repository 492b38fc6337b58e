"""Who of the people in a table is in the study, and by which rule each other one is not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.study.population import EligibilityRule
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """How many people one rule kept out, of those the rules before it let in."""

    rule: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Who is eligible, and the account of those who are not."""

    is_eligible: NDArray[np.bool_]
    """(n,), in the order of the table."""
    exclusions: tuple[Exclusion, ...]
    """One for each rule, in the protocol's order, also where the count is 0."""

    @property
    def count(self) -> int:
        """Number of eligible people."""
        return int(self.is_eligible.sum())


def eligibility(frame: pd.DataFrame, protocol: Protocol) -> Eligibility:
    """Apply the protocol's rules in their order; a person is counted under the first one unmet.

    A missing value meets no rule: who cannot be shown to be eligible is not.

    Parameters
    ----------
    frame : DataFrame
        Typed, holding the columns the rules name.
    """
    remaining = np.ones(len(frame), dtype=bool)
    exclusions = []
    for rule in protocol.population.eligibility:
        met = meets(frame[rule.column], rule)
        count = int((remaining & ~met).sum())
        exclusions.append(Exclusion(rule=rule.id, reason=rule.reason, count=count))
        remaining &= met
    return Eligibility(is_eligible=remaining, exclusions=tuple(exclusions))


def meets(values: "pd.Series[Any]", rule: EligibilityRule) -> NDArray[np.bool_]:
    """Which values meet every condition a rule states; a missing one meets none."""
    met = values.notna().to_numpy(dtype=bool)
    if rule.at_least is not None:
        met &= values.ge(rule.at_least).fillna(False).to_numpy(dtype=bool)
    if rule.at_most is not None:
        met &= values.le(rule.at_most).fillna(False).to_numpy(dtype=bool)
    if rule.one_of is not None:
        met &= values.isin(rule.one_of).to_numpy(dtype=bool)
    return met
