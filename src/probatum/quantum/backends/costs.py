"""What a run on paid hardware will cost, worked out before it is sent, and the cap it keeps.

The estimate's model of time is stated, not measured: each shot takes the protocol's repetition
time, which is reset, circuit and readout together. What the provider charged is recorded after
the run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from probatum.errors import BackendError
from probatum.quantum.backends.faults import BudgetExceeded
from probatum.study.execution import Budget, Price

CENT = 1e-9
"""Amounts are compared to within this: the sum of a hundred tenths is ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The expected cost of a run that has not been sent."""

    backend: str
    tasks: int
    """Circuits sent."""
    shots: int
    """Of all circuits together."""
    quantum_seconds: float
    amount: float
    currency: str
    as_of: str
    """The day of the price."""

    def text(self) -> str:
        """Return the estimate as a person is shown it.

        Examples
        --------
        >>> price = Price(backend="ibm_x", per_task=0.3, per_shot=0.001, per_second=0.0,
        ...               currency="EUR", as_of="2026-01-31")
        >>> estimate(2, 10, 100, price=price, repetition_seconds=0.00025).text()
        '20 circuits, 2,000 shots, about 0.5 s on ibm_x: 8.00 EUR at the prices of 2026-01-31'
        """
        return (
            f"{self.tasks:,} circuits, {self.shots:,} shots, about "
            f"{self.quantum_seconds:,.1f} s on {self.backend}: {self.amount:,.2f} "
            f"{self.currency} at the prices of {self.as_of}"
        )


def estimate(
    circuits: int, rows: int, shots: int, *, price: Price, repetition_seconds: float
) -> Estimate:
    r"""Return what a run would cost.

    .. math:: c = T\,p_\text{task} + T S\,p_\text{shot} + T S\,r\,p_\text{second},
              \qquad T = \text{circuits} \times \text{rows}

    Parameters
    ----------
    circuits : int
        Templates, such as one a measured basis.
    rows : int
        Patients each template is run for.
    shots : int
        Repetitions :math:`S` of each.
    price : Price
        Of the device, from the protocol.
    repetition_seconds : float
        :math:`r`, of one shot.
    """
    tasks = circuits * rows
    seconds = tasks * shots * repetition_seconds
    return Estimate(
        backend=price.backend,
        tasks=tasks,
        shots=tasks * shots,
        quantum_seconds=seconds,
        amount=cost(price, tasks=tasks, shots=tasks * shots, seconds=seconds),
        currency=price.currency,
        as_of=price.as_of,
    )


def cost(price: Price, *, tasks: int, shots: int, seconds: float) -> float:
    """Return the price of what was run."""
    return price.per_task * tasks + price.per_shot * shots + price.per_second * seconds


def check_budget(asked: Estimate, budget: Budget, spent: float) -> None:
    """Refuse a run that would bring the study over its budget.

    Parameters
    ----------
    spent : float
        What earlier runs of the study cost, in the budget's currency; runs that were sent and
        lost count with their estimate.

    Raises
    ------
    BudgetExceeded
        Nothing was sent.
    BackendError
        If the price is in another currency than the budget.
    """
    if asked.currency != budget.currency:
        raise BackendError(
            f"price of {asked.backend} — expected one in {budget.currency}, got "
            f"{asked.currency} — state the price in the budget's currency"
        )
    if not asked.amount + spent <= budget.amount + CENT:  # also where either is no number
        raise BudgetExceeded(
            f"run on {asked.backend} — expected at most {budget.amount:,.2f} {budget.currency} "
            f"for the study, got {spent:,.2f} spent and an estimate of {asked.amount:,.2f} — "
            "nothing was sent: ask for fewer shots or amend the budget",
            observed=_whole(asked.amount + spent),
            limit=math.floor(budget.amount),
        )


def _whole(amount: float) -> int | None:
    """The amount in whole units, rounded up; none where it is no number."""
    return math.ceil(amount - CENT) if math.isfinite(amount) else None
