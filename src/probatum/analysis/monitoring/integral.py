"""How many patients a chart reads until it signals, by solving for it at every height it has.

The mean run length from each height of the statistic solves an integral equation, here by
Gauss-Legendre quadrature (Nystrom's method). All functions take vectors: one equation for each
baseline a chart may have been set up with.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import special
from threadpoolctl import threadpool_limits

from probatum.analysis.observations import FloatArray
from probatum.errors import NotEstimable

LONGEST: Final = 1e12
"""Run lengths beyond this are lost in rounding; they count as this many patients."""
_TOGETHER: Final = 64
_MOST_NODES: Final = 4096
"""Nodes of one equation, beyond which it does not fit into memory."""


def cusum_two_sided(k: FloatArray, h: FloatArray, shift: FloatArray) -> FloatArray:
    r"""Mean run length of two sums that look for a rise and a fall.

    .. math:: 1/L = 1/L^+ + 1/L^-

    exactly, since one sum is 0 whenever the other signals.

    References
    ----------
    Kemp KW. J R Stat Soc B 1961;23:149-153.

    Examples
    --------
    >>> cusum_two_sided(*(np.array([x]) for x in (0.5, 4.0, 0.0))).round(1)
    array([167.7])
    """
    up, down = cusum_one_sided(k, h, shift), cusum_one_sided(k, h, -shift)
    together = np.maximum(1 / (1 / up + 1 / down), 1.0)
    return np.where(together < LONGEST / 2, together, LONGEST)


def cusum_one_sided(k: FloatArray, h: FloatArray, shift: FloatArray) -> FloatArray:
    r"""Mean run length of a sum that looks for a rise, from 0.

    .. math:: L(u) = 1 + L(0)\,\Phi(k - u - \delta)
        + \int_0^h L(x)\,\varphi(x + k - u - \delta)\,dx

    Parameters
    ----------
    k, h, shift : (b,) of float
        Allowance, limit and mean shift, in standard deviations of one value.

    Returns
    -------
    (b,) of float
        Patients up to and including the signal.

    References
    ----------
    Page ES. Biometrika 1954;41:100-115. Vance LC. J Qual Technol 1986;18:189-193.

    Examples
    --------
    >>> cusum_one_sided(*(np.array([x]) for x in (0.5, 4.0, 1.0))).round(2)
    array([8.38])
    """
    t, weight = _nodes(20 + 5 * np.ceil(h.max()))
    parts = zip(*(_in_parts(v) for v in (k, h, shift)), strict=True)
    return np.concatenate([_from_zero(t, weight, *part) for part in parts])


def ewma_asymptotic(smoothing: float, limit: FloatArray, shift: FloatArray) -> FloatArray:
    r"""Mean run length of an average between limits of the long run's width, from the target.

    .. math:: L(u) = 1 + \frac1\lambda \int_{-c}^{c} L(x)\,
        \varphi\!\left(\frac{x - (1 - \lambda) u}{\lambda} - \delta\right) dx, \qquad
        c = L_0 \sqrt{\lambda/(2 - \lambda)}

    Parameters
    ----------
    smoothing : float in (0, 1]
    limit, shift : (b,) of float

    References
    ----------
    Crowder SV. Technometrics 1987;29:401-407.

    Examples
    --------
    >>> ewma_asymptotic(0.1, np.array([2.814]), np.array([1.0])).round(1)
    array([10.3])
    """
    t, weight = _average_nodes(smoothing, limit)
    parts = zip(_in_parts(limit), _in_parts(shift), strict=True)
    return np.concatenate([_settled(smoothing, t, weight, *part)[0] for part in parts])


def ewma_exact(smoothing: float, limit: FloatArray, shift: FloatArray) -> FloatArray:
    r"""The same between limits that widen as each patient's own variance does.

    Once the limits have settled the equation is that of :func:`ewma_asymptotic`; from there it
    is integrated back, a patient at a time, to the first.

    Parameters
    ----------
    smoothing, limit, shift
        As :func:`ewma_asymptotic`.

    Examples
    --------
    >>> ewma_exact(0.1, np.array([2.814]), np.array([1.0])).round(2)
    array([8.16])
    """
    t, weight = _average_nodes(smoothing, limit)
    parts = zip(_in_parts(limit), _in_parts(shift), strict=True)
    return np.concatenate([_from_the_first(smoothing, t, weight, *part) for part in parts])


def _nodes(wished: float) -> tuple[FloatArray, FloatArray]:
    if wished > _MOST_NODES:
        raise NotEstimable(
            "run length — expected a limit of less than 800 standard deviations of what the "
            "chart adds, got a wider one — set a lower limit, or take a larger baseline"
        )
    t, weight = special.roots_legendre(int(wished))
    return np.asarray(t, np.float64), np.asarray(weight, np.float64)


def _average_nodes(smoothing: float, limit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """An odd number, so that the target is the node in the middle."""
    width = 2 * float(limit.max()) / np.sqrt(smoothing * (2 - smoothing))
    return _nodes(21 + 2 * np.ceil(2.5 * width))


def _in_parts(values: FloatArray) -> list[FloatArray]:
    """Few equations at a time, so that all of them fit into memory."""
    return [values[at : at + _TOGETHER] for at in range(0, values.size, _TOGETHER)]


def _from_zero(
    t: FloatArray, weight: FloatArray, k: FloatArray, h: FloatArray, shift: FloatArray
) -> FloatArray:
    k, h, shift = (v[:, None] for v in (k, h, shift))
    heights = np.concatenate([np.zeros_like(h), h * (t + 1) / 2], axis=1)
    away = (k - shift)[:, :, None] - heights[:, :, None]
    kernel = np.concatenate(
        [
            special.ndtr(away),
            (h * weight / 2)[:, None, :] * _density(away + heights[:, None, 1:]),
        ],
        axis=2,
    )
    return _kept(_solved(kernel)[:, 0])


def _settled(
    smoothing: float, t: FloatArray, weight: FloatArray, limit: FloatArray, shift: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """From the target, and from each node."""
    width = limit * np.sqrt(smoothing / (2 - smoothing))
    heights = width[:, None] * t
    kernel = (
        _average_kernel(smoothing, heights, heights, shift)
        * (width[:, None] * weight)[:, None, :]
    )
    lengths = _solved(kernel)
    return _kept(lengths[:, t.size // 2]), lengths


def _from_the_first(
    smoothing: float, t: FloatArray, weight: FloatArray, limit: FloatArray, shift: FloatArray
) -> FloatArray:
    _, lengths = _settled(smoothing, t, weight, limit, shift)
    for width, before in zip(*_widening(smoothing, limit), strict=True):
        kernel = _average_kernel(smoothing, before[:, None] * t, width[:, None] * t, shift)
        lengths = 1 + np.einsum("buv,v,bv->bu", kernel, weight, width[:, None] * lengths)
    return _kept(lengths[:, t.size // 2])


def _widening(smoothing: float, limit: FloatArray) -> tuple[list[FloatArray], list[FloatArray]]:
    """Half-widths at each patient, from the last whose limit moves back to the first."""
    fading = -np.log1p(-smoothing) if smoothing < 1 else np.inf
    patients = np.arange(int(np.ceil(16 / fading)) + 1, -1, -1)
    grown = 1 - (1 - smoothing) ** (2.0 * patients)
    width = [limit * np.sqrt(smoothing / (2 - smoothing) * share) for share in grown]
    return width[:-1], width[1:]


def _average_kernel(
    smoothing: float, before: FloatArray, after: FloatArray, shift: FloatArray
) -> FloatArray:
    away = (after[:, None, :] - (1 - smoothing) * before[:, :, None]) / smoothing
    return _density(away - shift[:, None, None]) / smoothing


def _density(z: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-z * z / 2) / np.sqrt(2 * np.pi), np.float64)


def _solved(kernel: FloatArray) -> FloatArray:
    size = kernel.shape[-1]
    with threadpool_limits(limits=1, user_api="blas"):  # many small systems: threads would wait
        try:
            found = np.linalg.solve(np.eye(size) - kernel, np.ones((len(kernel), size, 1)))
        except np.linalg.LinAlgError:
            return np.concatenate([_endless_or_solved(one) for one in kernel[:, None]])
    return np.asarray(found[..., 0], np.float64)


def _endless_or_solved(kernel: FloatArray) -> FloatArray:
    """One system; a chart that never leaves 0 again has a singular one, and no end."""
    size = kernel.shape[-1]
    try:
        found = np.linalg.solve(np.eye(size) - kernel, np.ones((1, size, 1)))
    except np.linalg.LinAlgError:
        return np.full((1, size), np.inf)
    return np.asarray(found[..., 0], np.float64)


def _kept(lengths: FloatArray) -> FloatArray:
    """Beyond ``LONGEST`` the sign itself is rounding; the size is not."""
    size = np.abs(lengths)
    return np.where(np.isfinite(size) & (size < LONGEST), lengths, LONGEST)
