"""The evidence as it grows, among the trials that no look has stopped yet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from scipy import optimize, special

from probatum.analysis.observations import FloatArray, read_only
from probatum.errors import NotEstimable

FAR: Final = 8.5
"""Standard deviations beyond which a normal variable has no mass that counts (1e-17)."""
_FARTHEST: Final = 38.0
"""Largest critical value: beyond it a double holds no error to spend."""
_FEWEST: Final = 64
_MOST: Final = 4096
_PER_STEP: Final = 4


@dataclass(frozen=True, slots=True)
class Undecided:
    r"""Density of a process with independent normal increments, where no look has stopped it.

    The recursion of Armitage, McPherson and Rowe: the density just after a look is the one
    before it, convolved with the increment and cut at the boundaries,

    .. math:: f_k(s) = \int_{l_{k-1}}^{u_{k-1}} f_{k-1}(r)\,
        \phi\Bigl(\tfrac{s - r - m_k}{\sqrt{v_k}}\Bigr) \frac{dr}{\sqrt{v_k}}

    on Gauss-Legendre nodes between the boundaries, their number chosen by the shortest step.

    Attributes
    ----------
    node, mass : (nodes,) of float
        Values of the process, and the probability that each stands for.
    centre, spread : float
        Mean and variance it would have without looks: it is followed ``FAR`` standard
        deviations to either side.

    References
    ----------
    Armitage P, McPherson CK, Rowe BC. J R Stat Soc A 1969;132:235-244. Jennison C, Turnbull
    BW. Group Sequential Methods. Chapman & Hall 2000, chapter 19.

    Departures
    ----------
    Gauss-Legendre nodes instead of the book's Simpson rule: the density is analytic between
    the boundaries.

    Examples
    --------
    >>> start = Undecided.at_the_start()
    >>> round(start.above(1.959964, variance=1.0), 6)
    0.025
    """

    node: FloatArray
    mass: FloatArray
    centre: float
    spread: float

    @classmethod
    def at_the_start(cls, value: float = 0.0) -> Undecided:
        """All trials, at one value."""
        return cls(np.array([value]), np.ones(1), value, 0.0)

    def above(self, bound: float, *, variance: float, mean: float = 0.0) -> float:
        """Share of all trials that the next increment takes above ``bound``."""
        return float(self.mass @ special.ndtr((self.node + mean - bound) / np.sqrt(variance)))

    def below(self, bound: float, *, variance: float, mean: float = 0.0) -> float:
        """Share of all trials that the next increment takes below ``bound``."""
        return float(self.mass @ special.ndtr((bound - self.node - mean) / np.sqrt(variance)))

    def quantile_above(self, share: float, *, variance: float, mean: float = 0.0) -> float:
        """The bound that ``share`` of all trials exceed.

        Raises
        ------
        NotEstimable
            When there is no share to place, or more of it than trials undecided.
        """
        centre, deviation = self.centre + mean, float(np.sqrt(self.spread + variance))

        def excess(z: float) -> float:
            return (
                self.above(centre + z * deviation, variance=variance, mean=mean) - share
            ) / share

        if share <= 0 or excess(_FARTHEST) >= 0 or excess(-FAR) <= 0:
            raise NotEstimable(
                "boundaries — expected looks that spend some error, got one with none or with "
                "more than is left — move the look or choose another spending function"
            )
        z = optimize.brentq(excess, -FAR, _FARTHEST, xtol=1e-13, rtol=1e-14)
        return float(centre + z * deviation)

    def quantile_below(self, share: float, *, variance: float, mean: float = 0.0) -> float:
        """The bound that ``share`` of all trials stay below."""
        mirrored = Undecided(-self.node, self.mass, -self.centre, self.spread)
        return -mirrored.quantile_above(share, variance=variance, mean=-mean)

    def after(
        self, lower: float, upper: float, *, variance: float, mean: float = 0.0, finest: float
    ) -> Undecided:
        """Those still between the boundaries after the next increment.

        ``finest`` is the smallest variance of a step still to come: the nodes must be close
        enough for it.
        """
        centre, spread = self.centre + mean, self.spread + variance
        reach = FAR * float(np.sqrt(spread))
        bottom, top = max(lower, centre - reach), min(upper, centre + reach)
        if bottom >= top:
            return Undecided(np.array([centre]), np.zeros(1), centre, spread)
        unit, quadrature = _gauss_legendre(_nodes(top - bottom, min(finest, variance)))
        half = (top - bottom) / 2
        node = half * unit + (top + bottom) / 2
        step = np.sqrt(variance)
        gap = (node[:, None] - self.node - mean) / step
        density = np.exp(-0.5 * gap**2) @ self.mass / (step * np.sqrt(2 * np.pi))
        return Undecided(node, density * quadrature * half, centre, spread)


def _nodes(width: float, finest: float) -> int:
    """How many nodes keep the integration error below 1e-10, in powers of two."""
    wished = _PER_STEP * width / np.sqrt(finest)
    if wished > _MOST:
        raise NotEstimable(
            "information — expected looks farther apart, got two so close that nothing can "
            "happen between them — drop one of them"
        )
    return max(_FEWEST, int(2 ** np.ceil(np.log2(wished))))


@cache
def _gauss_legendre(nodes: int) -> tuple[FloatArray, FloatArray]:
    node, weight = special.roots_legendre(nodes)
    return read_only(node), read_only(weight)
