"""What a clinical choice must be able to say of itself before anything may solve it."""

from __future__ import annotations

from typing import Protocol

from probatum.quantum.optimisation.constraints import Constraint
from probatum.quantum.optimisation.qubo import Bits, Qubo


class Problem(Protocol):
    """A choice among yes-or-no decisions, with costs and rules.

    ``objective`` and ``constraints`` are what solvers are given. ``cost`` and ``broken`` say
    the same in the terms of the clinic and are written without them, so that a mistake in one
    is caught by the other.
    """

    @property
    def decisions(self) -> tuple[str, ...]:
        """What each yes-or-no decision means, variable 0 first."""
        ...

    def objective(self) -> Qubo:
        """Return the cost of a choice, without its rules."""
        ...

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the rules as weighted counts."""
        ...

    def cost(self, bits: Bits) -> float:
        """Return the cost of one choice, checked independently."""
        ...

    def broken(self, bits: Bits) -> tuple[str, ...]:
        """Return the names of the rules one choice breaks, checked independently."""
        ...

    def repaired(self, bits: Bits) -> Bits:
        """Return the nearest choice by the problem's stated rule; it may still break some."""
        ...
