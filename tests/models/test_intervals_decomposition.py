"""A file can say how much of the doubt about a risk is quantum."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import NotEstimable
from probatum.models.calibration import Platt
from probatum.models.intervals.conformal import conformal_sets
from probatum.models.intervals.decomposition import decomposition
from probatum.models.intervals.measurement import Spectrum
from probatum.models.intervals.predictive import predictive_intervals
from probatum.models.intervals.refits import ModelUncertainty
from probatum.models.intervals.shot_noise import shot_noise
from probatum.models.intervals.venn_abers import venn_abers

CURVE = Platt(intercept=-1.0, slope=2.0)


def refits(rng, *, replicates=40, patients=25, spread=0.3):
    return ModelUncertainty(
        logits=rng.normal(-1, spread, (replicates, patients)), level=0.9, seed=1
    )


def intervals(shots, *, seed=0, patients=25, **more):
    rng = np.random.default_rng(seed)
    measured = Spectrum.of_signs(rng.uniform(-0.5, 0.5, patients), offset=0.0, scale=1.0)
    shot = shot_noise(measured, CURVE, shots=shots, level=0.9)
    known = rng.random(100)
    outcome = (rng.random(100) < known).astype(float)
    return predictive_intervals(
        shot=shot,
        model=refits(rng, patients=patients),
        sets=conformal_sets(known, outcome, shot.risk, confidence=0.9, by_outcome=False),
        calibration=venn_abers(known, outcome, shot.risk),
        **more,
    )


def test_three_parts_in_four_are_quantum_when_their_variances_say_so():
    model = ModelUncertainty(logits=np.array([[-1.0], [0.0], [1.0]]), level=0.9, seed=1)
    parts = decomposition(
        shot_variance=np.array([2.0]), device_variance=np.array([1.0]), model=model
    )
    assert parts.total[0] == 4.0
    assert parts.share[0] == 0.75
    assert parts.cohort().value == 0.75


def test_an_exact_simulation_has_no_quantum_share():
    exact = intervals(None)
    assert (exact.parts.share == 0).all()
    assert (exact.parts.share_standard_error == 0).all()
    cohort = exact.parts.cohort()
    assert (cohort.value, cohort.se) == (0.0, 0.0)


def test_where_nothing_varies_no_share_is_quantum():
    model = ModelUncertainty(logits=np.zeros((5, 3)), level=0.9, seed=1)
    parts = decomposition(shot_variance=np.zeros(3), model=model)
    assert (parts.share == 0).all()
    assert parts.cohort().se == 0


def test_the_total_is_the_variance_of_measuring_refits():
    """Simulate both sources at once: a refit drawn, then a measurement of it."""
    rng = np.random.default_rng(2)
    model = refits(rng, replicates=400, patients=4)
    shot = np.array([0.02, 0.1, 0.3, 0.0])
    both = rng.choice(model.logits, 60_000) + rng.normal(0, np.sqrt(shot), (60_000, 4))
    parts = decomposition(shot_variance=shot, model=model)
    np.testing.assert_allclose(both.var(axis=0), parts.total, rtol=0.03)
    np.testing.assert_allclose(parts.share, shot / both.var(axis=0), atol=0.02)


def test_the_standard_error_is_the_scatter_over_cohorts_and_refits():
    """Other patients and other refits each time; the jackknife has to know of both."""
    rng, found, told = np.random.default_rng(3), [], []
    for _ in range(250):
        shot = rng.exponential(0.1, 60)
        spread = np.sqrt(rng.exponential(0.1, 60))
        model = ModelUncertainty(logits=rng.normal(0, 1, (30, 60)) * spread, level=0.9, seed=1)
        cohort = decomposition(shot_variance=shot, model=model).cohort()
        found.append(cohort.value)
        told.append(cohort.se)
    assert np.mean(told) == pytest.approx(np.std(found), rel=0.25)


@given(seed=st.integers(0, 500), shots=st.sampled_from([None, 1, 100, 10_000]))
@settings(max_examples=20, deadline=None)
def test_the_share_is_a_share_and_the_whole_is_wider_than_its_parts(seed, shots):
    found = intervals(shots, seed=seed)
    assert ((found.parts.share >= 0) & (found.parts.share <= 1)).all()
    assert (found.lower <= found.shot.lower).all()
    assert (found.shot.upper <= found.upper).all()
    assert ((found.lower < found.risk) & (found.risk < found.upper)).all()


def test_more_shots_leave_a_smaller_share():
    few, many = (intervals(shots).parts.cohort().value for shots in (100, 10_000))
    assert few > many > 0


def test_a_device_that_drifts_is_part_of_the_quantum_share():
    still = intervals(1000)
    drifting = intervals(1000, device_variance=np.full(25, 0.05))
    assert drifting.parts.cohort().value > still.parts.cohort().value
    assert (drifting.upper > still.upper).all()


def test_what_is_left_over_widens_the_interval_and_is_not_quantum():
    plain, more = intervals(1000), intervals(1000, residual_variance=np.full(25, 0.05))
    assert more.parts.cohort().value < plain.parts.cohort().value
    assert (more.upper > plain.upper).all()


def test_the_conformal_set_does_not_depend_on_shots():
    exact, noisy = intervals(None), intervals(10)
    np.testing.assert_array_equal(exact.sets.with_event, noisy.sets.with_event)
    np.testing.assert_array_equal(exact.calibration.lower, noisy.calibration.lower)


def test_the_summary_is_plain_json_and_the_table_has_a_row_a_patient():
    found = intervals(1000)
    told = json.loads(json.dumps(found.as_dict(threshold=0.3), allow_nan=False))
    assert told["decomposition"]["quantum_share"]["patients"] == 25
    assert 0 <= told["combined"]["undecided"] <= 1
    assert len(found.as_frame()) == 25
    assert not found.as_frame().isna().any().any()


def test_sources_of_other_patients_are_refused():
    with pytest.raises(NotEstimable, match="use the same patients"):
        decomposition(shot_variance=np.zeros(3), model=refits(np.random.default_rng(0)))


def test_a_negative_variance_is_refused():
    model = refits(np.random.default_rng(0), patients=2)
    with pytest.raises(NotEstimable, match="or negative ones"):
        decomposition(shot_variance=np.array([0.1, -0.1]), model=model)


def test_intervals_of_two_levels_are_refused():
    rng = np.random.default_rng(0)
    measured = Spectrum.of_signs(np.zeros(25), offset=0.0, scale=1.0)
    shot = shot_noise(measured, CURVE, shots=10, level=0.95)
    known, outcome = np.linspace(0.1, 0.9, 40), np.tile([0.0, 1.0], 20)
    with pytest.raises(NotEstimable, match="one level throughout"):
        predictive_intervals(
            shot=shot,
            model=refits(rng),
            sets=conformal_sets(known, outcome, shot.risk, confidence=0.9, by_outcome=False),
            calibration=venn_abers(known, outcome, shot.risk),
        )


def test_nobody_has_no_quantum_share():
    nobody = ModelUncertainty(logits=np.empty((3, 0)), level=0.9, seed=1)
    with pytest.raises(NotEstimable, match="one patient or more"):
        decomposition(shot_variance=np.empty(0), model=nobody)
