"""A suggestion that may be shown to a clinician: checked, and beside the best there is.

Whatever drew the choices, only one that keeps every rule can leave :func:`suggest`. Its rules
are checked classically in the terms of the clinic, and the exact solver's answer always stands
beside it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from probatum.quantum.optimisation.constraints import Penalised, penalised
from probatum.quantum.optimisation.energies import MOST_VARIABLES
from probatum.quantum.optimisation.exact import Optimum, enumerated, relaxed, solved
from probatum.quantum.optimisation.problem import Problem
from probatum.quantum.optimisation.product_mixers import ProductMixer, warm_start_mixer
from probatum.quantum.optimisation.qaoa import qaoa
from probatum.quantum.optimisation.qubo import Bits
from probatum.quantum.optimisation.samples import Samples, Source, drawn
from probatum.quantum.optimisation.training import trained

Origin = Source | Literal["repaired", "exact fallback"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suggestion:
    """A choice that keeps every rule, where it came from, and how far it is from the best."""

    bits: Bits
    chosen: tuple[str, ...]
    """The decisions answered with yes, in words."""
    cost: float
    origin: Origin
    optimum: Optimum
    """Proven best; an independent search of all choices up to 24 decisions."""
    shots: int
    """Choices drawn."""
    feasible_shots: int
    """Of these, choices that kept every rule."""
    broken: tuple[tuple[str, int], ...]
    """Rule and number of drawn choices that broke it, most often broken first."""

    @property
    def gap(self) -> float:
        """How much more it costs than the best; never negative beyond rounding."""
        return self.cost - self.optimum.energy

    def as_dict(self) -> dict[str, object]:
        """Return the suggestion for a JSON file."""
        return {
            "chosen": list(self.chosen),
            "cost": self.cost,
            "origin": self.origin,
            "optimum": self.optimum.energy,
            "optimum_method": self.optimum.method,
            "gap": self.gap,
            "shots": self.shots,
            "feasible_shots": self.feasible_shots,
            "broken": dict(self.broken),
        }


def suggest(problem: Problem, samples: Samples, *, seconds: float | None = None) -> Suggestion:
    """Return the best feasible of the drawn choices, else a repaired one, else the exact one.

    Parameters
    ----------
    problem : Problem
    samples : Samples
        Drawn choices; slack bits above the decisions are ignored.
    seconds : float, optional
        Longest search for the proven best above 24 decisions; without it, until there is one.

    Raises
    ------
    Infeasible
        When the exact solver proves that no choice keeps every rule.
    NotEstimable
        When time ran out before anything was proven: nothing is suggested without its best.
    RuntimeError
        When solver and check disagree about a choice: a bug, never an answer.
    """
    optimum = proven_optimum(problem, seconds=seconds)
    drawn_choices = samples.decisions(len(problem.decisions))
    verdicts = [problem.broken(bits) for bits in drawn_choices.bits]
    kept = [
        bits for bits, broken in zip(drawn_choices.bits, verdicts, strict=True) if not broken
    ]
    origin: Origin = samples.source
    if not kept:
        origin = "repaired"
        mended = [problem.repaired(bits) for bits in drawn_choices.bits]
        kept = [bits for bits in mended if not problem.broken(bits)]
    if not kept:
        origin, kept = "exact fallback", [optimum.bits]
    best = min(kept, key=lambda bits: (problem.cost(bits), bits.tobytes()))
    return _suggestion(problem, best, origin, optimum, drawn_choices, verdicts)


def proven_optimum(problem: Problem, *, seconds: float | None = None) -> Optimum:
    """Return the best choice of all: by looking at all up to 24 decisions, else by HiGHS.

    Raises
    ------
    Infeasible
        When no choice keeps every rule.
    NotEstimable
        When HiGHS had not proven any within ``seconds``.
    RuntimeError
        When the answer breaks a rule or costs something else in the terms of the clinic.
    """
    objective, rules = problem.objective(), problem.constraints()
    if objective.variables <= MOST_VARIABLES:
        found = enumerated(objective, rules)
    else:
        found = solved(objective, rules, seconds=seconds)
    _refuse_disagreement(problem, found.bits, found.energy)
    return found


def suggest_by_qaoa(
    problem: Problem,
    *,
    depth: int,
    shots: int,
    rng: np.random.Generator,
    penalty: float | None = None,
    warm_margin: float | None = None,
) -> Suggestion:
    """Train QAOA on the problem with its rules priced in, draw choices, and check them.

    Parameters
    ----------
    problem : Problem
        With its slack bits at most 24 variables.
    depth : int
        Layers.
    shots : int
        Choices drawn.
    rng : numpy.random.Generator
        Of the draws; the training uses none.
    penalty : float, optional
        Price of a broken rule; by default one that is sufficient.
    warm_margin : float in (0, 0.5], optional
        Start warm from the relaxed problem, this far from certainty; cold where it is None.

    Raises
    ------
    Infeasible
        When no choice keeps every rule.
    DataError
        When there are too many variables to simulate.
    """
    priced = penalised(problem.objective(), problem.constraints(), penalty=penalty)
    mixer = None if warm_margin is None else warm_mixer(problem, priced, margin=warm_margin)
    algorithm = qaoa(priced.qubo, mixer=mixer)
    angles = trained(algorithm, depth=depth).angles
    chances = algorithm.probabilities(angles[np.newaxis])[0]
    return suggest(problem, drawn(chances, shots=shots, rng=rng))


def warm_mixer(problem: Problem, priced: Penalised, *, margin: float) -> ProductMixer:
    """Return the mixer of a warm start; slack bits, of which nothing is known, start even."""
    leaning = relaxed(problem.objective(), problem.constraints())
    return warm_start_mixer(
        np.pad(leaning, (0, priced.slack_bits), constant_values=0.5), margin=margin
    )


def _suggestion(
    problem: Problem,
    best: Bits,
    origin: Origin,
    optimum: Optimum,
    samples: Samples,
    verdicts: list[tuple[str, ...]],
) -> Suggestion:
    cost = problem.cost(best)
    _refuse_disagreement(problem, best, cost)
    tally: Counter[str] = Counter()
    feasible = 0
    for broken, count in zip(verdicts, samples.counts, strict=True):
        feasible += 0 if broken else int(count)
        tally.update({name: int(count) for name in set(broken)})
    return Suggestion(
        bits=best,
        chosen=tuple(n for n, bit in zip(problem.decisions, best, strict=True) if bit),
        cost=cost,
        origin=origin,
        optimum=optimum,
        shots=samples.shots,
        feasible_shots=feasible,
        broken=tuple(sorted(tally.items(), key=lambda item: (-item[1], item[0]))),
    )


def _refuse_disagreement(problem: Problem, bits: Bits, energy: float) -> None:
    """Stop where the solver's model and the clinic's check are not of one mind."""
    unmet = [rule.name for rule in problem.constraints() if not rule.is_met(bits)]
    broken, cost = problem.broken(bits), problem.cost(bits)
    modelled = float(problem.objective().energy(bits))
    tolerance = 1e-9 * (1 + abs(cost))
    if unmet or broken or abs(cost - energy) > tolerance or abs(cost - modelled) > tolerance:
        raise RuntimeError(f"solver and check disagree: {unmet}, {broken}, {cost} and {energy}")
