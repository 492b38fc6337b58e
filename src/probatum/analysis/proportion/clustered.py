"""How often, where patients come in clusters: lesions of a patient, patients of a site.

Members of a cluster are more alike than strangers, so they usually tell less than as many
independent patients would; where the members differ more than chance they tell more, and the
interval narrows.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from statsmodels.stats.proportion import proportion_confint

from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import BoolArray, labelled, outcomes, same_length
from probatum.errors import NotEstimable


def clustered_proportion(
    happened: ArrayLike, cluster: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    r"""Share in whom something happened, its interval widened by how alike clusters are.

    .. math:: \hat p = \frac{\sum_j x_j}{\sum_j n_j}, \qquad
        \widehat{\mathrm{Var}} = \frac{m}{m - 1}
        \frac{\sum_j (x_j - n_j \hat p)^2}{(\sum_j n_j)^2}, \qquad
        n_{\mathrm{eff}} = \frac{\hat p (1 - \hat p)}{\widehat{\mathrm{Var}}}

    over m clusters. The interval is Wilson's at :math:`n_{\mathrm{eff}}`.

    Parameters
    ----------
    happened : (n,) of bool
        Whether it happened, a member at a time.
    cluster : (n,) of label
        Which cluster each member belongs to, a number or a word; at least two clusters.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]. ``n`` counts members; ``method`` gives the clusters, the effective n and the
        design effect: 1 is independence, above it clusters are alike, below it mixed. With few
        clusters (fewer than about 30) the interval holds the truth less often than it says.

    Raises
    ------
    NotEstimable
        With one cluster, a missing label, or values that are not 0 or 1.

    References
    ----------
    Rao JNK, Scott AJ. Biometrics 1992;48:577-585. Obuchowski NA. Stat Med
    1998;17:1495-1507. Saha KK, Miller D, Wang S. Int J Biostat 2016;12(2) (Wilson's interval).

    Departures
    ----------
    Where it happened in none or in all, the variance says nothing of clustering: the interval
    is Wilson's with each cluster counted as one patient, as if its members were all alike.
    Where every cluster has the same share the variance is 0, too: the members are then counted
    as independent. ``method`` says so; ``se`` is absent in both.

    Examples
    --------
    >>> found = clustered_proportion([1, 1, 0, 0, 1, 0], ["a", "a", "b", "b", "c", "c"])
    >>> found.value, round(found.se, 4)
    (0.5, 0.2887)
    """
    y = outcomes(happened, "happened")
    _, inside = labelled(cluster, "cluster")
    same_length(happened=y, cluster=inside)
    return _ratio(y, inside, confidence=confidence, name="clustered proportion")


def clustered_sensitivity(
    outcome: ArrayLike,
    positive: ArrayLike,
    cluster: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Share of those with the event whom the test calls positive, where they come in clusters.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened, a member at a time.
    positive : (n,) of bool
        Whether the test is positive.
    cluster : (n,) of label
        Which cluster each member belongs to; at least two hold an event.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        As :func:`clustered_proportion`, among members with the event and their clusters.

    Raises
    ------
    NotEstimable
        When fewer than two clusters hold an event, or a label is missing.

    References
    ----------
    As :func:`clustered_proportion`.

    Examples
    --------
    >>> clustered_sensitivity([1, 1, 0, 1], [1, 0, 1, 1], [1, 1, 2, 2]).n
    3
    """
    y, t, inside = _tested(outcome, positive, cluster)
    return _ratio(t[y], inside[y], confidence=confidence, name="clustered sensitivity")


def clustered_specificity(
    outcome: ArrayLike,
    positive: ArrayLike,
    cluster: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Share of those without the event whom the test calls negative, where they cluster.

    Parameters, returns and refusals as :func:`clustered_sensitivity`, with the classes
    exchanged.

    References
    ----------
    As :func:`clustered_proportion`.

    Examples
    --------
    >>> clustered_specificity([0, 0, 0, 1], [1, 0, 0, 1], [1, 1, 2, 2]).n
    3
    """
    y, t, inside = _tested(outcome, positive, cluster)
    return _ratio(~t[~y], inside[~y], confidence=confidence, name="clustered specificity")


def _tested(
    outcome: ArrayLike, positive: ArrayLike, cluster: ArrayLike
) -> tuple[BoolArray, BoolArray, NDArray[np.intp]]:
    y, t = outcomes(outcome), outcomes(positive, "positive")
    _, inside = labelled(cluster, "cluster")
    same_length(outcome=y, positive=t, cluster=inside)
    return y, t, inside


def _ratio(
    happened: BoolArray, cluster: NDArray[np.intp], *, confidence: float, name: str
) -> Estimate:
    check_level(confidence)
    members = np.bincount(cluster).astype(np.float64)
    events = np.bincount(cluster, weights=happened)
    clusters = int(np.count_nonzero(members))
    if clusters < 2:
        raise NotEstimable(
            f"{name} — expected members of at least two clusters to count among, got "
            f"{clusters} — one cluster says nothing of how clusters differ"
        )
    n, share = happened.size, float(happened.mean())
    apart = float(np.sum((events - members * share) ** 2))
    variance = clusters / (clusters - 1) * apart / n**2
    size, note = _effective(share, variance, n, clusters)
    lower, upper = proportion_confint(share * size, size, alpha=1 - confidence, method="wilson")
    return Estimate(
        value=share,
        se=math.sqrt(variance) if "effective" in note else None,
        lower=max(float(lower), 0.0) if share > 0 else 0.0,
        upper=min(float(upper), 1.0) if share < 1 else 1.0,
        level=confidence,
        n=n,
        method=f"ratio estimator over {clusters} clusters, Wilson interval at {note}",
    )


def _effective(share: float, variance: float, n: int, clusters: int) -> tuple[float, str]:
    """Effective number of members, and how to say it."""
    if share in (0.0, 1.0):
        return float(clusters), "one patient a cluster: none or all of them"
    if variance <= 1e-14 * share * (1 - share):  # rounding, not clusters that differ
        return float(n), "n: all clusters have the same share"
    size = share * (1 - share) / variance
    return size, f"effective n {size:.1f}, design effect {n / size:.2f}"
