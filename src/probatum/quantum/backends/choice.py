"""From the protocol's word for where circuits run to the object that runs them.

======================================================  =====================================
``exact``                                               the project's own simulator
``aer_statevector``, ``aer_density_matrix``,            Qiskit Aer, ideal
``aer_mps``
``cirq``                                                a second vendor's simulator, ideal
``fake_torino`` and other snapshots                     Aer with a device's calibrated noise
``hardware``                                            the device that the protocol names
======================================================  =====================================

The protocol's mitigation acts on averages from the last two. The others have no errors to take
out: it is never applied to them, and their records say ``none``.
"""

from __future__ import annotations

from probatum.errors import BackendError
from probatum.quantum.backends.aer import NAMES, Aer
from probatum.quantum.backends.backend import Backend
from probatum.quantum.backends.cirq_simulator import Cirq
from probatum.quantum.backends.engines import Engine
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.hardware import Device
from probatum.quantum.backends.link import Link
from probatum.quantum.backends.mitigated import Mitigation
from probatum.quantum.backends.noisy import Noisy
from probatum.quantum.backends.simulators import Clock, Simulated
from probatum.study.execution import Backends

SNAPSHOT = "fake_"
"""How the names of calibration snapshots begin."""


def backend(
    plan: Backends,
    *,
    seed: int,
    name: str | None = None,
    link: Link | None = None,
    threads: int = 1,
    clock: Clock | None = None,
    processor_clock: Clock | None = None,
) -> Backend:
    """Return the backend of a name.

    Parameters
    ----------
    plan : Backends
        The protocol's section.
    seed : int
        Of the transpiler, ``seeds.transpiler``.
    name : str, optional
        One of the table above; by default the plan's primary backend.
    link : Link, optional
        The way to the device; without it ``hardware`` is refused.
    threads : int
        Of the exact simulator; changes no byte.
    clock, processor_clock : callable, optional
        For the records of simulators; without them nothing is timed and records are the same
        every time.

    Raises
    ------
    BackendError
        For an unknown name, or for hardware without terms or without a link.

    Examples
    --------
    >>> plan = Backends(primary="exact", transpile_to="fake_torino", optimization_level=3)
    >>> backend(plan, seed=1).kind, backend(plan, seed=1, name="fake_torino").kind
    ('exact', 'noisy simulator')
    """
    asked = name or plan.primary
    if asked == "hardware":
        return hardware(plan, seed=seed, link=link)
    engine = _engine(asked, plan, seed=seed, threads=threads)
    errs = engine.kind == "noisy simulator"
    return Simulated(
        engine=engine,
        mitigation=Mitigation(method=plan.mitigation if errs else "none"),
        clock=clock,
        processor_clock=processor_clock,
    )


def hardware(plan: Backends, *, seed: int, link: Link | None) -> Device:
    """Return the device that the protocol names, over a link."""
    if plan.hardware is None or link is None:
        raise BackendError(
            "backend hardware — expected its terms in the protocol and a link to it, got "
            f"{'no link' if plan.hardware else 'no terms'} — state backends.hardware, and "
            "bring credentials"
        )
    terms = plan.hardware
    return Device(
        terms=terms,
        price=next(price for price in plan.prices if price.backend == terms.device),
        optimization_level=plan.optimization_level,
        transpiler_seed=seed,
        link=link,
        mitigation=Mitigation(method=plan.mitigation),
    )


def _engine(name: str, plan: Backends, *, seed: int, threads: int) -> Engine:
    if name == "exact":
        return Exact(threads=threads)
    if name == "cirq":
        return Cirq()
    if name in NAMES:
        return Aer(name=name)
    if name.startswith(SNAPSHOT):
        level = plan.optimization_level
        return Noisy(device=name, optimization_level=level, transpiler_seed=seed)
    raise BackendError(
        f"backend {name!r} — expected exact, cirq, hardware, a snapshot or one of "
        f"{sorted(NAMES)}, got another name — correct the protocol"
    )
