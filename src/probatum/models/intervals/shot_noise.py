"""How far a patient's risk may be off because its score is estimated from so many shots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from scipy.stats import norm

from probatum.errors import NotEstimable
from probatum.models.calibration import Platt
from probatum.models.intervals.measurement import Measurement

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShotNoise:
    """The score of each patient, its standard error from shots, and the risk it may mean.

    Attributes
    ----------
    shots : int or None
        A circuit; None for an exact simulation, which has no shot noise.
    circuits : int
        Run for one patient, each with all its shots.
    score, standard_error : (n,) of float
        At infinitely many shots; 0 where exact. On the model's own scale.
    curve : Platt
        From score to risk.
    lower, upper : (n,) of float in [0, 1]
        Of the risk.
    level : float in (0, 1)
        Share of repetitions of the measurement whose risk lies between them.
    """

    shots: int | None
    circuits: int
    score: Array
    standard_error: Array
    curve: Platt
    lower: Array
    upper: Array
    level: float
    method: str

    @property
    def risk(self) -> Array:
        """Return the risk at infinitely many shots."""
        return self.curve.risk(self.score)

    @property
    def variance(self) -> Array:
        """Return the variance on the logit scale of the risk, where sources add up."""
        return np.asarray((self.curve.slope * self.standard_error) ** 2)

    def flip_probability(self, threshold: float) -> Array:
        r"""Probability that one measurement decides otherwise than infinitely many shots.

        .. math:: \Phi(-|f - f_t| / \mathrm{se}), \qquad
                  f_t = (\operatorname{logit} t - a) / b

        Zero where the result is exact. A patient is acted on at a risk of the threshold or
        more.
        """
        edge = (logit(check_level(threshold)) - self.curve.intercept) / self.curve.slope
        distance = np.abs(self.score - edge)
        with np.errstate(divide="ignore", invalid="ignore"):
            flips = norm.sf(distance / self.standard_error)
        return np.where(self.standard_error > 0, flips, 0.0)

    def as_dict(self) -> dict[str, Any]:
        """Return the cohort in a few numbers, for a JSON file."""
        return {
            "shots": self.shots,
            "circuits": self.circuits,
            "patients": len(self.score),
            "level": self.level,
            "method": self.method,
            "score_standard_error": {
                "median": float(np.median(self.standard_error)),
                "largest": float(np.max(self.standard_error)),
            },
            "risk_interval_width": {
                "median": float(np.median(self.upper - self.lower)),
                "largest": float(np.max(self.upper - self.lower)),
            },
        }


def shot_noise(
    measurement: Measurement, curve: Platt, *, shots: int | None, level: float
) -> ShotNoise:
    r"""Return the shot noise of each risk from the variance of the measurement.

    .. math:: \operatorname{risk}(f \pm z_{(1+\gamma)/2}\, \mathrm{se}(f))

    through the calibration curve, which keeps the interval inside (0, 1).

    Parameters
    ----------
    measurement : Measurement
        What is measured, see :mod:`probatum.models.intervals.measurement`.
    shots : int at least 1, or None
        A circuit. None means exact: the standard error is 0 and the interval is the risk.
    level : float in (0, 1)

    Departures
    ----------
    The score is taken as normal; :func:`resampled_shot_noise` does without.

    Examples
    --------
    >>> from probatum.models.intervals.measurement import Spectrum
    >>> parity = Spectrum.of_signs([0.6], offset=0.0, scale=1.0)
    >>> found = shot_noise(parity, Platt(intercept=0.0, slope=1.0), shots=64, level=0.95)
    >>> round(float(found.standard_error[0]), 6)
    0.1
    """
    score = measurement.score()
    variance = np.zeros_like(score) if shots is None else measurement.variance(shots)
    error = np.sqrt(variance)
    reach = float(norm.ppf((1 + check_level(level)) / 2)) * error
    return ShotNoise(
        shots=shots,
        circuits=measurement.circuits,
        score=score,
        standard_error=error,
        curve=curve,
        lower=curve.risk(score - reach),
        upper=curve.risk(score + reach),
        level=level,
        method="none: exact" if shots is None else "delta method on the score",
    )


def resampled_shot_noise(
    measurement: Measurement,
    curve: Platt,
    *,
    shots: int,
    level: float,
    replicates: int,
    rng: np.random.Generator,
) -> ShotNoise:
    """Return the shot noise of each risk by measuring many times over, with exact laws.

    The naive twin of :func:`shot_noise`: quantiles of the risk and the standard deviation of
    the score over ``replicates`` simulated measurements.
    """
    if replicates < 2:
        raise NotEstimable(
            f"resampled shot noise — expected 2 replicates or more, got {replicates} — "
            "measure more often"
        )
    drawn = measurement.sampled(shots, replicates, rng)
    low, high = (1 - check_level(level)) / 2, (1 + level) / 2
    lower, upper = np.quantile(curve.risk(drawn), [low, high], axis=0)
    return ShotNoise(
        shots=shots,
        circuits=measurement.circuits,
        score=measurement.score(),
        standard_error=drawn.std(axis=0, ddof=1),
        curve=curve,
        lower=lower,
        upper=upper,
        level=level,
        method=f"{replicates} simulated measurements",
    )


def check_level(level: float) -> float:
    """Return a level that lies between 0 and 1.

    Raises
    ------
    NotEstimable
        When it does not.
    """
    if not 0 < level < 1:
        raise NotEstimable(f"level — expected a number in (0, 1), got {level} — correct it")
    return level
