"""How much of the error may be used up by each look at the data.

Looks are placed on information time (events or patients seen over those planned), never on the
calendar: a spending function says how much error is used up by then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from scipy import special

from probatum.analysis.choices import one_number
from probatum.analysis.observations import FloatArray, finite
from probatum.errors import NotEstimable


def _obrien_fleming(time: FloatArray, side: float, _: float) -> FloatArray:
    return np.asarray(2 * special.ndtr(special.ndtri(side / 2) / np.sqrt(time)), np.float64)


def _pocock(time: FloatArray, side: float, _: float) -> FloatArray:
    return np.asarray(side * np.log1p((math.e - 1) * time), np.float64)


def _kim_demets(time: FloatArray, side: float, rho: float) -> FloatArray:
    return np.asarray(side * time**rho, np.float64)


def _hwang_shih_decani(time: FloatArray, side: float, gamma: float) -> FloatArray:
    if gamma == 0:
        return side * time
    return np.asarray(side * np.expm1(-gamma * time) / np.expm1(-gamma), np.float64)


SPENDING: Final[dict[str, Callable[[FloatArray, float, float], FloatArray]]] = {
    "obrien-fleming": _obrien_fleming,
    "pocock": _pocock,
    "kim-demets": _kim_demets,
    "hwang-shih-decani": _hwang_shih_decani,
}
"""Spending functions by name, each of information time, the error of one side and a shape."""

SHAPES: Final[dict[str, tuple[float, float]]] = {
    "kim-demets": (0.01, 50.0),
    "hwang-shih-decani": (-40.0, 40.0),
}
"""The families that need a shape, each with the range in which it is offered."""


def spent_alpha(
    spending: str,
    information: Sequence[float],
    alpha: float,
    *,
    sides: int = 2,
    shape: float | None = None,
) -> FloatArray:
    r"""Error that may be used up by each information time.

    .. math:: \alpha^*_{\mathrm{OF}}(t) = 2 - 2\Phi\bigl(z_{a/2} / \sqrt t\bigr), \qquad
        \alpha^*_{\mathrm{P}}(t) = a \ln(1 + (e - 1) t)

    .. math:: \alpha^*_{\mathrm{KD}}(t) = a\,t^\rho, \qquad
        \alpha^*_{\mathrm{HSD}}(t) = a\,\frac{1 - e^{-\gamma t}}{1 - e^{-\gamma}}

    for one side's error :math:`a`, which is ``alpha`` shared among the ``sides``; the two sides
    are added up again.

    Parameters
    ----------
    spending : {"obrien-fleming", "pocock", "kim-demets", "hwang-shih-decani"}
        The first keeps almost all error for the end; the second spreads it; the other two are
        families. An underscore is read as a hyphen.
    information : (k,) of float in (0, 1], increasing
        Share of the planned information seen at each look.
    alpha : float in (0, 1)
        Error of all looks together, of all sides together.
    sides : {1, 2}
    shape : float, for the families only
        Kim-DeMets' :math:`\rho` in [0.01, 50], 1 is linear and 3 near O'Brien-Fleming;
        Hwang-Shih-DeCani's :math:`\gamma` in [-40, 40], 0 is linear, -4 near O'Brien-Fleming
        and 1 near Pocock.

    Returns
    -------
    (k,) of float
        Increasing; ``alpha`` at full information.

    Raises
    ------
    NotEstimable
        When information does not increase within (0, 1], a word or level is none of these, or
        a family lacks its shape.

    References
    ----------
    Lan KKG, DeMets DL. Biometrika 1983;70:659-663, section 2. Kim K, DeMets DL. Biometrika
    1987;74:149-154. Hwang IK, Shih WJ, DeCani JS. Stat Med 1990;9:1439-1445.

    Examples
    --------
    >>> spent_alpha("obrien-fleming", [0.5, 1.0], 0.05).round(5)
    array([0.00305, 0.05   ])
    >>> spent_alpha("kim-demets", [0.5, 1.0], 0.05, shape=2).round(5)
    array([0.0125, 0.05  ])
    """
    time = looks(information)
    if not 0 < one_number(alpha) < 1 or one_number(sides) not in (1, 2):
        raise NotEstimable(
            f"error — expected alpha in (0, 1) and 1 or 2 sides, got {alpha} and {sides}"
        )
    name = spending_named(spending)
    of_family = _shape_of(name, shape)
    return np.asarray(sides * SPENDING[name](time, alpha / sides, of_family), dtype=np.float64)


def spending_named(spending: str) -> str:
    """The name of a spending function as the catalogue spells it.

    Raises
    ------
    NotEstimable
        When there is none of that name.

    Examples
    --------
    >>> spending_named("obrien_fleming")
    'obrien-fleming'
    """
    name = str(spending).replace("_", "-")
    if name not in SPENDING:
        raise NotEstimable(f"spending — expected one of {sorted(SPENDING)}, got {spending!r}")
    return name


def looks(information: Sequence[float]) -> FloatArray:
    """Return information times that increase within (0, 1], or refuse.

    Raises
    ------
    NotEstimable
        When they do not.

    Examples
    --------
    >>> looks([0.5, 1])
    array([0.5, 1. ])
    """
    time = finite(information, "information")
    if time[0] <= 0 or time[-1] > 1 or np.any(time[1:] <= time[:-1]):
        raise NotEstimable(
            "information — expected shares that increase within (0, 1], got others — "
            "order the looks and divide by the information planned"
        )
    return time


def _shape_of(name: str, shape: float | None) -> float:
    if name not in SHAPES:
        if shape is not None:
            raise NotEstimable(f"shape — expected none for {name}, got {shape} — leave it out")
        return 0.0
    least, most = SHAPES[name]
    found = one_number(shape)
    if not least <= found <= most:
        raise NotEstimable(
            f"shape — expected a number in [{least:g}, {most:g}] for {name}, got {shape}"
        )
    return found
