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
from probatum.quantum.optimisation.annealing import annealed
from probatum.quantum.optimisation.circuit import qaoa_circuit
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
WITH_GRADIENT = "value and gradient by differences"
DRAWS = "with draws"
LIBRARY_EVALUATIONS = 9
"""The fewest the library's optimiser asks for with six angles, and the final draw."""


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
    peers = _peers(priced, angles)
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
            *peers,
        ),
        difference=_difference,
        targets=_targets(priced, [peer.name for peer in peers if WITH_GRADIENT in peer.name]),
        tolerance=1e-9,
    )


def batch(priced: Penalised, rows: Angles) -> Comparison:
    """Several starts at once, on both threads; Aer takes them as one job too."""
    ours = qaoa(priced.qubo, threads=2)
    run = _estimator(_aer_on_one_thread, priced, transpiled=True)
    sequential = _estimator(_statevector, priced, transpiled=False)
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


def _peers(priced: Penalised, angles: Angles) -> tuple[Contender, ...]:
    moved = np.vstack([angles, angles + 1e-6 * np.eye(len(angles))])
    used = _estimator(_aer, priced, transpiled=False)
    tuned = _estimator(_aer_on_one_thread, priced, transpiled=True)
    state = _estimator(_statevector, priced, transpiled=False)
    joined = _estimator(_statevector, priced, transpiled=True)
    alone, whole = "value alone", WITH_GRADIENT
    found = [
        Contender(
            name=f"StatevectorEstimator, {alone}", how="as used", run=lambda: state(angles)
        ),
        Contender(
            name=f"StatevectorEstimator, {whole}",
            how="as used",
            run=lambda: state(moved),
            rounds=1,
        ),
        Contender(
            name=f"StatevectorEstimator, gates joined, {whole}",
            how="tuned",
            run=lambda: joined(moved),
            rounds=1,
        ),
        Contender(
            name=f"Aer EstimatorV2 as it comes, {alone}",
            how="as used",
            run=lambda: used(angles),
        ),
        Contender(name=f"Aer EstimatorV2, {alone}", how="tuned", run=lambda: tuned(angles)),
        Contender(
            name=f"Aer EstimatorV2, {whole}", how="tuned", run=lambda: tuned(moved), rounds=1
        ),
        Contender(
            name=f"qiskit-optimization QAOA, an evaluation {DRAWS}",
            how="as used",
            run=_optimisation(_sampler, priced, angles),
            share=float(LIBRARY_EVALUATIONS),
            rounds=1,
        ),
        Contender(
            name=f"qiskit-optimization QAOA on Aer, an evaluation {DRAWS}",
            how="tuned",
            run=_optimisation(_aer_sampler, priced, angles),
            share=float(LIBRARY_EVALUATIONS),
            rounds=1,
        ),
    ]
    return tuple(found)


def _estimator(
    build: Callable[[], Any], priced: Penalised, *, transpiled: bool
) -> Callable[[Angles], NDArray[np.float64]]:
    ising = priced.qubo.ising()
    circuit, operator = qaoa_circuit(ising, DEPTH), ising.to_sparse_pauli_op()
    if transpiled:
        from qiskit import transpile
        from qiskit_aer import AerSimulator

        circuit = transpile(circuit, AerSimulator(), optimization_level=1)
    estimator = build()

    def run(rows: Angles) -> NDArray[np.float64]:
        result = estimator.run([(circuit, operator, rows)]).result()
        return np.asarray(result[0].data.evs)

    return run


def _aer() -> Any:
    from qiskit_aer.primitives import EstimatorV2

    return EstimatorV2(options={"default_precision": 0.0})


def _aer_on_one_thread() -> Any:
    """Its threads wait in a busy loop; on a loaded machine two cost it several times over."""
    from qiskit_aer.primitives import EstimatorV2

    single = {"max_parallel_threads": 1}
    return EstimatorV2(options={"default_precision": 0.0, "backend_options": single})


def _statevector() -> Any:
    from qiskit.primitives import StatevectorEstimator

    return StatevectorEstimator(default_precision=0.0)


def _sampler() -> Any:
    from qiskit.primitives import StatevectorSampler

    return StatevectorSampler(seed=0)


def _aer_sampler() -> Any:
    from qiskit_aer.primitives import SamplerV2

    return SamplerV2(seed=0, options={"backend_options": {"max_parallel_threads": 1}})


def _optimisation(
    sampler: Callable[[], Any], priced: Penalised, angles: Angles
) -> Callable[[], None]:
    """Return a few evaluations of the library's own QAOA loop, which draws 1,024 shots."""

    def run() -> None:
        from qiskit_optimization.minimum_eigensolvers import QAOA
        from qiskit_optimization.optimizers import COBYLA

        solver = QAOA(
            sampler(),
            COBYLA(maxiter=LIBRARY_EVALUATIONS - 1),
            reps=DEPTH,
            initial_point=angles,
        )
        operator = priced.qubo.ising().to_sparse_pauli_op()
        solver.compute_minimum_eigenvalue(operator)

    return run
