"""What is left of several p-values when all are judged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from probatum.analysis.choices import one_number
from probatum.analysis.observations import FloatArray, finite, read_only
from probatum.errors import NotEstimable

_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """P-values as they came and as they are judged, with what is given up.

    Examples
    --------
    >>> p = checked([0.01, 0.2], 0.05)
    >>> judged(p, 2 * p, 0.05, "Bonferroni").is_rejected
    (True, False)

    Attributes
    ----------
    p_value, adjusted : (k,) of float in [0, 1]
        As they came, and as they are judged; in the order in which they came.
    is_rejected : tuple of bool
        ``adjusted <= alpha``: the hypothesis of no effect is given up.
    alpha : float
        Familywise error.
    method : str
    """

    p_value: FloatArray
    adjusted: FloatArray
    alpha: float
    method: str

    @property
    def is_rejected(self) -> tuple[bool, ...]:
        """Which hypotheses of no effect are given up."""
        return tuple(bool(p <= self.alpha + _ROUNDING) for p in self.adjusted)

    def as_dict(self) -> dict[str, Any]:
        """Return the judgement as plain JSON values."""
        return {
            "alpha": self.alpha,
            "method": self.method,
            "p_value": self.p_value.tolist(),
            "adjusted": self.adjusted.tolist(),
            "is_rejected": [*self.is_rejected],
        }


def checked(p_values: Sequence[float], alpha: float) -> FloatArray:
    """Return p-values as numbers in [0, 1], or refuse them."""
    p = finite(p_values, "p-values")
    outside = int(np.count_nonzero((p < 0) | (p > 1)))
    if outside:
        raise NotEstimable(f"p-values — expected numbers in [0, 1], got {outside} outside")
    if not 0 < one_number(alpha) < 1:
        raise NotEstimable(f"alpha — expected an error in (0, 1), got {alpha!r}")
    return p


def judged(p: FloatArray, adjusted: FloatArray, alpha: float, method: str) -> Adjusted:
    """Return the judgement, no adjusted p-value above 1."""
    return Adjusted(
        p_value=read_only(p),
        adjusted=read_only(np.minimum(adjusted, 1.0)),
        alpha=alpha,
        method=f"{method}, {p.size} hypotheses",
    )
