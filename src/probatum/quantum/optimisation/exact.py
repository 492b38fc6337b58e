"""The best choice with a proof that none is better: by a solver, or by looking at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, milp

from probatum.errors import Infeasible, NotEstimable
from probatum.quantum.optimisation.constraints import Constraint
from probatum.quantum.optimisation.energies import (
    CHUNK_VARIABLES,
    linear_sums,
    quadratic_energies,
    refuse_too_many,
)
from probatum.quantum.optimisation.linear_program import linear_program
from probatum.quantum.optimisation.qubo import Bits, Qubo, bits_of

Vector = NDArray[np.float64]
OPTIMAL, INFEASIBLE = 0, 2
"""Answers of ``scipy.optimize.milp`` that prove something."""
LARGEST_COST = 1000.0
"""What the largest coefficient is scaled to: HiGHS calls costs equal that differ by 1e-6, in
whatever unit they come, which is then a billionth of the largest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimum:
    """A choice that is proven to be best among those that keep every rule."""

    bits: Bits
    energy: float
    method: Literal["enumeration", "HiGHS"]


def enumerated(objective: Qubo, constraints: Sequence[Constraint] = ()) -> Optimum:
    """Look at every choice, in chunks of a few megabytes; at most 24 variables.

    Raises
    ------
    Infeasible
        When no choice keeps every rule.
    DataError
        When there are too many choices to look at.
    """
    refuse_too_many(objective.variables)
    low = min(objective.variables, CHUNK_VARIABLES)
    inner = quadratic_energies(0.0, objective.linear[:low], objective.quadratic[:low, :low])
    best, found = np.inf, -1
    for head in range(1 << (objective.variables - low)):
        costs = inner + _head_costs(objective, low, head)
        costs[~_kept(objective.variables, constraints, low, head)] = np.inf
        place = int(np.argmin(costs))
        if costs[place] < best:
            best, found = float(costs[place]), (head << low) + place
    if found < 0:
        raise _infeasible(constraints)
    bits = bits_of(found, objective.variables)
    return Optimum(bits=bits, energy=float(objective.energy(bits)), method="enumeration")


def _head_costs(objective: Qubo, low: int, head: int) -> Vector:
    """Return what the chosen upper variables add to each choice of the lower ones."""
    bits = bits_of(head, objective.variables - low).astype(np.float64)
    own = objective.offset + bits @ objective.linear[low:]
    own += bits @ objective.quadratic[low:, low:] @ bits
    return linear_sums(float(own), objective.quadratic[:low, low:] @ bits)


def _kept(
    variables: int, constraints: Sequence[Constraint], low: int, head: int
) -> NDArray[np.bool_]:
    kept = np.ones(1 << low, dtype=bool)
    bits = bits_of(head, variables - low)
    for rule in constraints:
        weights = rule.dense(variables)
        counts = linear_sums(float(weights[low:] @ bits), weights[:low])
        if rule.sense != ">=":
            kept &= counts <= rule.bound
        if rule.sense != "<=":
            kept &= counts >= rule.bound
    return kept


def solved(
    objective: Qubo, constraints: Sequence[Constraint] = (), *, seconds: float | None = None
) -> Optimum:
    """Solve the problem with the HiGHS mixed-integer solver, any number of variables.

    Products of decisions become variables, see
    :func:`probatum.quantum.optimisation.linear_program.linear_program`.

    Parameters
    ----------
    objective : Qubo
    constraints : sequence of Constraint
    seconds : float, optional
        Longest search; without it the search ends with a proof.

    Raises
    ------
    Infeasible
        When it is proven that no choice keeps every rule.
    NotEstimable
        When the search ended without a proof.

    References
    ----------
    Huangfu Q, Hall JAJ. Math Program Comput 2018;10:119-142.
    """
    values = _answer(objective, constraints, is_whole=True, seconds=seconds)
    bits = np.rint(values).astype(np.int8)
    return Optimum(bits=bits, energy=float(objective.energy(bits)), method="HiGHS")


def relaxed(objective: Qubo, constraints: Sequence[Constraint] = ()) -> Vector:
    """Solve the same problem with decisions anywhere between no and yes: (n,) in [0, 1].

    What a warm start of QAOA leans on.

    Raises
    ------
    Infeasible
        When not even the relaxed problem has a solution.
    """
    return np.clip(_answer(objective, constraints, is_whole=False, seconds=None), 0.0, 1.0)


def _answer(
    objective: Qubo, constraints: Sequence[Constraint], *, is_whole: bool, seconds: float | None
) -> Vector:
    """Return the decisions (n,) HiGHS proves to be best."""
    program = linear_program(objective, constraints)
    whole = np.zeros(len(program.costs), dtype=np.int64)
    whole[: objective.variables] = is_whole
    answer = milp(
        _scaled(program.costs),
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=list(program.rows),
        options={"mip_rel_gap": 0.0, "time_limit": np.inf if seconds is None else seconds},
    )
    if answer.status == INFEASIBLE:
        raise _infeasible(constraints)
    if answer.status != OPTIMAL or answer.x is None:
        raise NotEstimable(
            f"exact solver — expected a proof, got status {answer.status} — allow more time"
        )
    return np.asarray(answer.x[: objective.variables], dtype=np.float64)


def _scaled(costs: Vector) -> Vector:
    largest = float(np.abs(costs).max())
    return costs * (LARGEST_COST / largest) if largest else costs


def _infeasible(constraints: Sequence[Constraint]) -> Infeasible:
    names = ", ".join(dict.fromkeys(rule.name for rule in constraints))
    return Infeasible(
        f"no choice keeps every rule ({names}) — expected at least one, got none, proven — "
        "relax a rule"
    )
