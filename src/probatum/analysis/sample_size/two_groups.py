"""How many patients to compare the shares of two groups, or show one no worse?"""

from __future__ import annotations

import math

from scipy import special

from probatum.analysis.sample_size.asked import among
from probatum.analysis.sample_size.size import Demand, SampleSize, sized
from probatum.analysis.sample_size.smallest import smallest
from probatum.errors import NotEstimable


def proportion_difference_size(
    share_a: float,
    share_b: float,
    *,
    margin: float = 0.0,
    ratio: float = 1.0,
    alpha: float = 0.025,
    power: float = 0.9,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients of both groups to show A's share the larger, or no smaller by a margin.

    .. math:: z_\alpha \sqrt{\tilde V} + z_\beta \sqrt V \le p_a - p_b + \delta, \qquad
        V = \frac{p_a (1 - p_a)}{n_a} + \frac{p_b (1 - p_b)}{n_b}

    with :math:`\tilde V` at the shares most likely when :math:`p_a - p_b = -\delta`.
    Without a margin these are both the pooled share, and the size is Fleiss's without
    continuity correction.

    Parameters
    ----------
    share_a, share_b : float in (0, 1)
        Expected.
    margin : float in [0, 1)
        :math:`\delta`, loss allowed; 0 for superiority.
    ratio : float > 0
        Patients of A for one of B.
    alpha : float in (0, 0.5)
        One-sided: 0.025 for a two-sided test at 0.05.
    power : float in (0, 1)
        Probability wanted of showing it.
    design_effect : float, at least 1
        Factor for findings that are not independent; see :func:`design_effect`.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        Of both groups together, each in whole patients.

    Raises
    ------
    NotEstimable
        When a number is out of range, or A is worse than B by the margin or more.

    References
    ----------
    Farrington CP, Manning G. Stat Med 1990;9:1447-1454. Fleiss JL.
    Statistical Methods for Rates and Proportions. Wiley 1981.

    Examples
    --------
    >>> proportion_difference_size(0.85, 0.85, margin=0.1).n
    552
    """
    among(power, "power", 0, 1)
    _checked(share_a, share_b, margin, alpha)
    among(ratio, "ratio", 0, math.inf)

    def of_b(n_b: float) -> float:
        return proportion_difference_power(
            n_b * ratio, n_b, share_a, share_b, margin=margin, alpha=alpha
        )

    n_b = smallest(lambda n: of_b(n) >= power)
    n_a = math.ceil(n_b * ratio - 1e-9)
    aim = f"non-inferiority by {margin:g}" if margin else "superiority"
    return sized(
        [Demand("power at least", power, n_a + n_b, lambda n: of_b(n / (1 + ratio)))],
        method=f"{aim}, shares {share_a:g} and {share_b:g} of {n_a} and {n_b} patients; "
        "Farrington-Manning score test",
        alpha=alpha,
        design_effect=design_effect,
        unusable=unusable,
    )


def proportion_difference_power(
    n_a: float,
    n_b: float,
    share_a: float,
    share_b: float,
    *,
    margin: float = 0.0,
    alpha: float = 0.025,
) -> float:
    """Probability of showing A's share the larger, or no smaller by a margin.

    Parameters
    ----------
    n_a, n_b : float > 0
        Patients of each group.
    share_a, share_b, margin, alpha
        As :func:`proportion_difference_size`.

    Returns
    -------
    float
        Power; 1 in the limit of many patients.

    Raises
    ------
    NotEstimable
        As :func:`proportion_difference_size`.

    References
    ----------
    As :func:`proportion_difference_size`.

    Examples
    --------
    >>> round(proportion_difference_power(276, 276, 0.85, 0.85, margin=0.1), 3)
    0.9
    """
    among(n_a, "n_a", 0, math.inf)
    among(n_b, "n_b", 0, math.inf)
    among(n_b / n_a, "n_b / n_a", 1e-9, 1e9)
    _checked(share_a, share_b, margin, alpha)
    null = _spread(*null_shares(share_a, share_b, -margin, n_b / n_a), n_a, n_b)
    truth = _spread(share_a, share_b, n_a, n_b)
    reach = share_a - share_b + margin + special.ndtri(alpha) * null
    return float(special.ndtr(reach / truth))


def _checked(share_a: float, share_b: float, margin: float, alpha: float) -> None:
    among(share_a, "share_a", 0, 1)
    among(share_b, "share_b", 0, 1)
    among(margin, "margin", 0, 1, closed="[)")
    among(alpha, "alpha", 0, 0.5)
    if not share_a - share_b + margin > 0:
        raise NotEstimable(
            "share_a — expected above share_b less the margin, got no more — "
            "no number of patients shows what is not so"
        )


def null_shares(
    share_a: float, share_b: float, difference: float, ratio: float
) -> tuple[float, float]:
    r"""Shares most likely when :math:`p_a - p_b` is ``difference``.

    Parameters
    ----------
    share_a, share_b : float in (0, 1)
        Expected shares.
    difference : float in (-1, 1)
    ratio : float > 0
        Patients of B for one of A.

    References
    ----------
    Farrington CP, Manning G. Stat Med 1990;9:1447-1454.

    Examples
    --------
    >>> [round(share, 3) for share in null_shares(0.6, 0.4, 0, 1)]
    [0.5, 0.5]
    """
    a = 1 + ratio
    b = -(1 + ratio + share_a + ratio * share_b + difference * (ratio + 2))
    c = difference**2 + difference * (2 * share_a + ratio + 1) + share_a + ratio * share_b
    d = -share_a * difference * (1 + difference)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = math.copysign(math.sqrt(max((b / (3 * a)) ** 2 - c / (3 * a), 0)), v)
    cosine = 1.0 if u == 0 else min(max(v / u**3, -1), 1)
    root = 2 * u * math.cos((math.pi + math.acos(cosine)) / 3) - b / (3 * a)
    least, most = max(difference, 0), min(1 + difference, 1)
    of_a = min(max(root, least), most)
    return of_a, of_a - difference


def _spread(share_a: float, share_b: float, n_a: float, n_b: float) -> float:
    return math.sqrt(share_a * (1 - share_a) / n_a + share_b * (1 - share_b) / n_b)
