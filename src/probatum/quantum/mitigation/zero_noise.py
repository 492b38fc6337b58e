r"""What a result would have been without noise, read off how it changes as noise grows.

The circuit runs at several noise scales :math:`\lambda` and a stated curve is drawn back to
:math:`\lambda = 0`. The result is less biased and more uncertain: the standard error grows
with the extrapolation and is always given. The curve is chosen beforehand; choosing the one
that looks best afterwards would be choosing the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import NotEstimable

Fit = Literal["linear", "richardson", "exponential"]
FITS: tuple[Fit, ...] = get_args(Fit)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extrapolated:
    """Results without and with extrapolation, of any shape."""

    raw: Numbers
    """At the smallest scale, as measured."""
    raw_standard_error: Numbers
    values: Numbers
    """At zero noise; may leave the range a measurement can have, and is not clipped."""
    standard_error: Numbers
    is_linear: NDArray[np.bool_]
    """Entries that an exponential could not describe and that were extrapolated linearly."""
    fit: Fit


def extrapolated(
    scales: Sequence[float],
    values: ArrayLike,
    standard_error: ArrayLike | None = None,
    *,
    fit: Fit,
    asymptote: float = 0.0,
) -> Extrapolated:
    r"""Extrapolate to zero noise.

    .. math:: \hat y(0) = \sum_k c_k y_k, \qquad
              \mathrm{SE}^2 = \sum_k c_k^2 \mathrm{SE}_k^2

    Parameters
    ----------
    scales : (K,) of float
        Distinct noise scales, at least 1.
    values : (K, ...) of float
        Results at each scale.
    standard_error : (K, ...) of float, optional
        Of each result; 0 where exact.
    fit : "linear", "richardson" or "exponential"
        A least-squares line; the polynomial through all K points; or
        :math:`A + b e^{-c\lambda}`, a line in the logarithm, whose standard error is to first
        order. Entries whose results do not lie on one side of A are extrapolated linearly,
        and marked.
    asymptote : float
        A: what the result tends to under full noise. 0 for a Pauli string,
        :math:`2^{-n}` for the probability of one of :math:`2^n` strings.

    Raises
    ------
    NotEstimable
        When the curve is not known, with fewer than two distinct scales, or standard errors of
        another shape than the results.

    References
    ----------
    Temme K, Bravyi S, Gambetta JM. Phys Rev Lett 2017;119:180509.
    Giurgica-Tiron T et al. IEEE QCE 2020:306-316.

    Examples
    --------
    >>> found = extrapolated([1, 3, 5], [0.8, 0.6, 0.4], [0.01, 0.01, 0.01], fit="linear")
    >>> round(float(found.values), 6), round(float(found.standard_error), 6)
    (0.9, 0.012076)
    """
    if fit not in FITS:
        raise NotEstimable(
            f"zero-noise extrapolation — expected a curve of {', '.join(FITS)}, got {fit!r} — "
            "correct the protocol"
        )
    at = np.asarray(scales, dtype=np.float64)
    y = np.asarray(values, dtype=np.float64)
    if len(set(at.tolist())) < 2 or not at.min() >= 1 or len(at) != len(y):
        raise NotEstimable(
            f"zero-noise extrapolation — expected results at two or more distinct scales of 1 "
            f"or more, got {len(y)} at {list(scales)} — give more scales"
        )
    error = np.zeros_like(y) if standard_error is None else np.asarray(standard_error, float)
    if error.shape != y.shape:
        raise NotEstimable(
            f"zero-noise extrapolation — expected a standard error of each result, got shapes "
            f"{error.shape} and {y.shape} — give one for every scale and entry"
        )
    weights = _weights(at, fit)
    straight = np.zeros(y.shape[1:], bool)
    if fit == "exponential":
        found, spread, straight = _exponential(weights, y, error, asymptote)
    else:
        found, spread = _combined(weights, y, error)
    least = int(at.argmin())
    return Extrapolated(
        raw=y[least],
        raw_standard_error=error[least],
        values=found,
        standard_error=spread,
        is_linear=straight,
        fit=fit,
    )


def _weights(at: Numbers, fit: Fit) -> Numbers:
    """Return the weight of each scale in the value of the fitted curve at 0."""
    degree = len(at) - 1 if fit == "richardson" else 1
    return np.asarray(np.linalg.pinv(np.vander(at, degree + 1, increasing=True))[0])


def _combined(weights: Numbers, y: Numbers, error: Numbers) -> tuple[Numbers, Numbers]:
    found = np.tensordot(weights, y, axes=1)
    return np.asarray(found), np.asarray(np.sqrt(np.tensordot(weights**2, error**2, axes=1)))


def _exponential(
    weights: Numbers, y: Numbers, error: Numbers, asymptote: float
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    above = y - asymptote
    side = np.sign(above[0])
    straight = (side == 0) | np.any(np.sign(above) != side, axis=0)
    size = np.where(straight, 1.0, np.abs(above))
    logarithm, relative = _combined(weights, np.log(size), error / size)
    curved = asymptote + side * np.exp(logarithm)
    line, line_error = _combined(weights, y, error)
    spread = np.where(straight, line_error, np.abs(curved - asymptote) * relative)
    return np.where(straight, line, curved), spread, straight
