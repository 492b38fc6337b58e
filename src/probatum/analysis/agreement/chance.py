"""How far agreement strays from chance where every rating is drawn alike, whatever the case."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import special

from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray


def judged_by_chance(
    found: Estimate,
    *,
    raters: FloatArray,
    share: FloatArray,
    distance: FloatArray,
    observed: FloatArray,
    expected: FloatArray,
) -> Estimate:
    r"""Return ``found`` with the normal test of a coefficient of 0 beside it.

    A coefficient is :math:`1 - D_o / D_e`. Where ratings are independent draws from the shares
    :math:`\pi`, what is left of it to first order is

    .. math:: \hat\kappa \approx -\frac1D \sum_i \Big[ a_i
        \overline{h(x, y)}_{x \ne y \in i} + 2 (a_i - b_i) \overline{d(x) - D}_{x \in i} \Big],
        \quad h(x, y) = \delta(x, y) - d(x) - d(y) + D

    with :math:`d(x) = \sum_c \pi_c \delta(x, c)` and :math:`D = \sum_c \pi_c d(c)`. Pairs of
    one case are then uncorrelated, and for :math:`m_i` ratings of case i

    .. math:: \mathrm{Var}_0 = \frac{1}{D^2} \sum_i \Big[ \frac{2 a_i^2\, \mathrm{E} h^2}
        {m_i (m_i - 1)} + \frac{4 (a_i - b_i)^2\, \mathrm{Var}\, d}{m_i} \Big]

    With m ratings of every one of n cases and all distances alike this is the variance of
    Fleiss, Nee and Landis.

    Parameters
    ----------
    found : Estimate
    raters : (n,) of float
        :math:`m_i`.
    share : (q,) of float
        :math:`\pi`, of the categories.
    distance : (q, q) of float
        :math:`\delta`, 0 on the diagonal.
    observed, expected : (n,) of float
        :math:`a_i, b_i`: the weight of a case in the disagreement that was observed (0 where
        it has one rating) and in the shares. Each adds up to 1.

    References
    ----------
    Fleiss JL, Nee JCM, Landis JR. Psychol Bull 1979;86:974-977.

    Examples
    --------
    >>> found = Estimate(value=0.2, se=None, lower=None, upper=None, level=0.95, n=20,
    ...                  method="kappa")
    >>> even = np.full(20, 1 / 20)
    >>> tested = judged_by_chance(found, raters=np.full(20, 4.0), share=np.full(3, 1 / 3),
    ...                                distance=1 - np.eye(3), observed=even, expected=even)
    >>> round(tested.statistic, 4)  # 0.2 / sqrt(1 / 240)
    3.0984
    """
    own = distance @ share
    overall = float(share @ own)
    pair = distance - own[:, None] - own + overall
    of_pairs, of_ratings = share @ pair**2 @ share, share @ (own - overall) ** 2
    pairs = np.maximum(raters * (raters - 1), 1.0)
    variance = (
        2 * of_pairs * np.sum(observed**2 / pairs)
        + 4 * of_ratings * np.sum((observed - expected) ** 2 / raters)
    ) / overall**2
    z = found.value / float(np.sqrt(variance))
    return replace(found, statistic=z, df=None, p_value=float(2 * special.ndtr(-abs(z))))
