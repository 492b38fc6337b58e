"""What clustering and looking early cost in patients."""

from __future__ import annotations

import math

from probatum.analysis.sample_size.size import (
    Demand,
    SampleSize,
    among,
    sized,
    whole_patients,
)


def design_effect(
    cluster_size: float, intracluster_correlation: float, *, variation: float = 0.0
) -> float:
    r"""By which factor clustering multiplies the findings that are needed.

    .. math:: 1 + ((1 + cv^2)\, \bar m - 1)\, \rho

    Parameters
    ----------
    cluster_size : float, at least 1
        :math:`\bar m`, mean number of findings a cluster (a patient, a site).
    intracluster_correlation : float in [0, 1]
        :math:`\rho`, between two findings of one cluster.
    variation : float, at least 0
        :math:`cv`, standard deviation of the cluster sizes over their mean.

    Returns
    -------
    float
        1 when findings are independent or clusters of one; the mean size when all findings
        of a cluster say the same and sizes are equal.

    References
    ----------
    Eldridge SM, Ashby D, Kerry S. Int J Epidemiol 2006;35:1292-1300, equation 2.

    Examples
    --------
    >>> design_effect(5, 0.1), design_effect(1, 0.1)
    (1.4, 1.0)
    """
    among(cluster_size, "cluster size", 1, math.inf, closed="[)")
    among(intracluster_correlation, "intracluster correlation", 0, 1, closed="[]")
    among(variation, "variation", 0, math.inf, closed="[)")
    return 1 + ((1 + variation**2) * cluster_size - 1) * intracluster_correlation


def sequential_inflation(n: int, factor: float, *, unusable: float = 0.0) -> SampleSize:
    r"""Most patients of a group-sequential study that has the power of a fixed one of ``n``.

    Parameters
    ----------
    n : int, at least 1
        Evaluable patients of the study with one look.
    factor : float, at least 1
        Inflation factor of the design; 1 for one look.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        At the last look; fewer are expected, since the study may stop before.

    Raises
    ------
    NotEstimable
        When a number is out of range.

    References
    ----------
    Jennison C, Turnbull BW. Group Sequential Methods. Chapman & Hall 2000, section 2.3.

    Examples
    --------
    >>> sequential_inflation(200, 1.028).n
    206
    """
    n = whole_patients(n)
    among(factor, "factor", 1, math.inf, closed="[)")
    return sized(
        [Demand("inflation factor at least", factor, n * factor, lambda most: most / n)],
        method=f"fixed size {n} times the inflation factor {factor:g} of the sequential design",
        unusable=unusable,
    )
