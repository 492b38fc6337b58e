"""Rules a choice must obey, stated once, checked classically and priced for a quantum search.

A rule says that a weighted count of chosen options is at most, at least or exactly a whole
number. Its penalty is large enough that breaking any rule costs more than the best and the
worst choice differ, so that the cheapest choice of all breaks none unless every one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import DataError
from probatum.quantum.optimisation.qubo import Qubo

Sense = Literal["<=", "==", ">="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One rule: a weighted count of the chosen options beside a bound.

    Parameters
    ----------
    name : str
        The rule in words; several constraints may share one.
    weights : mapping of variable to whole number, as pairs
        Variables left out weigh nothing.
    sense : "<=", "==" or ">="
    bound : int

    Raises
    ------
    DataError
        When a weight or the bound is not whole: slack bits count in ones. State the rule in
        smaller units.

    Examples
    --------
    >>> rule = Constraint(name="at most one", weights=((0, 1), (1, 1)), sense="<=", bound=1)
    >>> rule.is_met([1, 0]), rule.is_met([1, 1])
    (True, False)
    """

    name: str
    weights: tuple[tuple[int, int], ...]
    sense: Sense
    bound: int

    def __post_init__(self) -> None:
        numbers = [self.bound, *(w for _, w in self.weights)]
        if not all(float(number).is_integer() for number in numbers):
            raise DataError(
                f"rule {self.name!r} — expected whole numbers, got fractions — "
                "state it in smaller units"
            )
        places = [place for place, _ in self.weights]
        if len(set(places)) != len(places) or min(places, default=0) < 0:
            raise DataError(
                f"rule {self.name!r} — expected each variable once, got {places} — "
                "add up its weights"
            )
        if self.sense not in ("<=", "==", ">="):
            raise DataError(
                f"rule {self.name!r} — expected <=, == or >=, got {self.sense!r} — choose one"
            )

    @property
    def least(self) -> int:
        """The smallest count any choice can reach."""
        return sum(min(weight, 0) for _, weight in self.weights)

    @property
    def most(self) -> int:
        """The largest count any choice can reach."""
        return sum(max(weight, 0) for _, weight in self.weights)

    @property
    def is_always_met(self) -> bool:
        """Whether no choice at all can break it."""
        above, below = self.most <= self.bound, self.least >= self.bound
        return {"<=": above, ">=": below, "==": above and below}[self.sense]

    @property
    def is_at_most_one(self) -> bool:
        """Whether it says that at most one of several options may be chosen."""
        ones = all(weight == 1 for _, weight in self.weights)
        return ones and self.sense == "<=" and self.bound == 1

    def dense(self, variables: int) -> NDArray[np.float64]:
        """Return the weight of every variable, (n,)."""
        found = np.zeros(variables)
        for place, weight in self.weights:
            found[place] = weight
        return found

    def count(self, bits: ArrayLike) -> NDArray[np.int64]:
        """Return the weighted count of choices, one a row: (..., n) -> (...)."""
        chosen = np.asarray(bits)
        total = np.zeros(chosen.shape[:-1], dtype=np.int64)
        for place, weight in self.weights:
            total += weight * chosen[..., place].astype(np.int64)
        return total

    def is_met(self, bits: ArrayLike) -> bool:
        """Whether one choice obeys the rule."""
        count = int(self.count(bits))
        return {
            "<=": count <= self.bound,
            ">=": count >= self.bound,
            "==": count == self.bound,
        }[self.sense]


def exactly_one(name: str, places: Iterable[int]) -> Constraint:
    """Return the rule that exactly one of several options is chosen."""
    return _ones(name, places, "==", 1)


def at_most(name: str, places: Iterable[int], bound: int) -> Constraint:
    """Return the rule that at most so many of several options are chosen."""
    return _ones(name, places, "<=", bound)


def none_of(name: str, places: Iterable[int]) -> Constraint:
    """Return the rule that none of several options is chosen."""
    return _ones(name, places, "==", 0)


