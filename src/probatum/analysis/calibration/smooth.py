"""Which smoother draws the share with the event over the risk, and how it is told.

Calibration indices depend on the smoother, so it is named wherever they are printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from probatum.analysis.calibration import local, spline
from probatum.analysis.choices import one_number
from probatum.analysis.estimate import normal_quantile
from probatum.analysis.observations import BoolArray, FloatArray
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Smoother:
    """A smoother and its one setting.

    Attributes
    ----------
    kind : {"loess", "spline"}
    span : float in (0, 1]
        Share of patients in each local fit of the loess.
    knots : int, 3 to 7
        Knots of the spline, at Harrell's quantiles of the log-odds.

    Raises
    ------
    NotEstimable
        Under another kind, a span outside (0, 1] or another number of knots.

    Examples
    --------
    >>> Smoother(kind="spline", span=0.75, knots=5).named()
    'restricted cubic spline of the log-odds, 5 knots'
    """

    kind: Literal["loess", "spline"]
    span: float
    knots: int

    def __post_init__(self) -> None:
        if self.kind not in ("loess", "spline"):
            raise NotEstimable(f"smoother — expected loess or spline, got {self.kind!r}")
        if not 0 < one_number(self.span) <= 1:
            raise NotEstimable(f"span — expected a share in (0, 1], got {self.span}")
        if one_number(self.knots) not in spline.KNOTS:
            raise NotEstimable(f"knots — expected 3 to 7, got {self.knots}")

    def at_patients(self, y: BoolArray, p: FloatArray, w: FloatArray) -> FloatArray:
        """The smooth at every patient's own risk; a loess may leave [0, 1]."""
        if self.kind == "spline":
            return spline.at_patients(y, p, w, self.knots)
        return local.at_patients(y, p, w, self.span)

    def along(
        self,
        y: BoolArray,
        p: FloatArray,
        w: FloatArray,
        grid: FloatArray,
        *,
        confidence: float,
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The smooth along a grid with its pointwise band, all kept within [0, 1]."""
        half = normal_quantile(confidence)
        if self.kind == "spline":
            return spline.along(y, p, w, grid, knots=self.knots, half=half)
        fitted = np.clip(self.at_patients(y, p, w), 0.0, 1.0)
        drawn, error = local.along(
            y.astype(np.float64),
            p,
            w,
            grid,
            span=self.span,
            variance=fitted * (1 - fitted),
        )
        edges = (drawn, drawn - half * error, drawn + half * error)
        middle, lower, upper = (np.clip(edge, 0.0, 1.0) for edge in edges)
        return middle, lower, upper

    def named(self) -> str:
        """In words fit for a report."""
        if self.kind == "spline":
            return f"restricted cubic spline of the log-odds, {self.knots} knots"
        return f"loess of degree {local.DEGREE}, span {self.span:g}"
