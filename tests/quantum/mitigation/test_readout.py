"""Readout correction against known truth, and its variance against repetition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import NotEstimable
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.mitigation.readout import (
    ReadoutCorrection,
    correction_from_calibration,
    correction_from_counts,
)
from probatum.quantum.noise.program import noisy_program

TABLES = np.array([[[0.95, 0.05], [0.1, 0.9]], [[0.99, 0.01], [0.04, 0.96]]])


def misread(truth, tables=TABLES):
    """Probabilities of reading each string, bit 0 lowest."""
    whole = np.ones((1, 1))
    for table in tables:
        whole = np.kron(table, whole)
    return truth @ whole


def counted(probabilities, shots):
    return {f"{i:02b}": round(p * shots) for i, p in enumerate(probabilities)}


@settings(deadline=None, max_examples=25)
@given(weights=st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_known_misreading_is_undone_exactly(weights):
    truth = np.array(weights) / sum(weights)
    correction = ReadoutCorrection(tables=TABLES)
    shots = 10**12
    counts = counted(misread(truth), shots)
    zero, parity = correction.probability_of_zero(counts), correction.parity(counts, "ZI")
    assert zero.value == pytest.approx(truth[0], abs=1e-10)
    assert parity.value == pytest.approx(truth[0] + truth[1] - truth[2] - truth[3], abs=1e-10)
    assert zero.raw == pytest.approx(misread(truth)[0], abs=1e-10)


def test_the_standard_error_is_the_spread_of_repeated_runs():
    rng, shots = np.random.default_rng(0), 400
    correction = ReadoutCorrection(tables=TABLES)
    law = misread(np.array([0.5, 0.1, 0.1, 0.3]))
    runs = [
        correction.probability_of_zero(
            dict(zip(("00", "01", "10", "11"), rng.multinomial(shots, law), strict=True))
        )
        for _ in range(800)
    ]
    values = np.array([run.value for run in runs])
    assert values.std() == pytest.approx(np.mean([r.standard_error for r in runs]), rel=0.06)
    assert values.mean() == pytest.approx(0.5, abs=4 * values.std() / np.sqrt(800))


def test_the_price_is_more_variance_but_never_more_than_the_overhead():
    correction = ReadoutCorrection(tables=TABLES)
    found = correction.parity(counted(misread(np.full(4, 0.25)), 10_000), "ZZ")
    ratio = (found.standard_error / found.raw_standard_error) ** 2
    assert 1 < ratio <= correction.overhead


def test_a_perfect_readout_costs_nothing_and_changes_nothing():
    correction = ReadoutCorrection(tables=np.tile(np.eye(2), (2, 1, 1)))
    found = correction.probability_of_zero({"00": 30, "10": 70})
    assert (found.value, found.standard_error) == (found.raw, found.raw_standard_error)
    assert correction.overhead == pytest.approx(1.0)


def test_kept_counts_can_be_scored_again_with_a_measured_calibration():
    shots = 10**6
    zeros = counted(misread(np.array([1.0, 0, 0, 0])), shots)
    ones = counted(misread(np.array([0, 0, 0, 1.0])), shots)
    found = correction_from_counts(zeros, ones)
    np.testing.assert_allclose(found.tables, TABLES, atol=1e-6)


def test_a_snapshot_s_tables_turn_noisy_counts_into_those_without_readout_errors():
    program = noisy_program(zz_encoding(3), "fake_torino", optimization_level=1, seed=3)
    row = [[0.4, 1.0, 2.0]]
    law = program.probabilities(row)[0]
    counts = {f"{i:03b}": round(p * 10**10) for i, p in enumerate(law)}
    found = correction_from_calibration(program).probability_of_zero(counts)
    assert found.value == pytest.approx(
        program.probabilities(row, readout=False)[0, 0], abs=1e-8
    )


def test_counts_of_another_circuit_and_tables_that_tell_nothing_are_refused():
    with pytest.raises(NotEstimable, match="of 2 bits"):
        ReadoutCorrection(tables=TABLES).probability_of_zero({"000": 5})
    with pytest.raises(NotEstimable, match="tells nothing"):
        ReadoutCorrection(tables=np.full((1, 2, 2), 0.5))
    with pytest.raises(NotEstimable, match="summing to 1"):
        ReadoutCorrection(tables=np.ones((1, 2, 2)))


def test_a_string_of_more_letters_than_bits_or_of_other_letters_is_refused():
    correction = ReadoutCorrection(tables=TABLES[:1])
    with pytest.raises(NotEstimable, match="1 bit"):
        correction.parity({"0": 5, "1": 3}, "ZZ")
    with pytest.raises(NotEstimable, match="got 'X'"):
        correction.parity({"0": 5, "1": 3}, "X")


def test_no_counts_and_negative_counts_are_refused_and_spaces_are_not_bits():
    with pytest.raises(NotEstimable, match="2 shots or more"):
        correction_from_counts({}, {})
    with pytest.raises(NotEstimable, match="2 shots or more"):
        ReadoutCorrection(tables=TABLES[:1]).probability_of_zero({"0": 5, "1": -3})
    spaced = correction_from_counts({"0 0": 8, "0 1": 2}, {"1 1": 10})
    np.testing.assert_allclose(spaced.tables[0], [[0.8, 0.2], [0.0, 1.0]])
