"""Risks put right by steps that only ever rise, and nothing else assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.isotonic import IsotonicRegression

from probatum.analysis.observations import BoolArray, FloatArray, read_only, risks

_CORNER = 1e-12
"""Share by which a risk and its neighbour differ from rounding alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IsotonicRecalibration:
    """New risks from old by a line of flat steps that rises, or stays, as the old risk rises.

    Attributes
    ----------
    kind : {"isotonic"}
    told : (k,) of float in [0, 1], rising
        Risks of the model at the corners of the line.
    becomes : (k,) of float in [0, 1], never falling
        What they become; between corners the line is straight, beyond the outer ones flat.
    steps : int
        Different risks that remain; few are left where the sample is small.
    n : int
        Patients it was fitted to.
    method : str
    """

    kind: Literal["isotonic"]
    told: FloatArray
    becomes: FloatArray
    steps: int
    n: int
    method: str

    def risk(self, risk: ArrayLike) -> FloatArray:
        """Return the recalibrated risks, a patient at a time; they may be exactly 0 or 1.

        Parameters
        ----------
        risk : (n,) of float in [0, 1]
            Risks of the model as it was.

        Raises
        ------
        NotEstimable
            With risks outside [0, 1].
        """
        moved = np.interp(risks(risk), self.told, self.becomes)
        return np.asarray(moved, dtype=np.float64)

    def as_dict(self) -> dict[str, Any]:
        """Return the recalibration as it stands in evidence."""
        return {
            "kind": self.kind,
            "told": self.told.tolist(),
            "becomes": self.becomes.tolist(),
            "steps": self.steps,
            "n": self.n,
            "method": self.method,
        }


def fitted_steps(
    y: BoolArray, p: FloatArray, w: FloatArray, note: str
) -> IsotonicRecalibration:
    """The rising steps that lie nearest to the outcomes, patients of one risk pooled.

    Parameters
    ----------
    y : (n,) of bool
    p : (n,) of float in [0, 1]
    w : (n,) of float > 0
    note : str
        What is said after the method.

    References
    ----------
    Barlow RE, Bartholomew DJ, Bremner JM, Brunk HD. Statistical Inference under Order
    Restrictions. Wiley 1972.

    Examples
    --------
    >>> y, p = np.array([False, True, False, True]), np.array([0.1, 0.2, 0.3, 0.4])
    >>> fitted_steps(y, p, np.ones(4), "").becomes
    array([0. , 0.5, 0.5, 1. ])
    """
    fit = IsotonicRegression(y_min=0.0, y_max=1.0).fit(p, y.astype(np.float64), w)
    told, becomes = (np.asarray(edge) for edge in (fit.X_thresholds_, fit.y_thresholds_))
    steps = 1 + int(np.count_nonzero(np.diff(becomes) > _CORNER))
    return IsotonicRecalibration(
        kind="isotonic",
        told=read_only(told),
        becomes=read_only(becomes),
        steps=steps,
        n=y.size,
        method=f"isotonic recalibration, {steps} different risks remain; it may overfit small "
        f"samples{note}",
    )
