"""How strongly measurements should turn the qubits: the bandwidth, and what it does.

Too small, and all patients look alike; too large, and each looks unique, so that the kernel
memorises. The best bandwidth shrinks as qubits are added. The whole curve is kept, because the
choice says little without what it was chosen among.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit

from probatum.errors import NotEstimable
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.alignment import alignment, leave_one_out_error
from probatum.quantum.kernels.concentration import Concentration, concentration
from probatum.quantum.kernels.effective_dimension import effective_dimension
from probatum.quantum.kernels.fidelity import gram

Score = Literal["alignment", "leave_one_out"]
SCORES: tuple[Score, ...] = get_args(Score)


@dataclass(frozen=True, slots=True, kw_only=True)
class BandwidthPoint:
    """What one bandwidth makes of the kernel."""

    bandwidth: float
    alignment: float
    """With the outcome, centred; larger is better."""
    leave_one_out_error: float
    """Of a ridge on the kernel; smaller is better."""
    concentration: Concentration
    effective_dimension: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BandwidthCurve:
    """Every bandwidth tried, from the smallest to the largest."""

    points: tuple[BandwidthPoint, ...]
    penalty: float

    def __post_init__(self) -> None:
        if not self.points:
            raise NotEstimable(
                "bandwidth — expected one to try, got none — name the candidates"
            )

    def best(self, score: Score) -> float:
        """Return the bandwidth of the best score; of equals, the smallest."""
        if score not in SCORES:
            raise NotEstimable(
                f"bandwidth — expected a score of {', '.join(SCORES)}, got {score!r} — "
                "correct the protocol"
            )
        if score == "alignment":
            return max(self.points, key=lambda point: point.alignment).bandwidth
        return min(self.points, key=lambda point: point.leave_one_out_error).bandwidth


def bandwidth_curve(
    circuit: QuantumCircuit,
    rows: ArrayLike,
    outcome: ArrayLike,
    *,
    bandwidths: Iterable[float],
    penalty: float,
    angles: Callable[[NDArray[np.float64], float], ArrayLike] = np.multiply,
) -> BandwidthCurve:
    """Score each bandwidth on the fidelity kernel of these patients.

    Parameters
    ----------
    circuit : QuantumCircuit
        The encoding.
    rows : (N, p) float
        Prepared predictors: of the development patients, never of those it is judged on.
    outcome : (N,) float
    bandwidths : iterable of float > 0
    penalty : float > 0
        Ridge of the leave-one-out error.
    angles : callable
        Rows and a bandwidth to the circuit's parameters; by default their product.

    Raises
    ------
    NotEstimable
        When a candidate is not a positive number, or patients and outcomes do not differ.

    References
    ----------
    Shaydulin R, Wild SM. Phys Rev A 2022;106:042407 (arXiv 2111.05451). Canatar A et al.
    arXiv 2206.06686.

    Examples
    --------
    >>> from probatum.quantum.encodings import angle_encoding
    >>> x = np.linspace(-2, 2, 20)[:, np.newaxis]
    >>> bandwidth_curve(
    ...     angle_encoding(1), x, x[:, 0] > 0, bandwidths=(0.01, 1, 9), penalty=0.1
    ... ).best("alignment")
    1.0
    """
    program, given = compiled(circuit), np.asarray(rows, dtype=np.float64)
    target = np.asarray(outcome, dtype=np.float64)

    def point(bandwidth: float) -> BandwidthPoint:
        kernel = gram(states(program, angles(given, bandwidth)))
        return BandwidthPoint(
            bandwidth=bandwidth,
            alignment=alignment(kernel, target),
            leave_one_out_error=leave_one_out_error(kernel, target, penalty=penalty),
            concentration=concentration(kernel),
            effective_dimension=effective_dimension(kernel),
        )

    tried = sorted(float(bandwidth) for bandwidth in bandwidths)
    if not all(0 < bandwidth < math.inf for bandwidth in tried):
        raise NotEstimable(
            f"bandwidth — expected positive numbers to try, got {tried} — correct the protocol"
        )
    return BandwidthCurve(points=tuple(map(point, tried)), penalty=penalty)


def typical_bandwidth(features: int) -> float:
    r"""Return :math:`\sqrt{2/p}`, a place to start for p standardised predictors.

    In the product kernel of the angle encoding two patients are alike by about
    :math:`\exp(-c^2 \lVert x - y \rVert^2 / 4)`, and :math:`\lVert x - y \rVert^2` is 2p on
    average: at this c the typical pair is alike by 1/e, as with the usual gamma of a radial
    kernel. Encodings that join qubits want less; tune from here downwards.

    Departures
    ----------
    Shaydulin and Wild tune the factor and show that it must shrink with the qubits; the
    constant is ours.

    Examples
    --------
    >>> typical_bandwidth(8)
    0.5
    """
    if features < 1:
        raise NotEstimable(
            f"bandwidth — expected at least one predictor, got {features} — name the predictors"
        )
    return math.sqrt(2 / features)
