"""How many patients does it take to check a model of a measured outcome in new patients?"""

from __future__ import annotations

import math

from probatum.analysis.estimate import normal_quantile
from probatum.analysis.sample_size.asked import among
from probatum.analysis.sample_size.development_continuous import margin_of_spread
from probatum.analysis.sample_size.size import Demand, SampleSize, sized
from probatum.analysis.sample_size.smallest import smallest
from probatum.analysis.sample_size.validation import check_widths, width_of


def riley_validation_continuous(
    r2: float,
    sd: float,
    *,
    r2_width: float = 0.1,
    large_width: float,
    slope: float = 1.0,
    slope_width: float = 0.2,
    error_factor: float = 1.1,
    confidence: float = 0.95,
    unusable: float = 0.0,
) -> SampleSize:
    r"""Patients to validate a model of an outcome that is measured.

    Each interval is to be no wider than asked, its standard error being

    .. math::
        \mathrm{SE}^2(R^2) = \frac{4 R^2 (1 - R^2)^2}{n}, \quad
        \mathrm{SE}^2(\alpha) = \frac{\sigma^2 (1 - R^2)}{n}, \quad
        \mathrm{SE}^2(\beta) = \frac{\beta^2 (1 - R^2)}{(n - 1) R^2}

    and the residual standard deviation known within ``error_factor``.

    Parameters
    ----------
    r2 : float in (0, 1)
        :math:`R^2` expected in the new patients.
    sd : float > 0
        :math:`\sigma`, standard deviation of the outcome.
    r2_width : float > 0
        Full width of the interval of :math:`R^2`.
    large_width : float > 0
        Of calibration in the large, in the units of the outcome.
    slope : float > 0
        :math:`\beta`, calibration slope expected.
    slope_width : float > 0
    error_factor : float > 1
        Multiplicative margin of error of the residual standard deviation.
    confidence : float in (0, 1)
        Two-sided confidence level.
    unusable : float in [0, 1)
        Share of patients enrolled who cannot be analysed.

    Returns
    -------
    SampleSize
        A model that explains little needs many patients for its slope.

    Raises
    ------
    NotEstimable
        When a number is out of range.

    References
    ----------
    Archer L et al. Stat Med 2021;40:133-146, criteria (i) to (iv).

    Departures
    ----------
    The share explained by the calibration model is taken to be :math:`R^2`, which it is when
    the model is calibrated. The residual standard deviation is that about the calibration
    line, with n - 2 degrees of freedom.

    Examples
    --------
    >>> size = riley_validation_continuous(0.5, 10, large_width=2)
    >>> [criterion.n for criterion in size.criteria]
    [769, 193, 386, 235]
    """
    among(r2, "r2", 0, 1)
    check_widths(r2_width=r2_width, large_width=large_width, slope_width=slope_width)
    among(slope, "slope", 0, 1e100)
    z, tail = normal_quantile(confidence), (1 - confidence) / 2
    variance = among(sd, "sd", 0, 1e100) ** 2 * (1 - r2)
    return sized(
        [
            width_of("R2", r2_width, z, 4 * r2 * (1 - r2) ** 2),
            width_of("calibration in the large", large_width, z, variance),
            width_of("calibration slope", slope_width, z, slope**2 * (1 - r2) / r2, lost=1),
            _spread(among(error_factor, "error_factor", 1, math.inf), tail),
        ],
        method=f"Archer criteria for external validation, continuous outcome; R2 {r2:g}, "
        f"sd {sd:g}, slope {slope:g} (Stat Med 2021;40:133)",
        confidence=confidence,
        unusable=unusable,
    )


def _spread(factor: float, tail: float) -> Demand:
    return Demand(
        "margin factor of the residual sd at most",
        factor,
        smallest(lambda n: margin_of_spread(n - 2, tail) <= factor, least=3),
        lambda n: margin_of_spread(n - 2, tail),
    )
