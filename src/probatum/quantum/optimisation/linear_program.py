"""A choice with costs in pairs, written so that a solver of linear programs can take it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import LinearConstraint

from probatum.quantum.optimisation.constraints import Constraint
from probatum.quantum.optimisation.qubo import Qubo

Vector = NDArray[np.float64]
Products = NDArray[np.intp]
"""(n, n): which variable stands for the product of two decisions; -1 for none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearProgram:
    """Costs of the decisions, then of the products that matter, and the rows that tie them."""

    costs: Vector
    rows: tuple[LinearConstraint, ...]


def linear_program(objective: Qubo, constraints: Sequence[Constraint]) -> LinearProgram:
    r"""Return the same choice with a variable for each product that costs something.

    A product :math:`x_i x_j` becomes a variable y with :math:`y \le x_i`, :math:`y \le x_j`
    where its cost is negative and :math:`y \ge x_i + x_j - 1` where it is positive. A rule
    :math:`\sum_j a_j x_j = b` times a decision is another one,
    :math:`\sum_{j \ne i} a_j y_{ij} = (b - a_i) x_i`; where all its products are there, it is
    added: no whole choice is lost, and the proof is found many times sooner.

    References
    ----------
    Glover F, Woolsey E. Oper Res 1974;22:180-182. Adams WP, Sherali HD. Manage Sci
    1986;32:1274-1290 (rules times decisions).
    """
    pairs = np.argwhere(objective.quadratic)
    costs = objective.quadratic[pairs[:, 0], pairs[:, 1]]
    total = objective.variables + len(pairs)
    rows = [*_tied_products(objective.variables, pairs, costs)]
    if constraints:
        rows.append(_rules(constraints, total))
    products = np.full(objective.quadratic.shape, -1, dtype=np.intp)
    products[pairs[:, 0], pairs[:, 1]] = products[pairs[:, 1], pairs[:, 0]] = np.arange(
        objective.variables, total
    )
    exact = [rule for rule in constraints if rule.sense == "=="]
    times = [row for rule in exact for row in _multiplied(rule, products, total)]
    if times:
        rows.append(LinearConstraint(sparse.vstack(times, format="csr"), 0, 0))
    return LinearProgram(costs=np.concatenate([objective.linear, costs]), rows=tuple(rows))


def _rules(constraints: Sequence[Constraint], total: int) -> LinearConstraint:
    matrix = sparse.lil_array((len(constraints), total))
    for row, rule in enumerate(constraints):
        for place, weight in rule.weights:
            matrix[row, place] = weight
    bounds = np.array([rule.bound for rule in constraints], dtype=float)
    senses = np.array([rule.sense for rule in constraints])
    lower = np.where(senses == "<=", -np.inf, bounds)
    return LinearConstraint(matrix.tocsr(), lower, np.where(senses == ">=", np.inf, bounds))


def _multiplied(rule: Constraint, products: Products, total: int) -> Iterator[sparse.csr_array]:
    """Return the rule times each decision whose products with all of its own are there."""
    weights = rule.dense(len(products))
    for place in range(len(products)):
        others = np.flatnonzero(weights)
        others = others[others != place]
        where = products[place, others]
        if len(others) and (where >= 0).all():
            row = np.zeros((1, total))
            row[0, where] = weights[others]
            row[0, place] = weights[place] - rule.bound
            yield sparse.csr_array(row)


def _tied_products(
    count: int, pairs: NDArray[np.int64], costs: Vector
) -> Iterator[LinearConstraint]:
    own, total = count + np.arange(len(pairs)), count + len(pairs)
    dear, cheap = np.flatnonzero(costs > 0), np.flatnonzero(costs < 0)
    if len(dear):
        places = [pairs[dear, 0], pairs[dear, 1], own[dear]]
        yield _tied(total, places, [1, 1, -1], 1.0)
    for side in (0, 1) if len(cheap) else ():
        yield _tied(total, [own[cheap], pairs[cheap, side]], [1, -1], 0.0)


def _tied(
    total: int, places: list[NDArray[np.int64]], signs: list[int], bound: float
) -> LinearConstraint:
    rows = np.arange(len(places[0]))
    values = np.concatenate([np.full(len(rows), float(sign)) for sign in signs])
    where = (np.tile(rows, len(places)), np.concatenate(places))
    matrix = sparse.csr_array((values, where), shape=(len(rows), total))
    return LinearConstraint(matrix, -np.inf, bound)
