"""Which patient lies in which bed: one each, isolation kept, no bay of both sexes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from probatum.errors import DataError
from probatum.quantum.optimisation.constraints import (
    Constraint,
    at_most,
    exactly_one,
    none_of,
)
from probatum.quantum.optimisation.qubo import Bits, Qubo

ONE_BED = "each patient in exactly one bed"
ONE_PATIENT = "at most one patient a bed"
ISOLATION = "patients in need of isolation only in isolation beds"
ONE_SEX = "no bay of both sexes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Someone who waits for a bed."""

    name: str
    sex: str
    needs_isolation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """A free bed, the bay it stands in, and whether that is an isolation place."""

    name: str
    bay: str
    bay_sex: str | None
    """Of those who lie in the bay already; None where nobody does."""
    is_isolation: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BedAssignment:
    """Place every waiting patient at the least total cost.

    Decision p * B + b says that patient p lies in bed b. Repair: patients are taken in order;
    one who lies in exactly one bed where nothing forbids it stays, everyone else is then given
    the cheapest bed left that breaks no rule.

    Parameters
    ----------
    patients, beds : tuples
        With distinct names.
    costs : (P, B) float
        What it costs to place each patient in each bed: distance to the team, acuity, moves.
    """

    patients: tuple[Patient, ...]
    beds: tuple[Bed, ...]
    costs: NDArray[np.float64]

    def __post_init__(self) -> None:
        shape = (len(self.patients), len(self.beds))
        if 0 in shape or self.costs.shape != shape or not np.isfinite(self.costs).all():
            raise DataError(
                f"bed assignment — expected finite costs of shape {shape}, got shape "
                f"{self.costs.shape} or costs that are not — give one cost a patient and bed"
            )
        for what, things in (("patients", self.patients), ("beds", self.beds)):
            if len({thing.name for thing in things}) != len(things):
                raise DataError(
                    f"bed assignment — expected distinct {what}, got a name twice — rename one"
                )
        for bay in {bed.bay for bed in self.beds}:
            if len({bed.bay_sex for bed in self.beds if bed.bay == bay}) > 1:
                raise DataError(
                    f"bed assignment — expected one sex of who lies in {bay!r}, got several — "
                    "say the same of all its beds"
                )

    @property
    def decisions(self) -> tuple[str, ...]:
        """Patient and bed of each decision."""
        return tuple(f"{p.name} in {b.name}" for p in self.patients for b in self.beds)

    def objective(self) -> Qubo:
        """Return the sum of the costs of all placements."""
        number = self.costs.size
        return Qubo(linear=self.costs.ravel(), quadratic=np.zeros((number, number)))

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the four rules."""
        people, places = range(len(self.patients)), range(len(self.beds))
        found = [exactly_one(ONE_BED, (self._at(p, b) for b in places)) for p in people]
        found += [at_most(ONE_PATIENT, (self._at(p, b) for p in people), 1) for b in places]
        forbidden = [
            self._at(p, b)
            for p, b in product(people, places)
            if self.patients[p].needs_isolation and not self.beds[b].is_isolation
        ]
        found += [none_of(ISOLATION, forbidden)] if forbidden else []
        among_others = [
            self._at(p, b) for p, b in product(people, places) if not self._suits_bay(p, b)
        ]
        found += [none_of(ONE_SEX, among_others)] if among_others else []
        return (*found, *self._apart())

    def _apart(self) -> Iterator[Constraint]:
        """Return, for each two of different sex and two beds of one bay, that one goes."""
        for p, q in combinations(range(len(self.patients)), 2):
            if self.patients[p].sex == self.patients[q].sex:
                continue
            for b, c in product(range(len(self.beds)), repeat=2):
                if b != c and self.beds[b].bay == self.beds[c].bay:
                    yield at_most(ONE_SEX, (self._at(p, b), self._at(q, c)), 1)

    def _at(self, patient: int, bed: int) -> int:
        return patient * len(self.beds) + bed

    def cost(self, bits: Bits) -> float:
        """Return the cost, placement by placement."""
        return float(sum(self.costs[p, b] for p, b in self._placements(bits)))

    def broken(self, bits: Bits) -> tuple[str, ...]:
        """Return the rules broken, walking through the ward."""
        placed = self._placements(bits)
        sleepers, occupied = [p for p, _ in placed], [b for _, b in placed]
        found = []
        if sorted(sleepers) != list(range(len(self.patients))):
            found.append(ONE_BED)
        if len(set(occupied)) != len(occupied):
            found.append(ONE_PATIENT)
        if any(not self._is_isolated(p, b) for p, b in placed):
            found.append(ISOLATION)
        if self._has_mixed_bay(placed):
            found.append(ONE_SEX)
        return tuple(found)

    def _placements(self, bits: Bits) -> list[tuple[int, int]]:
        return [divmod(at, len(self.beds)) for at, bit in enumerate(bits) if bit]

    def _is_isolated(self, patient: int, bed: int) -> bool:
        return self.beds[bed].is_isolation or not self.patients[patient].needs_isolation

    def _suits_bay(self, patient: int, bed: int) -> bool:
        """Whether those who lie in the bay already are of the patient's sex."""
        return self.beds[bed].bay_sex in (None, self.patients[patient].sex)

    def _has_mixed_bay(self, placed: list[tuple[int, int]]) -> bool:
        """Whether one bay would hold people of different sex, who are there or who come."""
        return not all(self._suits_bay(p, b) for p, b in placed) or any(
            b != c
            and self.beds[b].bay == self.beds[c].bay
            and self.patients[p].sex != self.patients[q].sex
            for (p, b), (q, c) in combinations(placed, 2)
        )

    def repaired(self, bits: Bits) -> Bits:
        """Keep who lies well; give everyone else the cheapest bed left."""
        placed: list[tuple[int, int]] = []
        claimed = self._placements(bits)
        for p in range(len(self.patients)):
            own = [b for q, b in claimed if q == p]
            if len(own) == 1 and self._fits(placed, p, own[0]):
                placed.append((p, own[0]))
        for p in sorted(set(range(len(self.patients))) - {q for q, _ in placed}):
            left = [b for b in range(len(self.beds)) if self._fits(placed, p, b)]
            if left:
                placed.append((p, min(left, key=lambda b: float(self.costs[p, b]))))
        found = np.zeros(self.costs.size, dtype=np.int8)
        found[[self._at(p, b) for p, b in placed]] = 1
        return found

    def _fits(self, placed: list[tuple[int, int]], patient: int, bed: int) -> bool:
        is_free = all(b != bed for _, b in placed)
        together = [*placed, (patient, bed)]
        return is_free and self._is_isolated(patient, bed) and not self._has_mixed_bay(together)
