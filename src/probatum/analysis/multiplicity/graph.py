"""Level that travels along a graph: what a hypothesis given up leaves to the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from probatum.analysis.multiplicity.adjusted import Adjusted, checked, judged
from probatum.analysis.observations import FloatArray, finite
from probatum.errors import NotEstimable


def graphical(
    p_values: Sequence[float],
    weights: Sequence[float],
    transitions: Sequence[Sequence[float]],
    *,
    alpha: float = 0.05,
) -> Adjusted:
    r"""Level that travels: a hypothesis given up leaves its share to those it points to.

    With shares :math:`w_i` and transitions :math:`g_{ij}`, the hypothesis of the smallest
    :math:`p_i / w_i` goes first; then

    .. math:: w_l \leftarrow w_l + w_i g_{il}, \qquad
        g_{lm} \leftarrow \frac{g_{lm} + g_{li} g_{im}}{1 - g_{li} g_{il}}

    Holm, the fixed sequence, fallback and gatekeeping are graphs of this kind.

    Parameters
    ----------
    p_values : (k,) of float in [0, 1]
    weights : (k,) of float in [0, 1]
        Shares of alpha to begin with, at most 1 together.
    transitions : (k, k) of float in [0, 1]
        Row i says where the share of hypothesis i goes; zero on the diagonal, each row at most
        1 together.
    alpha : float in (0, 1)

    Returns
    -------
    Adjusted
        The largest :math:`p/w` met on the way, at most 1; 1 for a hypothesis never given a
        share.

    Raises
    ------
    NotEstimable
        As :func:`bonferroni`, or for shares or transitions that make no such graph.

    References
    ----------
    Bretz F, Maurer W, Brannath W, Posch M. Stat Med 2009;28:586-604, algorithm 1 and section
    2.3 (adjusted p-values, algorithm 2).

    Examples
    --------
    >>> graphical([0.01, 0.04, 0.03], [1, 0, 0], [[0, 1, 0], [0, 0, 1], [0, 0, 0]]).adjusted
    array([0.01, 0.04, 0.04])
    """
    p = checked(p_values, alpha)
    share, edge = _graph(weights, transitions, p.size)
    adjusted, left, most = np.ones(p.size), [*range(p.size)], 0.0
    while left:
        first = min(left, key=lambda i: (_ratio(p, share, i), i))
        most = max(most, _ratio(p, share, first))
        adjusted[first] = most
        left.remove(first)
        share, edge = _passed_on(share, edge, first, left)
    return judged(p, adjusted, alpha, "graphical procedure")


def _ratio(p: FloatArray, share: FloatArray, i: int) -> float:
    return min(float(p[i] / share[i]), 1.0) if share[i] > 0 else 1.0


def _passed_on(
    share: FloatArray, edge: FloatArray, gone: int, left: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    """The graph without a hypothesis that was given up."""
    shares, edges = np.zeros_like(share), np.zeros_like(edge)
    for i in left:
        shares[i] = share[i] + share[gone] * edge[gone, i]
        loop = edge[i, gone] * edge[gone, i]
        for j in left:
            if i != j and loop < 1:
                edges[i, j] = (edge[i, j] + edge[i, gone] * edge[gone, j]) / (1 - loop)
    return shares, edges


def _graph(
    weights: Sequence[float], transitions: Sequence[Sequence[float]], k: int
) -> tuple[FloatArray, FloatArray]:
    share = finite(weights, "weights")
    try:
        edge = np.asarray(transitions, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _no_graph(k) from error
    sums = np.array([share.sum(), *edge.sum(axis=-1).ravel()])
    is_one = share.shape == (k,) and edge.shape == (k, k) and not np.diag(edge).any()
    if not is_one or not (
        (share >= 0).all() and (edge >= 0).all() and (sums <= 1 + 1e-9).all()
    ):
        raise _no_graph(k)
    return share, edge


def _no_graph(k: int) -> NotEstimable:
    return NotEstimable(
        f"graph — expected {k} shares of at most 1 together, and {k} rows of {k} transitions "
        "of at most 1 together with none to itself, got others — write them from the protocol"
    )
