"""How many patients to tell two models' areas apart, or one no worse than the other?"""

from __future__ import annotations

import math

from scipy import special

from probatum.analysis.sample_size.area import fewest
from probatum.analysis.sample_size.asked import among, whole_patients
from probatum.analysis.sample_size.predictor import both_below
from probatum.analysis.sample_size.size import SampleSize, powered
from probatum.errors import NotEstimable


def auc_difference_size(
    auc_a: float,
    auc_b: float,
    prevalence: float,
    *,
    correlation_cases: float,
    correlation_controls: float,
    margin: float = 0.0,
    alpha: float = 0.025,
    power: float = 0.9,
    design_effect: float = 1.0,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients, each scored by both models, to show A better than B or not worse by a margin.

    .. math:: (z_\alpha + z_\beta)^2\, V(A_a - A_b) \le (A_a - A_b + \delta)^2

    Parameters
    ----------
    auc_a, auc_b : float in [0.5, 1)
        Areas expected of the model and of what it is compared with.
    prevalence : float in (0, 1)
        Share with the event among those analysed.
    correlation_cases, correlation_controls : float in (-1, 1)
        Between the two scores of patients with, and of patients without the event; 0 also
        for two models that are shown different patients of the same number.
    margin : float, at least 0
        :math:`\delta`, loss allowed; 0 for superiority.
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
        The closer the scores agree, the fewer patients.

    Raises
    ------
    NotEstimable
        When a number is out of range, or A is worse than B by the margin or more.

    References
    ----------
    Obuchowski NA, McClish DK. Stat Med 1997;16:1529-1542. DeLong ER et al. Biometrics
    1988;44:837-845.

    Departures
    ----------
    The paper takes the variance of binormal areas fitted by maximum likelihood, another one
    under the null. This is the variance of the areas that DeLong's test compares, when
    scores are normal with one variance, under the alternative, as that test estimates it.

    Examples
    --------
    >>> auc_difference_size(0.85, 0.8, 0.3, correlation_cases=0.6,
    ...                     correlation_controls=0.6).n
    762
    """
    _checked(auc_a, auc_b, prevalence, correlation_cases, correlation_controls, margin)

    def reached(n: int) -> float:
        return auc_difference_power(
            n,
            auc_a,
            auc_b,
            prevalence,
            correlation_cases=correlation_cases,
            correlation_controls=correlation_controls,
            margin=margin,
            alpha=alpha,
        )

    aim = f"non-inferiority by {margin:g}" if margin else "superiority"
    return powered(
        reached,
        power,
        least=fewest(prevalence),
        method=f"{aim}, areas {auc_a:g} and {auc_b:g} of the same patients, prevalence "
        f"{prevalence:g}, scores normal with correlation {correlation_cases:g} with and "
        f"{correlation_controls:g} without the event",
        prevalence=prevalence,
        alpha=alpha,
        design_effect=design_effect,
        unusable=unusable,
    )


def auc_difference_power(
    n: int,
    auc_a: float,
    auc_b: float,
    prevalence: float,
    *,
    correlation_cases: float,
    correlation_controls: float,
    margin: float = 0.0,
    alpha: float = 0.025,
) -> float:
    """Probability that ``n`` patients show A better than B, or not worse by the margin.

    Parameters
    ----------
    n : int
        Patients analysed, each scored by both models, with one expected in each class at least.
    auc_a, auc_b, prevalence, correlation_cases, correlation_controls, margin, alpha
        As :func:`auc_difference_size`.

    Returns
    -------
    float
        Power; 1 in the limit of many patients.

    Raises
    ------
    NotEstimable
        As :func:`auc_difference_size`.

    References
    ----------
    As :func:`auc_difference_size`.

    Examples
    --------
    >>> round(auc_difference_power(762, 0.85, 0.8, 0.3, correlation_cases=0.6,
    ...                            correlation_controls=0.6), 2)
    0.9
    """
    among(alpha, "alpha", 0, 0.5)
    _checked(auc_a, auc_b, prevalence, correlation_cases, correlation_controls, margin)
    gain = auc_a - auc_b + margin
    if not gain > 0:
        raise NotEstimable(
            "auc_a — expected above auc_b less the margin, got no more — "
            "no number of patients shows what is not so"
        )
    cases = whole_patients(n, least=fewest(prevalence)) * prevalence
    variance = difference_variance(
        auc_a,
        auc_b,
        cases,
        n - cases,
        correlation_cases=correlation_cases,
        correlation_controls=correlation_controls,
    )
    if variance <= 0:
        raise NotEstimable("areas — expected models that differ somewhere, got one model twice")
    return float(special.ndtr(gain / math.sqrt(variance) + special.ndtri(alpha)))


def difference_variance(
    auc_a: float,
    auc_b: float,
    cases: float,
    controls: float,
    *,
    correlation_cases: float,
    correlation_controls: float,
) -> float:
    r"""Variance of the difference of two areas of the same patients, scores normal.

    Of two areas, with m cases and k controls, the covariance is

    .. math:: \frac{\xi(\tfrac{r_1 + r_0}{2}) + (k - 1)\,\xi(\tfrac{r_1}{2})
        + (m - 1)\,\xi(\tfrac{r_0}{2})}{m k}, \qquad
        \xi(\rho) = \Phi_2(h_a, h_b; \rho) - A_a A_b

    for scores correlated :math:`r_1` in cases and :math:`r_0` in controls; of one area, its
    variance is the same with both 1.

    Examples
    --------
    >>> round(difference_variance(0.8, 0.8, 50, 50, correlation_cases=0,
    ...                           correlation_controls=0), 4)
    0.0038
    """

    def covariance(a: float, b: float, of_cases: float, of_controls: float) -> float:
        h, k = float(special.ndtri(a)), float(special.ndtri(b))
        same_pair, same_case, same_control = (
            (min(a, b) if rho == 1 else both_below(h, k, rho)) - a * b
            for rho in ((of_cases + of_controls) / 2, of_cases / 2, of_controls / 2)
        )
        shared = (controls - 1) * same_case + (cases - 1) * same_control
        return (same_pair + shared) / (cases * controls)

    own = covariance(auc_a, auc_a, 1, 1) + covariance(auc_b, auc_b, 1, 1)
    return own - 2 * covariance(auc_a, auc_b, correlation_cases, correlation_controls)


def _checked(
    auc_a: float,
    auc_b: float,
    prevalence: float,
    correlation_cases: float,
    correlation_controls: float,
    margin: float,
) -> None:
    among(auc_a, "auc_a", 0.5, 1, closed="[)")
    among(auc_b, "auc_b", 0.5, 1, closed="[)")
    among(prevalence, "prevalence", 0, 1)
    among(correlation_cases, "correlation_cases", -1, 1)
    among(correlation_controls, "correlation_controls", -1, 1)
    among(margin, "margin", 0, 1, closed="[)")
