"""How the sweeps compute: threads, tiles and precision, and what is kept out of them."""

import numpy as np

from probatum.quantum.variational.adjoint import cohort, drawn, expectations, pulled_back
from probatum.quantum.variational.program import ready
from tests.quantum.variational.models import MODELS


def test_the_number_of_threads_changes_no_byte():
    v, rng = MODELS["zz and real amplitudes"], np.random.default_rng(8)
    rows, weights = rng.uniform(0, np.pi, (40, 6)), rng.normal(size=len(v.weights))
    program = ready(v)
    patients = cohort(program, rows, tile=7)
    one, two = (
        pulled_back(program, patients, weights, lambda f, _: f, threads=t) for t in (1, 2)
    )
    assert one[1].tobytes() == two[1].tobytes()


def test_the_tile_does_not_change_the_gradient():
    v, rng = MODELS["re-uploading"], np.random.default_rng(9)
    rows, weights = rng.uniform(0, np.pi, (11, 5)), rng.normal(size=len(v.weights))
    program = ready(v)
    one, other = (
        pulled_back(program, cohort(program, rows, tile=t), weights, lambda f, _: f)[1]
        for t in (3, 11)
    )
    np.testing.assert_allclose(one, other, atol=1e-13)


def test_single_precision_is_single_precision():
    v, rng = MODELS["zz and real amplitudes"], np.random.default_rng(10)
    rows, weights = rng.uniform(0, np.pi, (9, 6)), rng.normal(size=len(v.weights))
    program = ready(v)
    one, other = (
        pulled_back(program, cohort(program, rows, dtype=d), weights, lambda f, _: f)[1]
        for d in (np.float64, np.float32)
    )
    np.testing.assert_allclose(one, other, atol=2e-5)


def test_patients_drawn_from_a_cohort_are_those_patients():
    v, rng = MODELS["re-uploading"], np.random.default_rng(11)
    rows, weights = rng.uniform(0, np.pi, (9, 5)), rng.normal(size=len(v.weights))
    program, which = ready(v), np.array([7, 2, 2])
    all_of_them = cohort(program, rows)
    some = expectations(program, drawn(program, all_of_them, which), weights)
    np.testing.assert_allclose(some, expectations(program, all_of_them, weights)[which])


def test_a_real_circuit_takes_real_arithmetic_only():
    program = ready(MODELS["zz and real amplitudes"])
    assert program.is_real
    assert cohort(program, np.ones((3, 6))).tiles[0].psi.dtype == np.float64


def test_the_feature_map_is_kept_out_of_the_sweeps():
    program = ready(MODELS["zz and real amplitudes"])
    assert program.feature_map.count_ops()["rzz"] == 10
    assert program.own is None
