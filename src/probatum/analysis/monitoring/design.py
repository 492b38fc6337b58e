"""How far from its target a chart's limit must lie for false alarms to be as rare as wanted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import optimize

from probatum.analysis.choices import one_number
from probatum.analysis.monitoring.baseline import (
    baselines_told,
    chart_of,
    drawn_baselines,
    over_baselines,
)
from probatum.analysis.monitoring.run_length import single
from probatum.errors import NotEstimable

_NARROWEST: Final = 1e-6
_WIDEST: Final = 64.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The limit that gives a chart the run length asked for.

    Attributes
    ----------
    value : float
    run_length : float
        What was asked for, in patients.
    method : str
    """

    value: float
    run_length: float
    method: str

    def __float__(self) -> float:
        return self.value

    def as_dict(self) -> dict[str, float | str]:
        """Return the limit as it stands in evidence."""
        return {"value": self.value, "run_length": self.run_length, "method": self.method}


def limit_for_run_length(
    run_length: float,
    *,
    k: float | None = None,
    smoothing: float | None = None,
    side: Literal["both", "upper", "lower"] = "both",
    patients: int | None = None,
    assurance: float = 0.9,
    baselines: int = 1000,
    seed: int | None = None,
) -> Limit:
    r"""Limit at which a chart in control runs as long as is wanted, on average.

    With ``patients``, the limit at which it does so for a share ``assurance`` of the baselines
    that as many patients may give:

    .. math:: P\bigl(L(\text{limit} \mid \hat\mu, \hat\sigma) \ge L_0\bigr) = \text{assurance}

    Parameters
    ----------
    run_length : float, above 1
        :math:`L_0`, mean patients until a false alarm.
    k, smoothing, side
        As :func:`simulated_run_length`.
    patients : int, at least 2, optional
        In the baseline; left out, target and spread are taken as known.
    assurance : float in (0, 1)
        Used with ``patients`` only.
    baselines, seed
        As :func:`simulated_run_length`; a seed is required with ``patients``.

    Returns
    -------
    Limit
        Wider with ``patients`` than without, and the wider the fewer they are.

    Raises
    ------
    NotEstimable
        When a choice is out of its range, there is no seed for baselines, or no limit up to 64
        gives the run length.

    References
    ----------
    Gandy A, Kvaløy JT. Scand J Stat 2013;40:647-668 (guaranteed conditional performance).
    Saleh NA et al. J Qual Technol 2015;47:363-382 (for the EWMA).

    Examples
    --------
    >>> round(limit_for_run_length(500, k=0.5).value, 4)
    5.0707
    """
    lengths, words = chart_of(k, smoothing, side)
    if patients is None:
        value = limit_giving(lambda limit: single(lengths, limit, 0.0), run_length)
        return Limit(value=value, run_length=run_length, method=f"{words}, baseline known")
    if not 0 < one_number(assurance) < 1 or seed is None:
        raise NotEstimable(
            "limit — expected an assurance in (0, 1) and a seed for the baselines, got "
            f"{assurance} and {seed}"
        )
    drawn = drawn_baselines(patients, baselines, seed)
    value = limit_giving(
        lambda limit: float(
            np.quantile(over_baselines(lengths, limit, 0.0, drawn), 1 - assurance)
        ),
        run_length,
        within=1e-6,
    )
    source = baselines_told(patients, baselines, seed)
    method = f"{words}, run length kept with assurance {assurance:g}, {source}"
    return Limit(value=value, run_length=run_length, method=method)


def limit_giving(
    run_length: Callable[[float], float], wanted: float, *, within: float = 1e-9
) -> float:
    """The limit, to ``within``, at which a run length that grows with it is as wanted.

    Raises
    ------
    NotEstimable
        When the length wanted is not above 1, or is that of no limit in (0, 64].

    Examples
    --------
    >>> round(limit_giving(lambda limit: 2**limit, 8.0), 6)
    3.0
    """
    if not 1 < one_number(wanted) < math.inf:
        raise NotEstimable(f"run length — expected more than 1 patient, got {wanted}")

    def excess(limit: float) -> float:
        return math.log(run_length(limit) / wanted)

    wide = _NARROWEST
    if excess(wide) >= 0:
        raise NotEstimable(
            f"run length — expected more than a chart without limits has, got {wanted}"
        )
    while excess(wide) < 0:
        if wide >= _WIDEST:
            raise NotEstimable(
                f"run length — expected one that a limit up to {_WIDEST:g} gives, got {wanted}"
            )
        wide = min(max(1.5 * wide, 1.0), _WIDEST)
    return float(optimize.brentq(excess, _NARROWEST, wide, xtol=within))
