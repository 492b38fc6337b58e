"""How much of a risk's uncertainty is quantum, and how much any model would have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import NotEstimable
from probatum.models.intervals.refits import ModelUncertainty

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantumShare:
    """The share of a cohort's uncertainty that comes from measuring quantum states.

    Attributes
    ----------
    value : float in [0, 1]
        0: all of it is there without a quantum computer; exactly 0 for an exact simulation.
    se : float
        Standard error, from other patients of the same kind, and from more refits, together.
    patients, replicates : int
        Over which it was taken.
    """

    value: float
    se: float
    patients: int
    replicates: int

    def as_dict(self) -> dict[str, Any]:
        """Return the share for a JSON file."""
        return {
            "value": self.value,
            "se": self.se,
            "patients": self.patients,
            "replicates": self.replicates,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decomposition:
    r"""The variance of each patient's log odds, source by source.

    .. math:: \operatorname{Var} L = \underbrace{E[\operatorname{Var}(L \mid \text{model})]}
              _{\text{shot} + \text{device}}
              + \underbrace{\operatorname{Var}(E[L \mid \text{model}])}_{\text{model}}
              + \text{residual}

    the law of total variance: measuring is independent of which model was trained, so the
    variances add up on the scale of the log odds, where they are nearly normal.

    Attributes
    ----------
    shot, device, model, residual : (n,) of float, at least 0
        ``device`` is the variance over devices, or over calibrations of one, at infinitely many
        shots; ``residual`` anything else, such as missing input filled in several ways. 0 where
        there is none.
    model_left_out : (replicates, n) of float
        The model's variance without one refit each.

    Departures
    ----------
    The expectation over models is taken at the frozen model, not averaged over refits.
    """

    shot: Array
    device: Array
    model: Array
    residual: Array
    model_left_out: Array

    def __post_init__(self) -> None:
        sources = (self.shot, self.device, self.model, self.residual)
        shapes = {source.shape for source in sources} | {self.model_left_out.shape[1:]}
        if len(shapes) != 1 or not all((source >= 0).all() for source in sources):
            raise NotEstimable(
                "decomposition — expected one variance, 0 or more, of each source for each "
                f"patient, got shapes {sorted(shapes)} or negative ones — use the same patients"
            )
        if not self.shot.size:
            raise NotEstimable(
                "decomposition — expected one patient or more, got none — ask about some"
            )

    @property
    def quantum(self) -> Array:
        """Return shot noise and device noise together."""
        return self.shot + self.device

    @property
    def total(self) -> Array:
        """Return all sources together."""
        return self.quantum + self.model + self.residual

    @property
    def share(self) -> Array:
        """Return each patient's quantum share, in [0, 1]; 0 where nothing varies."""
        return _ratio(self.quantum, self.total)

    @property
    def share_standard_error(self) -> Array:
        """Return its error from having so many refits and no more, by the jackknife."""
        rest = self.quantum + self.residual
        return _jackknife(_ratio(self.quantum, rest + self.model_left_out))

    def cohort(self) -> QuantumShare:
        r"""Return the share in the cohort: mean quantum variance over mean total variance.

        The standard error joins the linearised ratio over patients and the jackknife over
        refits, as independent.

        References
        ----------
        Cochran WG. Sampling Techniques, 3rd ed. Wiley 1977 (ratio). Efron B, Stein
        C. Ann Stat 1981;9:586-596 (jackknife).
        """
        share = float(_ratio(self.quantum.mean(), self.total.mean()))
        return QuantumShare(
            value=share,
            se=float(np.hypot(self._over_patients(share), self._over_refits())),
            patients=len(self.total),
            replicates=len(self.model_left_out),
        )

    def _over_patients(self, share: float) -> float:
        count = len(self.total)
        if count < 2:
            return 0.0
        spread = float(np.std(self.quantum - share * self.total, ddof=1))
        return float(_ratio(spread / np.sqrt(count), self.total.mean()))

    def _over_refits(self) -> float:
        rest = (self.quantum + self.residual).mean()
        left_out = self.model_left_out.mean(axis=1)
        return float(_jackknife(_ratio(self.quantum.mean(), rest + left_out)))

    def as_dict(self) -> dict[str, Any]:
        """Return the mean variance of each source, and the quantum share, for a JSON file."""
        return {
            "scale": "log odds of the event",
            "rule": "variances of independent sources add up (law of total variance)",
            "mean_variance": {
                name: float(getattr(self, name).mean())
                for name in ("shot", "device", "model", "residual", "total")
            },
            "quantum_share": self.cohort().as_dict(),
            "quantum_share_of_patients": {
                "median": float(np.median(self.share)),
                "largest": float(np.max(self.share)),
            },
        }


def decomposition(
    *,
    shot_variance: Array,
    model: ModelUncertainty,
    device_variance: Array | None = None,
    residual_variance: Array | None = None,
) -> Decomposition:
    """Return the decomposition of the same patients' variances, all on the logit scale.

    Parameters
    ----------
    shot_variance : (n,) of float
        :attr:`probatum.models.intervals.shot_noise.ShotNoise.variance`.
    model : ModelUncertainty
    device_variance, residual_variance : (n,) of float, optional
        Absent means none.

    Examples
    --------
    >>> refits = ModelUncertainty(logits=np.array([[-1.0], [0.0], [1.0]]), level=0.9, seed=1)
    >>> decomposition(shot_variance=np.array([0.25]), model=refits).share.tolist()
    [0.2]
    """
    none = np.zeros_like(shot_variance)
    return Decomposition(
        shot=shot_variance,
        device=none if device_variance is None else device_variance,
        model=model.variance,
        residual=none if residual_variance is None else residual_variance,
        model_left_out=np.maximum(model.variances_left_out(), 0),
    )


def _ratio(part: Array | float, whole: Array | float) -> Array:
    """Divide; nothing of nothing is none."""
    part, whole = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)


def _jackknife(left_out: Array) -> Array:
    count = len(left_out)
    gaps = left_out - left_out.mean(axis=0)
    return np.asarray(np.sqrt((count - 1) / count * (gaps**2).sum(axis=0)))
