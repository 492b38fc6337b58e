"""QAOA in other libraries: Qiskit's estimators, Aer's, and qiskit-optimization's own loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Contender
from probatum.quantum.optimisation.circuit import qaoa_circuit
from probatum.quantum.optimisation.constraints import Penalised

Angles = NDArray[np.float64]
WITH_GRADIENT = "value and gradient by differences"
DRAWS = "with draws"
LIBRARY_EVALUATIONS = 9
"""The fewest the library's optimiser asks for with six angles, and the final draw."""


def peers(priced: Penalised, angles: Angles) -> tuple[Contender, ...]:
    """Each peer as it comes and at its best; a gradient by differences has to be asked for."""
    depth = len(angles) // 2
    moved = np.vstack([angles, angles + 1e-6 * np.eye(len(angles))])
    used = estimator(aer, priced, depth, transpiled=False)
    tuned = estimator(aer_on_one_thread, priced, depth, transpiled=True)
    state = estimator(statevector, priced, depth, transpiled=False)
    joined = estimator(statevector, priced, depth, transpiled=True)
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


def estimator(
    build: Callable[[], Any], priced: Penalised, depth: int, *, transpiled: bool
) -> Callable[[Angles], NDArray[np.float64]]:
    """Return one of Qiskit's estimators asked for expected costs, one a row of angles."""
    ising = priced.qubo.ising()
    circuit, operator = qaoa_circuit(ising, depth), ising.to_sparse_pauli_op()
    if transpiled:
        from qiskit import transpile
        from qiskit_aer import AerSimulator

        circuit = transpile(circuit, AerSimulator(), optimization_level=1)
    estimator = build()

    def run(rows: Angles) -> NDArray[np.float64]:
        result = estimator.run([(circuit, operator, rows)]).result()
        return np.asarray(result[0].data.evs)

    return run


def aer() -> Any:
    """Aer as it comes, without sampling noise."""
    from qiskit_aer.primitives import EstimatorV2

    return EstimatorV2(options={"default_precision": 0.0})


def aer_on_one_thread() -> Any:
    """Its threads wait in a busy loop; on a loaded machine two cost it several times over."""
    from qiskit_aer.primitives import EstimatorV2

    single = {"max_parallel_threads": 1}
    return EstimatorV2(options={"default_precision": 0.0, "backend_options": single})


def statevector() -> Any:
    """Qiskit's reference, without sampling noise."""
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
            reps=len(angles) // 2,
            initial_point=angles,
        )
        operator = priced.qubo.ising().to_sparse_pauli_op()
        solver.compute_minimum_eigenvalue(operator)

    return run
