"""How sure one may be of a risk: each source of doubt apart, and whether promises were kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.proportion import proportion
from probatum.models.calibration import Platt
from probatum.models.dual import Dual
from probatum.models.frozen import FrozenModel
from probatum.models.intervals.conformal import ConformalSets, conformal_sets
from probatum.models.intervals.cross_fitting import held_out_risk
from probatum.models.intervals.kernel_measurement import entries_measurement
from probatum.models.intervals.predictive import predictive_intervals
from probatum.models.intervals.refits import model_uncertainty
from probatum.models.intervals.shot_noise import shot_noise
from probatum.models.intervals.venn_abers import venn_abers
from probatum.models.tuning import Patients
from probatum.stages.followed import Numbers
from probatum.stages.landmarks import overlaps
from probatum.stages.on_devices import Measured
from probatum.stages.performance import found
from probatum.stages.trial import Trial
from probatum.study.protocol import Protocol


def held_out(
    model: FrozenModel, development: Patients, protocol: Protocol, *, workers: int = 1
) -> Numbers:
    """The risk of each development person from a refit without them, to calibrate sets on."""
    return held_out_risk(
        model.index,
        development,
        count=protocol.model.tuning.inner_folds,
        seed=protocol.seeds.partition,
        workers=workers,
    )


def intervals(
    sample: Measured,
    development: Patients,
    seen: Numbers,
    *,
    dual: Dual,
    device_variance: Numbers,
    workers: int = 1,
) -> dict[str, Any]:
    """The predictive intervals of a sample, its sources kept apart, for both ways to measure.

    Parameters
    ----------
    sample : Measured
        The people asked about.
    seen : (m,) of float
        Of the development people, see :func:`held_out`.
    dual : Dual
        The frozen model by the development people it knows.
    device_variance : (n,) of float
        Of each person's log odds over the devices tried, with very many shots.

    Returns
    -------
    dict
        ``landmarks``: overlaps with landmark people are measured. ``every_person``: those with
        every development person are, which is what the frozen model's own sum asks for.
    """
    trial, model, protocol = sample.trial, sample.model.index, sample.protocol
    level, shots = protocol.analysis.confidence, sample.plan.intervals.shots
    refits = model_uncertainty(
        model,
        development,
        trial.people,
        replicates=sample.plan.intervals.refits,
        seed=protocol.seeds.robustness or 0,
        level=level,
        workers=workers,
    )
    curve = Platt(intercept=model.intercept, slope=model.slope)
    near = overlaps(sample.kernel, sample.angles, sample.landmarks)
    laws = {
        "landmarks": sample.law(near, shots),
        "every_person": entries_measurement(model, dual, trial.people),
    }
    return {
        name: predictive_intervals(
            shot=shot_noise(law, curve, shots=shots, level=level),
            model=refits,
            sets=_sets(seen, development, trial),
            calibration=venn_abers(seen, development.outcome, trial.reference),
            device_variance=device_variance,
        ).as_dict(threshold=protocol.model.threshold)
        for name, law in laws.items()
    }


def conformal_coverage(trial: Trial, development: Patients, seen: Numbers) -> dict[str, Any]:
    """How often the conformal sets held what came: what was promised, beside what was kept.

    Over the evaluation people whose outcome is known, each counted once. The promise is for
    people like those of development; these came later.
    """
    known, outcome = trial.outcomes.known, trial.outcomes.outcome
    held = _sets(seen, development, trial).covers(outcome.astype(np.float64))
    level = trial.protocol.analysis.confidence

    def share(rows: NDArray[np.bool_]) -> Any:
        held_by = int(np.count_nonzero(held & rows))
        return found(proportion, held_by, int(np.count_nonzero(rows)), confidence=level)

    return {
        "promised": level,
        "everyone": share(known),
        "with_event": share(known & outcome),
        "without_event": share(known & ~outcome),
    }


def _sets(seen: Numbers, development: Patients, trial: Trial) -> ConformalSets:
    return conformal_sets(
        seen,
        development.outcome,
        trial.reference,
        confidence=trial.protocol.analysis.confidence,
        by_outcome=True,
    )
