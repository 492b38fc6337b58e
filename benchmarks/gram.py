"""The exact fidelity kernel of a cohort, here and in other simulators.

ZZ feature map of two repetitions. Ours is the whole way from circuit and patients to kernel;
the limit is BLAS's own product on states that are ready. Each peer is run as its users call it
and as well as we can tune it; peers that prepare states one by one do so for a share of the
patients, and their time is divided by that share, which the table marks.

A peer that gives states is followed by BLAS's zherk on two threads, which is the best that
anyone has at hand; the best of them also by our own product, so that preparation alone is
compared. Where a target is held against a peer, it is held against its fastest form as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit.library import zz_feature_map
from threadpoolctl import threadpool_limits

from benchmarks import gram_kernels, gram_states
from benchmarks.harness import Comparison, Contender, How
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.large import fidelity_gram

Rows = NDArray[np.float64]
Source = Callable[[QuantumCircuit, Rows], NDArray[Any]]

SHOWN = 16
"""Patients whose kernel is compared; peers that only do a share have at least these."""

SINGLE = 3e-6
"""How far a kernel of single precision may be from one of double precision."""

LIMIT = "zherk on ready states"
TARGETS = {
    LIMIT: 1.25,
    "qiskit-machine-learning FidelityStatevectorKernel": 50.0,
    "FidelityStatevectorKernel on Aer, gates joined": 50.0,
    "sQUlearn FidelityKernel, PennyLane": 20.0,
    "sQUlearn FidelityKernel, qulacs": 20.0,
    "sQUlearn FidelityKernel, Qiskit": 20.0,
    "sQUlearn FidelityKernel, qulacs, one thread": 20.0,
    "qulacs, one OpenMP thread": 2.5,
    "qulacs, two processes": 2.5,
    "Aer, one job": 5.0,
    "Aer, one job, two circuits at a time": 5.0,
    "PennyLane lightning, one tape": 5.0,
}
"""At 2,000 patients and 12 qubits."""

SIZES = [(n, patients) for patients in (500, 2000) for n in (4, 8, 12)] + [(16, 500)]


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Linear and full entanglement at 4, 8 and 12 qubits, and at 16 for 500 patients."""
    sizes = [(4, 60), (6, 60)] if quick else SIZES
    for qubits, patients in sizes:
        for entanglement in ("linear", "full"):
            yield _comparison(qubits, patients, entanglement)


def _comparison(qubits: int, patients: int, entanglement: str) -> Comparison:
    circuit = zz_feature_map(qubits, reps=2, entanglement=entanglement)
    rows = np.random.default_rng(0).uniform(0, np.pi, (patients, qubits))
    targets = {(12, 2000): TARGETS, (16, 500): {LIMIT: 2.5}}
    return Comparison(
        title="fidelity kernel, ZZ feature map, 2 repetitions",
        params={"qubits": qubits, "patients": patients, "entanglement": entanglement},
        contenders=(
            *_ours(circuit, rows),
            _limit(circuit, rows),
            *_by_states(circuit, rows),
            *_by_kernels(circuit, rows),
        ),
        difference=_difference,
        targets=targets.get((qubits, patients), {}),
        tolerance=1e-13,
    )


def _difference(ours: NDArray[Any], theirs: NDArray[Any]) -> float | None:
    shown = min(SHOWN, len(ours), len(theirs))
    upper = np.triu_indices(shown, 1)
    return float(np.abs(ours[:shown, :shown][upper] - theirs[:shown, :shown][upper]).max())


def _ours(circuit: QuantumCircuit, rows: Rows) -> tuple[Contender, ...]:
    return (
        Contender(
            name="probatum, double precision",
            how="ours",
            run=lambda: fidelity_gram(circuit, rows, threads=2),
        ),
        Contender(
            name="probatum, single precision",
            how="ours",
            run=lambda: fidelity_gram(circuit, rows, threads=2, dtype=np.complex64),
            tolerance=SINGLE,
        ),
    )


def _limit(circuit: QuantumCircuit, rows: Rows) -> Contender:
    from scipy.linalg.blas import zherk

    ready = states(circuit, rows, threads=2).T
    return Contender(name=LIMIT, how="limit", run=lambda: _squared(zherk(1.0, ready, trans=2)))


def _squared(overlaps: NDArray[Any]) -> NDArray[np.float64]:
    """Return the squares of the first patients only: the limit is the product's."""
    shown = overlaps[:SHOWN, :SHOWN]
    return np.asarray(np.abs(shown) ** 2)


def by_zherk(found: NDArray[Any]) -> NDArray[Any]:
    """Return the kernel by BLAS: the upper half of the overlaps, squared and mirrored."""
    from scipy.linalg.blas import zherk

    with threadpool_limits(limits=2, user_api="blas"):
        upper = zherk(1.0, found.T, trans=2)
    kernel = upper.real**2 + upper.imag**2
    kernel += np.triu(kernel, 1).T
    return kernel


