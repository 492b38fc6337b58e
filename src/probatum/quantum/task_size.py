"""How large the circuit of a task is, as it was written and as it ran."""

from __future__ import annotations

from dataclasses import dataclass

from qiskit import QuantumCircuit

from probatum.quantum.backends.record import ExecutionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Barriers and the final measurement do not count.

    Examples
    --------
    >>> bell = QuantumCircuit(2)
    >>> _ = bell.h(0), bell.cx(0, 1)
    >>> Size.of(bell).in_qed_c()
    {'depth': 2, 'size': 2, 'n2q': 1, 'xi': 0.5}
    """

    depth: int
    gates: int | None
    """None where the record of a run does not say."""
    two_qubit_gates: int
    seconds: float | None = None
    """Of one run, by the durations of a device's calibration; measurement included."""

    @classmethod
    def of(cls, circuit: QuantumCircuit, seconds: float | None = None) -> Size:
        """Return the size of a circuit."""
        bare = circuit.remove_final_measurements(inplace=False)
        return cls(
            depth=int(bare.depth()),
            gates=int(bare.size()),
            two_qubit_gates=int(bare.num_nonlocal_gates()),
            seconds=seconds,
        )

    @classmethod
    def recorded(cls, run: ExecutionRecord) -> Size:
        """Return the size of a circuit that ran, as its record states it."""
        return cls(depth=run.depth, gates=None, two_qubit_gates=run.two_qubit_gates)

    def in_qed_c(self, prefix: str = "") -> dict[str, float | None]:
        """Return the size under QED-C's names; ``xi`` is the share of two-qubit gates."""
        return {
            f"{prefix}depth": self.depth,
            f"{prefix}size": self.gates,
            f"{prefix}n2q": self.two_qubit_gates,
            f"{prefix}xi": self.two_qubit_gates / self.gates if self.gates else None,
        }
