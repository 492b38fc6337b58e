"""What clustering and looking early cost in patients."""

from __future__ import annotations

import math
from collections.abc import Sequence

from probatum.analysis.sample_size.asked import among, whole_patients
from probatum.analysis.sample_size.size import Demand, SampleSize, sized
from probatum.analysis.sequential import inflation
from probatum.errors import NotEstimable


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

    Raises
    ------
    NotEstimable
        When a number is out of range.

    References
    ----------
    Eldridge SM, Ashby D, Kerry S. Int J Epidemiol 2006;35:1292-1300.

    Examples
    --------
    >>> design_effect(5, 0.1), design_effect(1, 0.1)
    (1.4, 1.0)
    """
    among(cluster_size, "cluster_size", 1, math.inf, closed="[)")
    among(intracluster_correlation, "intracluster_correlation", 0, 1, closed="[]")
    among(variation, "variation", 0, math.inf, closed="[)")
    return 1 + ((1 + variation * variation) * cluster_size - 1) * intracluster_correlation


def sequential_inflation(
    n: int,
    *,
    factor: float | None = None,
    spending: str | None = None,
    information: Sequence[float] | None = None,
    shape: float | None = None,
    alpha: float = 0.025,
    power: float = 0.9,
    sides: int = 1,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Most patients of a group-sequential study that has the power of a fixed one of ``n``.

    .. math:: n_{\max} = \lceil n \cdot IF \rceil

    Parameters
    ----------
    n : int, at least 1
        Evaluable patients of the study with one look.
    factor : float, at least 1, optional
        :math:`IF`, inflation factor of the design; 1 for one look. Else the plan is told.
    spending : str, optional
        Spending function of the plan, as :func:`probatum.analysis.sequential.inflation`.
    information : sequence of float in (0, 1], optional
        Share of the information at each look; the last is 1.
    shape : float, optional
        Of a spending function that has one.
    alpha, power : float in (0, 1)
        Of the study; told to the plan, and to be those that ``n`` was found for.
    sides : {1, 2}
        Of the test; ``alpha`` is that of all sides.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        At the last look; fewer are expected, since the study may stop before.

    Raises
    ------
    NotEstimable
        When a number is out of range, or neither or both of a factor and a plan are given.

    References
    ----------
    Jennison C, Turnbull BW. Group Sequential Methods. Chapman & Hall 2000.

    Examples
    --------
    >>> sequential_inflation(200, factor=1.028).n
    206
    >>> sequential_inflation(200, spending="pocock", information=[0.5, 1]).n
    223
    """
    n = whole_patients(n)
    plan_told = (spending is not None) + (information is not None)
    if plan_told != (2 if factor is None else 0):
        raise NotEstimable(
            "sequential_inflation — expected a factor, or spending and information, not both"
        )
    if spending is not None and information is not None:
        factor = inflation(spending, information, alpha, power=power, sides=sides, shape=shape)
    by = among(factor, "factor", 1, math.inf, closed="[)")  # type: ignore[arg-type]
    plan = "" if spending is None else f", {spending} spending"
    return sized(
        [Demand("inflation factor at least", by, n * by, lambda most: most / n)],
        method=f"fixed size {n} times the inflation factor {by:.6g} of the sequential "
        f"design{plan}",
        unusable=unusable,
    )
