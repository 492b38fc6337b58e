"""People at the horizon: whose outcome is known, what it was, and whom each stands for."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.censoring import censoring_weights, horizon_outcome

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Some people of a partition and their outcome at the horizon.

    Attributes
    ----------
    known : (n,) of bool
        Whether the outcome at the horizon is known.
    outcome : (n,) of bool
        Whether the event happened by the horizon; False, and not to be read, where unknown.
    weight : (n,) of float
        How many people each stands for; 0 where the outcome is unknown.
    time : (n,) of float
        Follow-up in days.
    event : (n,) of bool
        Whether follow-up ended with the event, before the horizon or after it.
    """

    known: Mask
    outcome: Mask
    weight: Numbers
    time: Numbers
    event: Mask

    @classmethod
    def until(cls, horizon: float, time: ArrayLike, event: ArrayLike) -> Self:
        """Outcomes at the ``horizon``, weighted within these people.

        Raises
        ------
        NotEstimable
            If follow-up ends before the horizon with people still free of the event.
        """
        if np.size(time) == 0:
            nobody = np.zeros(0, dtype=bool)
            none = np.zeros(0)
            return cls(known=nobody, outcome=nobody, weight=none, time=none, event=nobody)
        at_horizon = horizon_outcome(time, event, horizon)
        weight = censoring_weights(time, event, horizon).weight
        happened = np.nan_to_num(at_horizon.outcome) == 1
        return cls(
            known=at_horizon.known,
            outcome=happened,
            weight=weight,
            time=np.asarray(time, dtype=float),
            event=np.asarray(event).astype(bool),
        )

    def among(self, mask: Mask) -> Self:
        """The same people's outcomes and weights, for some of them."""
        return type(self)(
            known=self.known[mask],
            outcome=self.outcome[mask],
            weight=self.weight[mask],
            time=self.time[mask],
            event=self.event[mask],
        )

    @property
    def n_known(self) -> int:
        """People whose outcome is known."""
        return int(np.count_nonzero(self.known))

    @property
    def n_unknown(self) -> int:
        """People lost before the horizon without the event."""
        return int(self.known.size - self.n_known)

    @property
    def events(self) -> int:
        """People known to have had the event by the horizon."""
        return int(np.count_nonzero(self.outcome & self.known))

    def columns(self) -> dict[str, Any]:
        """Known, outcome and weight as columns of a table; the unknown outcome is empty."""
        outcome = pd.array(self.outcome.astype(int), dtype="Int64")
        outcome[~self.known] = pd.NA
        return {"known": self.known.astype(int), "outcome": outcome, "weight": self.weight}
