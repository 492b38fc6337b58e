"""Which dose of each drug: enough effect, no organ beyond its cap, no dangerous pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from probatum.errors import DataError
from probatum.quantum.optimisation.constraints import Constraint, at_most, exactly_one
from probatum.quantum.optimisation.qubo import Bits, Qubo

ONE_LEVEL = "exactly one dose level a drug"
EFFICACY = "at least the minimum efficacy"
INTERACTION = "no pair of doses beyond its interaction limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A drug, its dose levels in rising order, and what each level does, in whole points."""

    name: str
    doses: tuple[float, ...]
    """Milligrams; the first may be 0, for not given."""
    efficacy: tuple[int, ...]
    toxicity: tuple[tuple[int, ...], ...]
    """One row a level, one number an organ."""
    burden: tuple[float, ...]
    """What the patient would rather avoid, to be kept small."""

    def __post_init__(self) -> None:
        lengths = {len(self.doses), len(self.efficacy), len(self.toxicity), len(self.burden)}
        if len(lengths) != 1 or not self.doses or list(self.doses) != sorted(set(self.doses)):
            raise DataError(
                f"drug {self.name!r} — expected rising doses with one entry each, got "
                f"{len(self.doses)} doses and lengths {sorted(lengths)} — list each level once"
            )
        points = [*self.efficacy, *(point for row in self.toxicity for point in row)]
        finite = np.isfinite([*self.doses, *self.burden]).all()
        if not finite or min(points) < 0 or min(self.doses) < 0:
            raise DataError(
                f"drug {self.name!r} — expected finite doses, points and burdens, the first "
                "two of at least 0, got others — count upwards"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Two drugs that must not both reach these levels (numbers of levels, from 0)."""

    first: str
    first_level: int
    second: str
    second_level: int

    def __post_init__(self) -> None:
        levels = (self.first_level, self.second_level)
        if not all(isinstance(level, int | np.integer) and level >= 0 for level in levels):
            raise DataError(
                f"interaction of {self.first!r} and {self.second!r} — expected levels from 0, "
                f"got {self.first_level} and {self.second_level} — count from the lowest dose"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSelection:
    """Choose one level of each drug at the least burden.

    Decisions are the levels of the first drug, then of the second, and so on. Repair: a drug
    with several levels keeps the lowest of them, one with none gets its lowest; then, while a
    rule on safety is broken, the drug that can still go down and carries most toxicity goes
    down one level. Doses are never raised by a repair.

    Parameters
    ----------
    drugs : tuple of Drug
    organs : tuple of str
    caps : tuple of int
        Most toxicity points each organ may gather over all drugs.
    minimum_efficacy : int
        Points wanted over all drugs.
    interactions : tuple of Interaction
    """

    drugs: tuple[Drug, ...]
    organs: tuple[str, ...]
    caps: tuple[int, ...]
    minimum_efficacy: int
    interactions: tuple[Interaction, ...] = ()

    def __post_init__(self) -> None:
        names = [drug.name for drug in self.drugs]
        if not names or len(set(names)) != len(names) or len(self.caps) != len(self.organs):
            raise DataError(
                f"dose selection — expected distinct drugs and one cap an organ, got {names} "
                f"and {len(self.caps)} caps for {len(self.organs)} organs — name each once"
            )
        rows = {len(row) for drug in self.drugs for row in drug.toxicity}
        if rows != {len(self.organs)} or min(self.caps, default=0) < 0:
            raise DataError(
                f"dose selection — expected {len(self.organs)} toxicities a level and caps of "
                f"at least 0, got {sorted(rows)} — count points for every organ"
            )
        for pair in self.interactions:
            if pair.first == pair.second or {pair.first, pair.second} - set(names):
                raise DataError(
                    f"dose selection — expected an interaction of two of {names}, got "
                    f"{pair.first!r} with {pair.second!r} — name two drugs of the choice"
                )
            self._expect_levels(pair)

    def _expect_levels(self, pair: Interaction) -> None:
        """Refuse a limit at a level no drug has: it would never hold anyone back."""
        levels = {drug.name: len(drug.doses) for drug in self.drugs}
        for name, level in ((pair.first, pair.first_level), (pair.second, pair.second_level)):
            if level >= levels[name]:
                raise DataError(
                    f"interaction of {pair.first!r} and {pair.second!r} — expected a level of "
                    f"{name!r} up to {levels[name] - 1}, got {level} — count from the lowest "
                    "dose"
                )

    @property
    def decisions(self) -> tuple[str, ...]:
        """Drug and dose of each decision."""
        return tuple(f"{drug.name} {dose:g} mg" for drug in self.drugs for dose in drug.doses)

    def objective(self) -> Qubo:
        """Return the sum of burdens."""
        burdens = np.array([value for drug in self.drugs for value in drug.burden])
        return Qubo(linear=burdens, quadratic=np.zeros((len(burdens), len(burdens))))

    def constraints(self) -> tuple[Constraint, ...]:
        """Return every rule as a weighted count."""
        found = [exactly_one(ONE_LEVEL, places) for places in self._places()]
        levels = [level for drug in self.drugs for level in drug.toxicity]
        for organ, (name, cap) in enumerate(zip(self.organs, self.caps, strict=True)):
            weights = tuple((at, row[organ]) for at, row in enumerate(levels) if row[organ])
            rule = cap_rule(name)
            found.append(Constraint(name=rule, weights=weights, sense="<=", bound=cap))
        points = [value for drug in self.drugs for value in drug.efficacy]
        weights = tuple((at, value) for at, value in enumerate(points) if value)
        found.append(
            Constraint(name=EFFICACY, weights=weights, sense=">=", bound=self.minimum_efficacy)
        )
        return (*found, *self._interaction_rules())

    def _interaction_rules(self) -> list[Constraint]:
        by_name = {d.name: places for d, places in zip(self.drugs, self._places(), strict=True)}
        return [
            at_most(INTERACTION, (one, other), 1)
            for pair in self.interactions
            for one in by_name[pair.first][pair.first_level :]
            for other in by_name[pair.second][pair.second_level :]
        ]

    def _places(self) -> list[range]:
        ends = np.cumsum([len(drug.doses) for drug in self.drugs])
        starts = [0, *ends[:-1]]
        return [range(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]

    def _levels(self, bits: Bits) -> list[list[int]]:
        """Return the levels chosen of each drug."""
        return [[i for i, at in enumerate(own) if bits[at]] for own in self._places()]

    def cost(self, bits: Bits) -> float:
        """Return the burden, drug by drug."""
        chosen = zip(self.drugs, self._levels(bits), strict=True)
        return float(sum(drug.burden[level] for drug, levels in chosen for level in levels))

    def broken(self, bits: Bits) -> tuple[str, ...]:
        """Return the rules broken, reading the prescription."""
        levels = self._levels(bits)
        found = [] if all(len(own) == 1 for own in levels) else [ONE_LEVEL]
        found += self._unsafe(levels)
        chosen = zip(self.drugs, levels, strict=True)
        effect = sum(drug.efficacy[level] for drug, own in chosen for level in own)
        return (*found, *([EFFICACY] if effect < self.minimum_efficacy else []))

    def _unsafe(self, levels: list[list[int]]) -> list[str]:
        found = []
        for organ, (name, cap) in enumerate(zip(self.organs, self.caps, strict=True)):
            chosen = zip(self.drugs, levels, strict=True)
            if sum(drug.toxicity[level][organ] for drug, own in chosen for level in own) > cap:
                found.append(cap_rule(name))
        named = {
            drug.name: max(own, default=-1)
            for drug, own in zip(self.drugs, levels, strict=True)
        }
        pairs = self.interactions
        if any(
            named[p.first] >= p.first_level and named[p.second] >= p.second_level for p in pairs
        ):
            found.append(INTERACTION)
        return found

    def repaired(self, bits: Bits) -> Bits:
        """Lower doses until no safety rule is broken; efficacy may then be too small."""
        levels = [min(own, default=0) for own in self._levels(bits)]
        while self._unsafe([[level] for level in levels]) and any(levels):
            places = [place for place, level in enumerate(levels) if level]
            worst = max(places, key=lambda at: (sum(self.drugs[at].toxicity[levels[at]]), -at))
            levels[worst] -= 1
        found = np.zeros(len(self.decisions), dtype=np.int8)
        for own, level in zip(self._places(), levels, strict=True):
            found[own[level]] = 1
        return found


def cap_rule(organ: str) -> str:
    """Return the name of the rule on an organ's cumulative toxicity."""
    return f"toxicity of the {organ} within its cap"
