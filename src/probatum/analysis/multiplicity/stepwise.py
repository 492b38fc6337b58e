"""Adjusted p-values by steps: Bonferroni, Holm, Hochberg, Hommel and the fixed sequence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.multiplicity.adjusted import Adjusted, checked, judged
from probatum.analysis.observations import FloatArray


def bonferroni(p_values: Sequence[float], *, alpha: float = 0.05) -> Adjusted:
    r"""Each p-value times their number: valid always, and the least powerful.

    .. math:: \tilde p_i = \min(1, k p_i)

    Parameters
    ----------
    p_values : (k,) of float in [0, 1]
        One a hypothesis, in any order.
    alpha : float in (0, 1)
        Familywise error that is allowed.

    Returns
    -------
    Adjusted
        1 for a p-value of at least 1/k.

    Raises
    ------
    NotEstimable
        When a p-value is missing or outside [0, 1], or alpha is none.

    References
    ----------
    Dunn OJ. J Am Stat Assoc 1961;56:52-64.

    Examples
    --------
    >>> bonferroni([0.01, 0.04]).adjusted
    array([0.02, 0.08])
    """
    p = checked(p_values, alpha)
    return judged(p, p * p.size, alpha, "Bonferroni")


def holm(p_values: Sequence[float], *, alpha: float = 0.05) -> Adjusted:
    r"""Step down from the smallest: valid always, and never worse than Bonferroni.

    .. math:: \tilde p_{(i)} = \max_{j \le i} \min(1, (k - j + 1) p_{(j)})

    Parameters
    ----------
    p_values, alpha
        As :func:`bonferroni`.

    Returns
    -------
    Adjusted
        In the order of the hypotheses; tied p-values stay tied.

    Raises
    ------
    NotEstimable
        As :func:`bonferroni`.

    References
    ----------
    Holm S. Scand J Stat 1979;6:65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).adjusted
    array([0.03, 0.06, 0.06])
    """
    p = checked(p_values, alpha)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(np.arange(p.size, 0, -1) * p[order])
    return judged(p, _in_their_order(stepped, order), alpha, "Holm")


def hochberg(p_values: Sequence[float], *, alpha: float = 0.05) -> Adjusted:
    r"""Step up from the largest: more powerful than Holm where tests do not work against it.

    .. math:: \tilde p_{(i)} = \min_{j \ge i} (k - j + 1) p_{(j)}

    Parameters
    ----------
    p_values, alpha
        As :func:`bonferroni`; the tests independent or positively dependent (as measures of
        the same patients mostly are), which the data cannot show.

    Returns
    -------
    Adjusted
        Never above :func:`holm`.

    Raises
    ------
    NotEstimable
        As :func:`bonferroni`.

    References
    ----------
    Hochberg Y. Biometrika 1988;75:800-802. Sarkar SK, Chang CK. J Am Stat Assoc
    1997;92:1601-1608 (positive dependence).

    Examples
    --------
    >>> hochberg([0.01, 0.04, 0.03]).adjusted
    array([0.03, 0.04, 0.04])
    """
    p = checked(p_values, alpha)
    order = np.argsort(p, kind="stable")
    stepped = np.arange(p.size, 0, -1) * p[order]
    least = np.minimum.accumulate(stepped[::-1])[::-1]
    return judged(
        p, _in_their_order(least, order), alpha, "Hochberg, for positively dependent tests"
    )


def hommel(p_values: Sequence[float], *, alpha: float = 0.05) -> Adjusted:
    r"""Closed testing with Simes' test: the most powerful here, under Hochberg's condition.

    .. math:: \tilde p_i = \max_{I \ni i} \min_{j} \frac{|I|}{j} p_{(j : I)}

    Parameters
    ----------
    p_values, alpha
        As :func:`hochberg`.

    Returns
    -------
    Adjusted
        Never above :func:`hochberg`.

    Raises
    ------
    NotEstimable
        As :func:`bonferroni`.

    References
    ----------
    Hommel G. Biometrika 1988;75:383-386. Wright SP. Biometrics 1992;48:1005-1013 (the adjusted
    p-values, appendix).

    Examples
    --------
    >>> hommel([0.01, 0.02, 0.022]).adjusted.round(4)
    array([0.022, 0.022, 0.022])
    """
    p = checked(p_values, alpha)
    order = np.argsort(p, kind="stable")
    ranked, k = p[order], p.size
    found = np.full(k, np.min(k * ranked / np.arange(1, k + 1)))
    for size in range(k - 1, 1, -1):
        upper = ranked[k - size + 1 :]
        simes = float(np.min(size * upper / np.arange(2, size + 1)))
        lowest = np.minimum(size * ranked, simes)
        lowest[k - size + 1 :] = lowest[k - size]
        found = np.maximum(found, lowest)
    return judged(
        p,
        _in_their_order(np.maximum(found, ranked), order),
        alpha,
        "Hommel, for positively dependent tests",
    )


def fixed_sequence(p_values: Sequence[float], *, alpha: float = 0.05) -> Adjusted:
    r"""Test in the order given, each at the full level, until one fails (hierarchical).

    .. math:: \tilde p_i = \max_{j \le i} p_j

    Parameters
    ----------
    p_values, alpha
        As :func:`bonferroni`, but in the order stated before anybody looked.

    Returns
    -------
    Adjusted
        Never falling: what follows a failure is descriptive.

    Raises
    ------
    NotEstimable
        As :func:`bonferroni`.

    References
    ----------
    Maurer W, Hothorn LA, Lehmacher W. In: Biometrie in der chemisch-pharmazeutischen Industrie
    1995;6:3-18. ICH E9, section 2.2.5.

    Examples
    --------
    >>> fixed_sequence([0.01, 0.06, 0.001]).adjusted
    array([0.01, 0.06, 0.06])
    """
    p = checked(p_values, alpha)
    return judged(p, np.maximum.accumulate(p), alpha, "fixed sequence, in the order given")


def _in_their_order(sorted_values: FloatArray, order: NDArray[np.intp]) -> FloatArray:
    found = np.empty_like(sorted_values)
    found[order] = sorted_values
    return found
