"""QAOA and its classical rivals on one and the same instance, beside the proven best.

Each is asked for the best choice it can find. A gap is always measured from an optimum that is
proven, never from the best that happened to be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from probatum.quantum.optimisation.annealing import annealed
from probatum.quantum.optimisation.constraints import Penalised, penalised
from probatum.quantum.optimisation.energies import MOST_VARIABLES
from probatum.quantum.optimisation.exact import Optimum, enumerated, solved
from probatum.quantum.optimisation.mixers import Mixer
from probatum.quantum.optimisation.problem import Problem
from probatum.quantum.optimisation.qaoa import qaoa
from probatum.quantum.optimisation.qubo import Bits
from probatum.quantum.optimisation.samples import Samples, drawn
from probatum.quantum.optimisation.suggestion import proven_optimum, warm_mixer
from probatum.quantum.optimisation.training import Quality, quality, trained

REPLICAS = 64
"""Walkers of simulated annealing; its sweeps follow from the budget."""

Stopwatch = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one way of solving reached."""

    method: str
    energy: float | None
    """Of its best feasible choice; absent where it saw none."""
    gap: float | None
    """To the proven optimum; 0 is reached."""
    feasible_share: float
    """Of the choices it drew or returned."""
    is_proven: bool
    candidates: int | None
    """Choices whose cost it looked at; absent for a solver that bounds them instead."""
    seconds: float | None
    """Absent where no clock was given, so that the record is the same every time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All ways on one instance."""

    instance: str
    """SHA-256 of the QUBO all of them were given."""
    decisions: int
    variables: int
    """Decisions and slack bits."""
    optimum: float
    optimum_method: str
    depth: int
    shots: int
    qaoa: Quality
    """Of the cold start's distribution over all 2**variables choices, rules priced in."""
    standings: tuple[Standing, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the comparison for a JSON file."""
        return asdict(self)


def compared(
    problem: Problem,
    *,
    depth: int,
    shots: int,
    rng: np.random.Generator,
    penalty: float | None = None,
    warm_margin: float | None = None,
    clock: Stopwatch | None = None,
) -> Comparison:
    """Solve one problem by QAOA, simulated annealing, HiGHS twice, and enumeration.

    Budget: QAOA on a device would look at ``shots`` choices for every expected cost its
    training asks for, two for each angle of a gradient among them, and as many at the end.
    Annealing is given as many proposals as the costlier start asks for, rounded up to whole
    sweeps of 64 walkers.

    Parameters
    ----------
    problem : Problem
        With its slack bits at most 24 variables.
    depth, shots : int
    rng : numpy.random.Generator
        Of the draws, then of the annealing.
    penalty : float, optional
        Price of a broken rule.
    warm_margin : float in (0, 0.5], optional
        Also start warm, this far from certainty of the relaxed problem.
    clock : callable returning seconds, optional
        Supplied by who wants times in the record.

    Raises
    ------
    Infeasible
        When no choice keeps every rule.
    DataError
        When the variables are too many.
    """
    optimum = proven_optimum(problem)
    priced = penalised(problem.objective(), problem.constraints(), penalty=penalty)
    timed = _Timed(problem=problem, optimum=optimum, clock=clock)
    starts: list[tuple[str, Mixer | None]] = [("QAOA", None)]
    if warm_margin is not None:
        starts.append(("QAOA, warm start", warm_mixer(problem, priced, margin=warm_margin)))
    by_qaoa = [
        _qaoa_standing(timed, priced, name, mixer, depth=depth, shots=shots, rng=rng)
        for name, mixer in starts
    ]
    budget = max(standing.candidates or 0 for standing, _ in by_qaoa)
    standings = [
        *(standing for standing, _ in by_qaoa),
        _annealing_standing(timed, priced, budget, rng),
        *_exact_standings(timed, priced),
    ]
    return Comparison(
        instance=priced.qubo.digest,
        decisions=priced.decisions,
        variables=priced.qubo.variables,
        optimum=optimum.energy,
        optimum_method=optimum.method,
        depth=depth,
        shots=shots,
        qaoa=by_qaoa[0][1],
        standings=tuple(standings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed:
    """What every standing is measured with."""

    problem: Problem
    optimum: Optimum
    clock: Stopwatch | None

    def now(self) -> float | None:
        return self.clock() if self.clock else None

    def standing(
        self,
        method: str,
        samples: Samples,
        *,
        since: float | None,
        candidates: int | None,
        is_proven: bool = False,
    ) -> Standing:
        now = self.now()
        own = samples.decisions(len(self.problem.decisions))
        kept = np.array([not self.problem.broken(bits) for bits in own.bits])
        costs = [self.problem.cost(bits) for bits in own.bits[kept]]
        best = min(costs, default=None)
        return Standing(
            method=method,
            energy=best,
            gap=None if best is None else best - self.optimum.energy,
            feasible_share=float(own.counts[kept].sum() / own.shots),
            is_proven=is_proven,
            candidates=candidates,
            seconds=None if now is None or since is None else now - since,
        )


def _qaoa_standing(
    timed: _Timed,
    priced: Penalised,
    method: str,
    mixer: Mixer | None,
    *,
    depth: int,
    shots: int,
    rng: np.random.Generator,
) -> tuple[Standing, Quality]:
    since = timed.now()
    algorithm = qaoa(priced.qubo, mixer=mixer)
    run = trained(algorithm, depth=depth)
    chances = algorithm.probabilities(run.angles[np.newaxis])[0]
    samples = drawn(chances, shots=shots, rng=rng)
    budget = (run.expectations + 1) * shots
    standing = timed.standing(method, samples, since=since, candidates=budget)
    return standing, quality(algorithm, run.angles)


def _annealing_standing(
    timed: _Timed, priced: Penalised, budget: int, rng: np.random.Generator
) -> Standing:
    since = timed.now()
    sweeps = max(1, -(-budget // (REPLICAS * priced.qubo.variables)))
    run = annealed(priced.qubo, replicas=REPLICAS, sweeps=sweeps, rng=rng)
    return timed.standing(
        "simulated annealing", run.samples, since=since, candidates=run.proposals
    )


def _exact_standings(timed: _Timed, priced: Penalised) -> list[Standing]:
    """Solve the problem with its rules, and the QUBO the quantum circuit was given."""
    objective, rules = timed.problem.objective(), timed.problem.constraints()
    ways: list[tuple[str, Callable[[], Optimum], int | None]] = [
        ("HiGHS, rules as rules", lambda: solved(objective, rules), None),
        ("HiGHS, rules priced in", lambda: solved(priced.qubo), None),
    ]
    if objective.variables <= MOST_VARIABLES:
        listed = 1 << objective.variables
        ways.append(("enumeration", lambda: enumerated(objective, rules), listed))
    found = []
    for method, way, candidates in ways:
        since = timed.now()
        samples = _single(way().bits)
        found.append(
            timed.standing(method, samples, since=since, candidates=candidates, is_proven=True)
        )
    return found


def _single(bits: Bits) -> Samples:
    """Return one returned choice in the form of drawn ones."""
    return Samples(
        bits=bits[np.newaxis], counts=np.ones(1, dtype=np.int64), source="exact solver"
    )
