"""When each visit starts: inside its window, and never more at once than the clinic can see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from probatum.errors import DataError
from probatum.quantum.optimisation.constraints import (
    Constraint,
    at_most,
    exactly_one,
    none_of,
)
from probatum.quantum.optimisation.qubo import Bits, Qubo

ONE_START = "each visit starts exactly once"
WINDOW = "each visit inside its window"
CAPACITY = "no slot over capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit to be given a time, counted in slots of the clinic."""

    name: str
    duration: int
    """Slots it lasts."""
    earliest: int
    """First slot it may start in."""
    latest: int
    """Slot before which it must have ended."""
    urgency: float
    """Cost of each slot it starts later than the first."""

    def __post_init__(self) -> None:
        slots = (self.duration, self.earliest, self.latest)
        if not all(isinstance(slot, int | np.integer) for slot in slots):
            raise DataError(
                f"visit {self.name!r} — expected whole slots, got {slots} — count in "
                "smaller ones"
            )
        if self.duration < 1 or self.earliest < 0 or not np.isfinite(self.urgency):
            raise DataError(
                f"visit {self.name!r} — expected a duration of at least one slot and a finite "
                f"urgency, got {self.duration} from {self.earliest} and {self.urgency} — count "
                "slots from 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentSchedule:
    """Start every visit so that urgent ones wait least.

    Decision v * S + s says that visit v starts in slot s. Repair: visits are taken in order of
    urgency, the most urgent first; one that starts exactly once, where there is room, stays;
    everyone else then starts in the earliest slot with room.

    Parameters
    ----------
    visits : tuple of Visit
    capacity : tuple of int
        Visits the clinic can hold in each slot.
    """

    visits: tuple[Visit, ...]
    capacity: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.visits or not self.capacity or min(self.capacity) < 0:
            raise DataError(
                "appointments — expected visits and slots with a capacity of at least 0, got "
                f"{len(self.visits)} visits and {len(self.capacity)} slots — add some"
            )
        if len({visit.name for visit in self.visits}) != len(self.visits):
            raise DataError(
                "appointments — expected distinct visits, got a name twice — rename one"
            )

    @property
    def decisions(self) -> tuple[str, ...]:
        """Visit and start of each decision."""
        slots = range(len(self.capacity))
        return tuple(f"{visit.name} at {slot}" for visit in self.visits for slot in slots)

    def objective(self) -> Qubo:
        """Return urgency times start, summed."""
        starts = np.arange(len(self.capacity), dtype=np.float64)
        costs = np.outer([visit.urgency for visit in self.visits], starts)
        return Qubo(linear=costs.ravel(), quadratic=np.zeros((costs.size, costs.size)))

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the three rules."""
        slots = range(len(self.capacity))
        found = [
            exactly_one(ONE_START, (self._at(v, s) for s in slots))
            for v in range(len(self.visits))
        ]
        outside = [
            self._at(v, s)
            for v, visit in enumerate(self.visits)
            for s in slots
            if not self._earliest(visit) <= s <= self._last(visit)
        ]
        found += [none_of(WINDOW, outside)] if outside else []
        return (
            *found,
            *(at_most(CAPACITY, self._covering(t), self.capacity[t]) for t in slots),
        )

    def _covering(self, slot: int) -> list[int]:
        """Return the decisions that would occupy a slot."""
        return [
            self._at(v, start)
            for v, visit in enumerate(self.visits)
            for start in range(max(0, slot - visit.duration + 1), slot + 1)
        ]

    def _at(self, visit: int, slot: int) -> int:
        return visit * len(self.capacity) + slot

    def _earliest(self, visit: Visit) -> int:
        return visit.earliest

    def _last(self, visit: Visit) -> int:
        return min(visit.latest, len(self.capacity)) - visit.duration

    def cost(self, bits: Bits) -> float:
        """Return the cost, visit by visit."""
        return float(sum(self.visits[v].urgency * s for v, s in self._starts(bits)))

    def broken(self, bits: Bits) -> tuple[str, ...]:
        """Return the rules broken, walking through the day."""
        starts = self._starts(bits)
        found = []
        if sorted(v for v, _ in starts) != list(range(len(self.visits))):
            found.append(ONE_START)
        if any(not self._is_inside(self.visits[v], s) for v, s in starts):
            found.append(WINDOW)
        load = [0] * len(self.capacity)
        for v, s in starts:
            for slot in range(s, min(s + self.visits[v].duration, len(load))):
                load[slot] += 1
        if any(seen > room for seen, room in zip(load, self.capacity, strict=True)):
            found.append(CAPACITY)
        return tuple(found)

    def _starts(self, bits: Bits) -> list[tuple[int, int]]:
        return [divmod(at, len(self.capacity)) for at, bit in enumerate(bits) if bit]

    def _is_inside(self, visit: Visit, start: int) -> bool:
        end = start + visit.duration
        return visit.earliest <= start and end <= visit.latest and end <= len(self.capacity)

    def repaired(self, bits: Bits) -> Bits:
        """Keep what fits; start the rest as early as there is room."""
        room, claimed, placed = list(self.capacity), self._starts(bits), dict[int, int]()
        order = sorted(range(len(self.visits)), key=lambda v: (-self.visits[v].urgency, v))
        for v in order:
            own = [s for u, s in claimed if u == v]
            if len(own) == 1 and self._takes(room, v, own[0]):
                placed[v] = own[0]
        for v in (v for v in order if v not in placed):
            for slot in range(len(room)):
                if self._takes(room, v, slot):
                    placed[v] = slot
                    break
        found = np.zeros(len(self.visits) * len(room), dtype=np.int8)
        found[[self._at(v, s) for v, s in placed.items()]] = 1
        return found

    def _takes(self, room: list[int], visit: int, start: int) -> bool:
        """Take up the room of a visit, if it is inside its window and there is any."""
        if not self._is_inside(self.visits[visit], start):
            return False
        span = range(start, start + self.visits[visit].duration)
        if any(room[slot] < 1 for slot in span):
            return False
        for slot in span:
            room[slot] -= 1
        return True
