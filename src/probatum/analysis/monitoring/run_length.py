"""How many patients a chart reads until it raises an alarm, false or true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from probatum.analysis.monitoring.choices import a_side, any_number, positive, share
from probatum.analysis.monitoring.integral import (
    LONGEST,
    cusum_one_sided,
    cusum_two_sided,
    ewma_asymptotic,
    ewma_exact,
)
from probatum.analysis.observations import FloatArray
from probatum.errors import NotEstimable

MeanLengths = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
"""Mean run lengths by limit, shift and standard deviation over the one set, each (b,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLength:
    """Mean number of patients a chart reads, up to and including the one it signals at.

    Attributes
    ----------
    mean : float, at least 1
    shift : float
        From the target, in standard deviations (for risks: the odds ratio at work).
    method : str
    """

    mean: float
    shift: float
    method: str

    def __float__(self) -> float:
        return self.mean

    def as_dict(self) -> dict[str, float | str]:
        """Return the run length as it stands in evidence."""
        return {"mean": self.mean, "shift": self.shift, "method": self.method}


def cusum_run_length(
    k: float,
    h: float,
    shift: float = 0.0,
    *,
    side: Literal["both", "upper", "lower"] = "both",
) -> RunLength:
    r"""Mean run length of a CUSUM of normal values whose target and spread are known.

    .. math:: L(u) = 1 + L(0)\,\Phi(k - u - \delta)
        + \int_0^h L(x)\,\varphi(x + k - u - \delta)\,dx, \qquad
        \frac1L = \frac1{L^+(0)} + \frac1{L^-(0)}

    Parameters
    ----------
    k : float, at least 0
        Allowance in standard deviations.
    h : float, above 0
        Limit in standard deviations.
    shift : float
        Mean of the values less the target, in standard deviations, from the first patient on;
        0 is in control.
    side : {"both", "upper", "lower"}

    Returns
    -------
    RunLength
        1 when each patient signals. In control, the longer the better; out of control, the
        shorter.

    Raises
    ------
    NotEstimable
        When a choice is out of its range, or the run is longer than 1e12 patients, which
        rounding does not allow to tell.

    References
    ----------
    Brook D, Evans DA. Biometrika 1972;59:539-549. Lucas JM, Crosier RB. Technometrics
    1982;24:199-205. Kemp KW. J R Stat Soc B 1961;23:149-153 (the two sides together).

    Departures
    ----------
    The integral equation is solved by quadrature instead of Brook and Evans's Markov chain,
    whose limit it is.

    Examples
    --------
    >>> round(cusum_run_length(0.5, 5).mean, 1), round(cusum_run_length(0.5, 5, 1).mean, 1)
    (465.4, 10.4)
    """
    positive(h, "h")
    lengths = cusum_lengths(k, side)
    return _told(lengths, h, shift, f"CUSUM, k {k:g}, h {h:g}, side {side}")


def ewma_run_length(
    smoothing: float,
    limit: float,
    shift: float = 0.0,
    *,
    spread: Literal["asymptotic", "exact"] = "asymptotic",
) -> RunLength:
    r"""Mean run length of an EWMA of normal values whose target and spread are known.

    .. math:: L(u) = 1 + \frac1\lambda \int_{-c}^{c} L(x)\,
        \varphi\!\left(\frac{x - (1 - \lambda) u}{\lambda} - \delta\right) dx, \qquad
        c = L_0 \sqrt{\lambda/(2 - \lambda)}

    Parameters
    ----------
    smoothing : float in (0, 1]
        Weight of the newest value.
    limit : float, above 0
        In standard deviations of the average.
    shift : float
        As for :func:`cusum_run_length`.
    spread : {"asymptotic", "exact"}
        As for the chart: limits of the long run's width, or of each patient's own.

    Returns
    -------
    RunLength
        As :func:`cusum_run_length`.

    Raises
    ------
    NotEstimable
        As :func:`cusum_run_length`.

    References
    ----------
    Crowder SV. Technometrics 1987;29:401-407. Lucas JM, Saccucci MS. Technometrics
    1990;32:1-12.

    Examples
    --------
    >>> [round(ewma_run_length(0.1, 2.814, shift).mean, 1) for shift in (0.0, 0.5, 1.0)]
    [499.6, 31.3, 10.3]
    """
    positive(limit, "limit")
    lengths = ewma_lengths(smoothing, spread)
    words = f"EWMA, smoothing {smoothing:g}, {spread} limits at {limit:g}"
    return _told(lengths, limit, shift, words)


def cusum_lengths(k: float, side: str) -> MeanLengths:
    """Mean run lengths of a CUSUM by limit, shift and standard deviation over the one set.

    Values of another spread than the chart was set for are those of a chart whose allowance
    and limit are as many of *their* standard deviations.

    Raises
    ------
    NotEstimable
        When the allowance is negative or the side is none.

    Examples
    --------
    >>> one = np.ones(1)
    >>> cusum_lengths(0.5, "both")(4 * one, 0 * one, one).round(1)
    array([167.7])
    """
    if any_number(k, "k") < 0:
        raise NotEstimable(f"k — expected an allowance of at least 0, got {k}")
    a_side(side)

    def lengths(limit: FloatArray, shift: FloatArray, ratio: FloatArray) -> FloatArray:
        scaled = (k / ratio, limit / ratio)
        if side == "both":
            return cusum_two_sided(*scaled, shift / ratio)
        return cusum_one_sided(*scaled, (shift if side == "upper" else -shift) / ratio)

    return lengths


def ewma_lengths(smoothing: float, spread: str = "asymptotic") -> MeanLengths:
    """Mean run lengths of an EWMA by limit, shift and standard deviation over the one set.

    Raises
    ------
    NotEstimable
        When the smoothing is out of (0, 1] or the limits are none of those known.

    Examples
    --------
    >>> one = np.ones(1)
    >>> ewma_lengths(0.1)(2.814 * one, 0 * one, one).round(1)
    array([499.6])
    """
    weight = share(smoothing, "smoothing")
    if spread not in ("asymptotic", "exact"):
        raise NotEstimable(f"spread — expected asymptotic or exact, got {spread!r}")
    solve = ewma_exact if spread == "exact" else ewma_asymptotic

    def lengths(limit: FloatArray, shift: FloatArray, ratio: FloatArray) -> FloatArray:
        return solve(weight, limit / ratio, shift / ratio)

    return lengths


def single(lengths: MeanLengths, limit: float, shift: float) -> float:
    """One mean run length, of values of the spread that the chart was set for.

    Examples
    --------
    >>> round(single(cusum_lengths(0.5, "upper"), 4.0, 1.0), 2)
    8.38
    """
    return float(lengths(np.array([limit]), np.array([shift]), np.ones(1))[0])


def _told(lengths: MeanLengths, limit: float, shift: float, words: str) -> RunLength:
    mean = single(lengths, limit, any_number(shift, "shift"))
    if mean >= LONGEST:
        raise NotEstimable(
            f"run length — expected at most {LONGEST:g} patients, got more than rounding lets "
            "one tell — set a lower limit"
        )
    method = f"{words}; integral equation, normal values of known mean and standard deviation"
    return RunLength(mean=mean, shift=float(shift), method=method)