# ------------------------------------------------------------------ peers that give states


def _by_states(circuit: QuantumCircuit, rows: Rows) -> Iterator[Contender]:
    """Yield them; with a share of the patients where all would take minutes."""
    patients, amplitudes = len(rows), len(rows) << rows.shape[1]
    whole = patients if amplitudes <= 1 << 20 else max(SHOWN, patients // 8)
    part = whole if patients <= 500 else max(SHOWN, patients // 8)
    used = partial(_from_states, circuit, rows, how="as used", threads=2, part=part)
    tuned = partial(_from_states, circuit, rows, how="tuned", threads=1, part=patients)
    yield used("qulacs, as called", gram_states.qulacs)
    one = "qulacs, one OpenMP thread"
    yield tuned(one, gram_states.qulacs)
    yield tuned(f"{one}, our product", gram_states.qulacs, product=partial(gram, threads=2))
    yield tuned("qulacs, two processes", gram_states.qulacs_in_processes)
    yield used("Aer, one job for each patient", gram_states.aer)
    yield tuned("Aer, one job", gram_states.aer_one_job)
    two = partial(gram_states.aer_one_job, at_once=2)
    yield tuned("Aer, one job, two circuits at a time", two, threads=2)
    one_by_one = partial(gram_states.pennylane, device="lightning.qubit")
    yield used("PennyLane lightning, a circuit for each patient", one_by_one)
    yield tuned("PennyLane lightning, one tape", gram_states.lightning_tapes, part=whole)
    one_by_one = partial(gram_states.pennylane, device="default.qubit")
    yield used("PennyLane default.qubit, a circuit for each patient", one_by_one)
    if amplitudes <= 1 << 23:
        wide = patients if amplitudes <= 1 << 21 else part
        name = "PennyLane default.qubit, broadcast"
        yield tuned(name, gram_states.default_qubit, threads=2, part=wide)


def _from_states(
    circuit: QuantumCircuit,
    rows: Rows,
    name: str,
    source: Source,
    *,
    how: How,
    threads: int,
    part: int,
    product: Callable[[NDArray[Any]], NDArray[Any]] = by_zherk,
) -> Contender:
    """A peer's states, and a product of them.

    Where only a part is prepared, its product is done for as large a share of all pairs.
    """
    share = part / len(rows)
    source(circuit, rows[:2])  # so that no import is timed

    def run() -> NDArray[Any]:
        found = source(circuit, rows[:part])
        return _share_of_product(found, len(rows), share, product)

    rounds = 1 if share < 1 or how == "as used" else None
    return Contender(name=name, how=how, run=run, share=share, threads=threads, rounds=rounds)


def _share_of_product(
    found: NDArray[Any],
    patients: int,
    share: float,
    product: Callable[[NDArray[Any]], NDArray[Any]],
) -> NDArray[Any]:
    """Return the kernel of the states, repeated until it has that share of all pairs."""
    if share == 1:
        return product(found)
    rows = round(patients * np.sqrt(share))
    return product(np.resize(found, (rows, found.shape[1])))


# ------------------------------------------------------------------ peers that give kernels


def _by_kernels(circuit: QuantumCircuit, rows: Rows) -> Iterator[Contender]:
    """Yield kernel classes; whole where a target is held against them, else for a share."""
    targeted = (rows.shape[1], len(rows)) == (12, 2000)
    few = len(rows) if targeted else min(len(rows), 64 if rows.shape[1] < 12 else 24)
    used = partial(_scaled, circuit, rows, few, how="as used", threads=2)
    tuned = partial(_scaled, circuit, rows, few, how="tuned", threads=1)
    name = "qiskit-machine-learning FidelityStatevectorKernel"
    yield used(name, gram_kernels.statevector_kernel)
    name = "FidelityStatevectorKernel on Aer, gates joined"
    yield tuned(name, gram_kernels.statevector_kernel_on_aer)
    squlearn = gram_kernels.squlearn_kernel
    for on, called in (("pennylane", "PennyLane"), ("qulacs", "qulacs"), ("qiskit", "Qiskit")):
        yield used(f"sQUlearn FidelityKernel, {called}", partial(squlearn, on=on))
    name = "sQUlearn FidelityKernel, qulacs, one thread"
    yield tuned(name, partial(squlearn, on="qulacs"))


def _scaled(
    circuit: QuantumCircuit,
    rows: Rows,
    few: int,
    name: str,
    source: Source,
    *,
    how: How,
    threads: int,
) -> Contender:
    """Their time grows faster than the patients; the share assumes it does not."""
    source(circuit, rows[:2])  # so that no import is timed
    return Contender(
        name=name,
        how=how,
        run=lambda: source(circuit, rows[:few]),
        share=few / len(rows),
        threads=threads,
        rounds=1 if few < len(rows) or few > 500 else None,
    )
