"""How strong the evidence must be at each look for all the looks together to keep the error.

Looks are placed on information time (events or patients seen over those planned), never on the
calendar: a spending function says how much error is used up by then.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray, finite, read_only
from probatum.errors import NotEstimable

_NODES = 400
_FAR = 8.5


def _obrien_fleming(time: FloatArray, side: float) -> FloatArray:
    return np.asarray(2 * special.ndtr(special.ndtri(side / 2) / np.sqrt(time)), np.float64)


def _pocock(time: FloatArray, side: float) -> FloatArray:
    return np.asarray(side * np.log1p((math.e - 1) * time), np.float64)


SPENDING: Final[dict[str, Callable[[FloatArray, float], FloatArray]]] = {
    "obrien_fleming": _obrien_fleming,
    "pocock": _pocock,
}
"""Spending functions by name, each of information time and the error of one side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """What a test statistic must exceed, look by look.

    Attributes
    ----------
    information : (k,) of float in (0, 1]
        Information time of each look.
    spent : (k,) of float
        Error used up by each look, both sides together when two-sided.
    critical : (k,) of float
        The look is decisive when :math:`|z|` (two-sided) or :math:`z` (one-sided) exceeds it.
    nominal : (k,) of float
        The p-value, as many-sided as the test, that ``critical`` stands for.
    spending : str
    alpha : float
    sides : int
    """

    information: FloatArray
    spent: FloatArray
    critical: FloatArray
    nominal: FloatArray
    spending: str
    alpha: float
    sides: int


def spent_alpha(
    information: ArrayLike,
    *,
    alpha: float,
    spending: str = "obrien_fleming",
    sides: int = 2,
) -> FloatArray:
    r"""Error that may be used up by each information time.

    .. math:: \alpha^*_{\mathrm{OF}}(t) = 2 - 2\Phi\bigl(z_{a/2} / \sqrt t\bigr), \qquad
        \alpha^*_{\mathrm{P}}(t) = a \ln(1 + (e - 1) t)

    for one side's error :math:`a`, which is ``alpha`` shared among the ``sides``; the two sides
    are added up again.

    Parameters
    ----------
    information : (k,) of float in (0, 1], increasing
        Share of the planned information seen at each look.
    alpha : float in (0, 1)
        Error of all looks together, of all sides together.
    spending : {"obrien_fleming", "pocock"}
        The first keeps almost all error for the end; the second spreads it.
    sides : {1, 2}

    Returns
    -------
    (k,) of float
        Increasing; ``alpha`` at full information.

    Raises
    ------
    NotEstimable
        When information does not increase within (0, 1], or a word or level is none of these.

    References
    ----------
    Lan KKG, DeMets DL. Biometrika 1983;70:659-663, section 2.

    Examples
    --------
    >>> spent_alpha([0.5, 1.0], alpha=0.05).round(5)
    array([0.00305, 0.05   ])
    """
    time = _looks(information)
    if not 0 < alpha < 1 or sides not in (1, 2):
        raise NotEstimable(
            f"error — expected alpha in (0, 1) and 1 or 2 sides, got {alpha} and {sides}"
        )
    if spending not in SPENDING:
        raise NotEstimable(f"spending — expected one of {sorted(SPENDING)}, got {spending!r}")
    return np.asarray(sides * SPENDING[spending](time, alpha / sides), dtype=np.float64)