def _ones(name: str, places: Iterable[int], sense: Sense, bound: int) -> Constraint:
    weights = tuple((int(place), 1) for place in places)
    return Constraint(name=name, weights=weights, sense=sense, bound=bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalised:
    """A cost with its rules priced in, over the decisions and then the slack bits."""

    qubo: Qubo
    decisions: int
    penalty: float
    is_sufficient: bool
    """Whether the penalty is known to put every broken rule above every kept one."""

    @property
    def slack_bits(self) -> int:
        """Variables that only measure how far a rule is from its bound."""
        return self.qubo.variables - self.decisions


def sufficient_penalty(objective: Qubo) -> float:
    r"""Return a price that no saving can pay for.

    .. math:: M = 1.01 \Bigl(\sum_i |l_i| + \sum_{i<j} |Q_{ij}|\Bigr)

    Counts are whole, so a broken rule adds at least M, and the sum bounds what any two
    choices can differ by. An objective that is zero everywhere is given M = 1.
    """
    return 1.01 * objective.spread or 1.0


def penalised(
    objective: Qubo, constraints: Sequence[Constraint], *, penalty: float | None = None
) -> Penalised:
    r"""Return the objective with :math:`M (a \cdot x + s - b)^2` for every rule.

    Slack :math:`s` runs over 0 .. b - least count in binary, its last bit cut so that no
    larger value exists. "At most one" needs none: each pair of its options costs M.

    Parameters
    ----------
    objective : Qubo
    constraints : sequence of Constraint
        Rules that nothing can break are left out.
    penalty : float, optional
        M; by default :func:`sufficient_penalty`. A smaller one makes the landscape flatter
        for QAOA and is recorded as not sufficient.

    Raises
    ------
    DataError
        When the penalty is not positive or a rule names a variable that does not exist.

    References
    ----------
    Lucas A. Front Phys 2014;2:5. Glover F et al. Ann Oper Res 2022;314:141-183.

    Examples
    --------
    >>> one = exactly_one("one", [0, 1])
    >>> found = penalised(Qubo(linear=np.array([2.0, 1.0]), quadratic=np.zeros((2, 2))), [one])
    >>> int(np.argmin(found.qubo.energies()))
    2
    """
    enough = sufficient_penalty(objective)
    price = enough if penalty is None else penalty
    _refuse_price(objective, constraints, price)
    rules = [rule for rule in constraints if not rule.is_always_met]
    slacks = [_slack_weights(rule) for rule in rules]
    total = objective.variables + sum(len(slack) for slack in slacks)
    found, place = objective.widened(total), objective.variables
    for rule, slack in zip(rules, slacks, strict=True):
        found = found.plus(_priced(rule, slack, place, total, price))
        place += len(slack)
    return Penalised(
        qubo=found,
        decisions=objective.variables,
        penalty=price,
        is_sufficient=price >= enough,
    )


def _refuse_price(objective: Qubo, constraints: Sequence[Constraint], price: float) -> None:
    if not 0 < price < np.inf:
        raise DataError(f"penalty — expected a positive number, got {price:g} — raise it")
    for rule in constraints:
        if max((place for place, _ in rule.weights), default=0) >= objective.variables:
            raise DataError(
                f"rule {rule.name!r} — expected variables below {objective.variables}, "
                "got others — number them from 0"
            )


def _slack_weights(rule: Constraint) -> tuple[int, ...]:
    """Return the weights of slack bits whose sums are exactly 0 .. the largest slack."""
    if rule.sense == "==" or rule.is_at_most_one:
        return ()
    room = rule.bound - rule.least if rule.sense == "<=" else rule.most - rule.bound
    weights, reached = [], 0
    while reached < room:
        weights.append(min(reached + 1, room - reached))
        reached += weights[-1]
    return tuple(weights)


def _priced(
    rule: Constraint, slack: tuple[int, ...], place: int, total: int, price: float
) -> Qubo:
    if rule.is_at_most_one:
        return _pairs_priced([at for at, _ in rule.weights], total, price)
    sign = -1 if rule.sense == ">=" else 1
    weights = rule.dense(total)
    weights[place : place + len(slack)] = sign * np.array(slack)
    return Qubo(
        linear=price * weights * (weights - 2 * rule.bound),
        quadratic=2 * price * np.triu(np.outer(weights, weights), 1),
        offset=price * rule.bound**2,
    )


def _pairs_priced(places: Sequence[int], total: int, price: float) -> Qubo:
    chosen = np.zeros(total)
    chosen[list(places)] = 1
    return Qubo(linear=np.zeros(total), quadratic=price * np.triu(np.outer(chosen, chosen), 1))
