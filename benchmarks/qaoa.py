"""QAOA on patients and beds: ours, Qiskit's estimators, and the classical ways beside it.

Ours gives the expected cost and its whole gradient; each peer is timed once for one expected
cost alone, and once for what a gradient by forward differences asks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Comparison, Contender
from benchmarks.qaoa_peers import (
    WITH_GRADIENT,
    aer_on_one_thread,
    estimator,
    peers,
    statevector,
)
from probatum.quantum.optimisation.annealing import annealed
from probatum.quantum.optimisation.constraints import Penalised, penalised
from probatum.quantum.optimisation.exact import enumerated, solved
from probatum.quantum.optimisation.problems.beds import Bed, BedAssignment, Patient
from probatum.quantum.optimisation.qaoa import Qaoa, qaoa
from probatum.quantum.optimisation.samples import drawn
from probatum.quantum.optimisation.training import quality, trained

Angles = NDArray[np.float64]
DEPTH = 3
STARTS = 8
SHOTS = 1024


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Yield the comparisons: single starts, a batch of starts, and whole solutions."""
    sizes = ((3, 4),) if quick else ((3, 4), (4, 4))
    for patients, beds in sizes:
        problem = ward(patients, beds)
        priced = penalised(problem.objective(), problem.constraints())
        yield evaluation(priced, np.random.default_rng(1).uniform(-0.5, 0.5, 2 * DEPTH))
        yield batch(priced, np.random.default_rng(2).uniform(-0.5, 0.5, (STARTS, 2 * DEPTH)))
        yield solution(problem, priced)


def ward(patients: int, beds: int) -> BedAssignment:
    """Return patients and beds without slack bits: one variable a pair."""
    people = [
        Patient(name=f"P{k}", sex="FM"[k % 2], needs_isolation=k == 0) for k in range(patients)
    ]
    places = [
        Bed(name=f"B{k}", bay=f"bay {k}", bay_sex=None, is_isolation=k < 2) for k in range(beds)
    ]
    costs = np.random.default_rng(0).random((patients, beds))
    return BedAssignment(patients=tuple(people), beds=tuple(places), costs=costs)


def evaluation(priced: Penalised, angles: Angles) -> Comparison:
    """One start: our value and gradient, and the peers' value alone and with a gradient.

    The targets compare like with like, value and gradient with value and gradient; what a
    peer takes for the value alone stands beside.
    """
    ours, single = qaoa(priced.qubo), qaoa(priced.qubo, dtype=np.complex64)
    others = peers(priced, angles)
    first = "probatum, value and gradient"
    return Comparison(
        title="QAOA, one start",
        params={"variables": priced.qubo.variables, "layers": DEPTH},
        contenders=(
            Contender(name=first, how="ours", run=lambda: _both(ours, angles), threads=1),
            Contender(
                name="probatum, complex64",
                how="ours",
                run=lambda: _both(single, angles),
                threads=1,
                tolerance=1e-4,
            ),
            Contender(
                name="its matrix products alone", how="limit", run=_products(ours), threads=1
            ),
            *others,
        ),
        difference=_difference,
        targets=_targets(priced, [peer.name for peer in others if WITH_GRADIENT in peer.name]),
        tolerance=1e-9,
    )


def batch(priced: Penalised, rows: Angles) -> Comparison:
    """Several starts at once, on both threads; Aer takes them as one job too."""
    ours = qaoa(priced.qubo, threads=2)
    run = estimator(aer_on_one_thread, priced, DEPTH, transpiled=True)
    sequential = estimator(statevector, priced, DEPTH, transpiled=False)
    return Comparison(
        title="QAOA, a batch of starts",
        params={"variables": priced.qubo.variables, "layers": DEPTH, "starts": len(rows)},
        contenders=(
            Contender(
                name="probatum, values and gradients",
                how="ours",
                run=lambda: ours.values_and_gradients(rows)[0],
            ),
            Contender(name="Aer EstimatorV2, values alone", how="tuned", run=lambda: run(rows)),
            Contender(
                name="StatevectorEstimator, values alone",
                how="as used",
                run=lambda: sequential(rows[:2]),
                share=2 / len(rows),
                rounds=1,
            ),
        ),
        difference=_difference,
        tolerance=1e-9,
    )


def solution(problem: BedAssignment, priced: Penalised) -> Comparison:
    """The whole way to an answer: what each reaches stands in its difference, the gap."""
    lowest = priced.qubo.extremes().lowest
    gap, chance = _solved_by_qaoa(priced, lowest)
    ways: dict[str, Callable[[], float]] = {
        "simulated annealing, 64 walkers": lambda: _annealed_gap(priced, lowest),
        "HiGHS, rules as rules": lambda: (
            solved(problem.objective(), problem.constraints()).energy - lowest
        ),
        "HiGHS, rules priced in": lambda: solved(priced.qubo).energy - lowest,
        "enumeration of all choices": lambda: enumerated(priced.qubo).energy - lowest,
    }
    ours = Contender(
        name="probatum, QAOA trained and drawn",
        how="ours",
        run=lambda: _solved_by_qaoa(priced, lowest),
        rounds=1,
    )
    return Comparison(
        title="The best bed for each patient (difference: cost above the proven optimum)",
        params={
            "variables": priced.qubo.variables,
            "layers": DEPTH,
            "shots": SHOTS,
            "QAOA's own gap": round(gap, 6),
            "QAOA's chance of the optimum a shot": round(chance, 6),
        },
        contenders=(
            ours,
            *(Contender(name=name, how="tuned", run=way) for name, way in ways.items()),
        ),
        difference=lambda _, theirs: abs(theirs),
    )


def _solved_by_qaoa(priced: Penalised, lowest: float) -> tuple[float, float]:
    """Return the gap of the best draw, and the chance of the optimum a shot."""
    algorithm = qaoa(priced.qubo)
    angles = trained(algorithm, depth=DEPTH).angles
    chances = algorithm.probabilities(angles[np.newaxis])[0]
    samples = drawn(chances, shots=SHOTS, rng=np.random.default_rng(0))
    gap = float(priced.qubo.energy(samples.bits).min()) - lowest
    return gap, quality(algorithm, angles).probability_of_optimum


def _annealed_gap(priced: Penalised, lowest: float) -> float:
    run = annealed(priced.qubo, replicas=64, sweeps=100, rng=np.random.default_rng(0))
    return run.energy - lowest


def _targets(priced: Penalised, names: list[str]) -> dict[str, float]:
    """Return what is wanted, of the size it is wanted at."""
    return dict.fromkeys(names, 20.0) if priced.qubo.variables == 16 else {}


def _both(algorithm: Qaoa, angles: Angles) -> NDArray[np.float64]:
    return algorithm.values_and_gradients(angles[np.newaxis])[0]


def _difference(ours: Any, theirs: Any) -> float | None:
    if theirs is None:
        return None
    size = min(np.size(ours), np.size(theirs))
    return float(np.abs(np.ravel(ours)[:size] - np.ravel(theirs)[:size]).max())


def _products(algorithm: Qaoa) -> Callable[[], None]:
    """Return the arithmetic that no implementation by groups of four qubits can avoid.

    Two rotations and one derivative a layer, each four real products of side 16.
    """
    size, qubits = algorithm.mixer.size, int(algorithm.mixer.size).bit_length() - 1
    block = np.random.default_rng(0).normal(size=(16, 16))
    source = np.random.default_rng(1).normal(size=(16, size // 8))
    target = np.empty_like(source)

    def run() -> None:
        for _ in range(3 * DEPTH * -(-qubits // 4)):
            np.matmul(block, source, out=target)

    return run