def boundaries(
    information: ArrayLike,
    *,
    alpha: float,
    spending: str = "obrien_fleming",
    sides: int = 2,
) -> Boundaries:
    r"""Critical values that spend exactly what each look may spend.

    With :math:`B(t) = z \sqrt t` a Brownian motion under no effect, the critical value
    :math:`c_k` solves

    .. math:: P\bigl(|B(t_j)| < c_j \sqrt{t_j},\ j < k;\ |B(t_k)| \ge c_k \sqrt{t_k}\bigr)
        = \alpha^*(t_k) - \alpha^*(t_{k-1})

    by integrating the density of those still undecided from look to look. It depends on the
    looks taken so far only: neither their number nor their times need be fixed beforehand.

    Parameters
    ----------
    information, alpha, spending, sides
        As :func:`spent_alpha`.

    Raises
    ------
    NotEstimable
        As :func:`spent_alpha`.

    References
    ----------
    Lan KKG, DeMets DL. Biometrika 1983;70:659-663. Armitage P, McPherson CK, Rowe BC. J R Stat
    Soc A 1969;132:235-244 (the recursion). Proschan MA, Lan KKG, Wittes JT. Statistical
    Monitoring of Clinical Trials. Springer 2006.

    Examples
    --------
    >>> boundaries([0.2, 0.4, 0.6, 0.8, 1.0], alpha=0.05).critical.round(3)
    array([4.877, 3.357, 2.68 , 2.29 , 2.031])
    """
    spent = spent_alpha(information, alpha=alpha, spending=spending, sides=sides)
    time = _looks(information)
    critical = np.empty(time.size)
    undecided = _Undecided.at_the_start()
    for look, (now, spend) in enumerate(zip(time, np.diff(spent, prepend=0.0), strict=True)):
        critical[look] = undecided.critical_value(float(now), float(spend) / sides)
        undecided = undecided.after(float(now), critical[look], sides)
    return Boundaries(
        information=read_only(time),
        spent=read_only(spent),
        critical=read_only(critical),
        nominal=read_only(sides * special.ndtr(-critical)),
        spending=spending,
        alpha=alpha,
        sides=sides,
    )


def repeated_interval(estimate: Estimate, *, critical: float) -> Estimate:
    r"""Interval that holds at every look at once, :math:`\hat\theta \pm c_k\,\mathrm{SE}`.

    Parameters
    ----------
    estimate : Estimate
        Of the look, with its standard error.
    critical : float > 0
        The look's critical value; ``level`` stays that of all looks together and is the
        caller's to match with ``alpha``.

    Raises
    ------
    NotEstimable
        Without a standard error, or when the critical value is not positive.

    References
    ----------
    Jennison C, Turnbull BW. J R Stat Soc B 1989;51:305-361.

    Examples
    --------
    >>> from probatum.analysis.estimate import wald
    >>> look = wald(0.8, 0.02, confidence=0.95, n=300, method="DeLong")
    >>> repeated_interval(look, critical=2.5).lower
    0.75
    """
    if not estimate.se:
        raise NotEstimable("repeated interval — expected a standard error, got none")
    if not 0 < critical < np.inf:
        raise NotEstimable(f"repeated interval — expected a critical value, got {critical}")
    half = critical * estimate.se
    return replace(
        estimate,
        lower=estimate.value - half,
        upper=estimate.value + half,
        method=f"{estimate.method}; repeated interval, critical value {critical:.4f}",
    )


@dataclass(frozen=True, slots=True)
class _Undecided:
    """Density of the score process among those no look has decided, on quadrature nodes."""

    time: float
    node: FloatArray
    mass: FloatArray

    @classmethod
    def at_the_start(cls) -> _Undecided:
        return cls(0.0, np.zeros(1), np.ones(1))

    def critical_value(self, now: float, spend: float) -> float:
        """Value that ``spend`` of all trials exceed at ``now``, on one side."""
        step = np.sqrt(now - self.time)

        def excess(critical: float) -> float:
            beyond = special.ndtr((self.node - critical * np.sqrt(now)) / step)
            return float(self.mass @ beyond) - spend

        if excess(-_FAR) <= 0 or excess(40.0) >= 0:
            raise NotEstimable("boundaries — expected looks that spend some error, got none")
        return float(optimize.brentq(excess, -_FAR, 40.0, xtol=1e-12))

    def after(self, now: float, critical: float, sides: int) -> _Undecided:
        """Those still undecided once ``now`` has been looked at."""
        step = np.sqrt(now - self.time)
        top = min(critical, _FAR) * np.sqrt(now)
        bottom = -top if sides == 2 else -_FAR * np.sqrt(now)
        unit, quadrature = _gauss_legendre()
        node = (top - bottom) / 2 * unit + (top + bottom) / 2
        move = np.exp(-0.5 * ((node[:, None] - self.node) / step) ** 2) @ self.mass
        density = move / (step * np.sqrt(2 * np.pi))
        return _Undecided(now, node, density * quadrature * (top - bottom) / 2)


@cache
def _gauss_legendre() -> tuple[FloatArray, FloatArray]:
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    return read_only(node), read_only(weight)


def _looks(information: ArrayLike) -> FloatArray:
    time = finite(information, "information")
    if time[0] <= 0 or time[-1] > 1 or np.any(np.diff(time) <= 0):
        raise NotEstimable(
            "information — expected shares that increase within (0, 1], got others — "
            "order the looks and divide by the information planned"
        )
    return time
