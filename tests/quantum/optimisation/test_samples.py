"""Drawn choices: the same law from the exact state, from a circuit, and in what is kept."""

import numpy as np
import pytest
from quantum.optimisation.instances import a_qubo
from scipy.stats import chisquare

from probatum.errors import DataError
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.simulators import Simulated
from probatum.quantum.optimisation.circuit import qaoa_circuit, sampled
from probatum.quantum.optimisation.one_hot import OneHot
from probatum.quantum.optimisation.qaoa import qaoa
from probatum.quantum.optimisation.samples import Samples, collected, drawn, from_counts

ANGLES = np.array([-0.4, -0.2, 0.3, 0.5])


def test_a_backends_draws_follow_the_exact_law():
    qubo = a_qubo(4)
    samples, execution = sampled(
        Simulated(engine=Exact()), qaoa_circuit(qubo.ising(), 2), ANGLES, shots=20_000, seed=1
    )
    seen = np.zeros(16)
    seen[samples.bits @ (1 << np.arange(4))] = samples.counts
    chances = qaoa(qubo).probabilities(ANGLES[np.newaxis])[0]
    assert chisquare(seen, 20_000 * chances).pvalue > 1e-3
    assert execution.record.shots == samples.shots == 20_000


def test_exact_draws_repeat_with_their_seed():
    chances = qaoa(a_qubo(5)).probabilities(ANGLES[np.newaxis])[0]
    one, other = (drawn(chances, shots=100, rng=np.random.default_rng(4)) for _ in range(2))
    assert one.bits.tobytes() == other.bits.tobytes()
    assert one.shots == 100


def test_a_certain_choice_is_always_drawn():
    found = drawn(np.eye(8)[6], shots=10, rng=np.random.default_rng(0))
    assert found.bits.tolist() == [[0, 1, 1]]


def test_qubit_zero_is_printed_last():
    assert from_counts({"011": 2, "000": 0}).bits.tolist() == [[1, 1, 0]]


@pytest.mark.parametrize("counts", [{}, {"01": 0}, {"0x1": 3}, {"01": 1, "011": 1}])
def test_counts_that_are_no_bits_of_one_circuit_are_refused(counts):
    with pytest.raises(DataError, match="strings of 0 and 1, all of one length"):
        from_counts(counts)


def test_slack_bits_are_left_out_and_equal_decisions_joined():
    samples = collected([[1, 0, 0], [1, 0, 1], [0, 0, 1]], source="annealing").decisions(2)
    assert samples.bits.tolist() == [[0, 0], [1, 0]]
    assert samples.counts.tolist() == [1, 2]


def test_one_hot_draws_always_keep_the_rule():
    groups = OneHot(options=(3, 2, 4))
    algorithm = groups.algorithm(a_qubo(9))
    chances = algorithm.probabilities(ANGLES[np.newaxis])[0]
    bits = groups.drawn(chances, shots=200, rng=np.random.default_rng(0)).bits
    sums = np.stack([bits[:, :3].sum(1), bits[:, 3:5].sum(1), bits[:, 5:].sum(1)])
    assert (sums == 1).all()


def test_nonsense_is_refused():
    with pytest.raises(DataError, match="at least one choice"):
        Samples(
            bits=np.zeros((0, 2), np.int8), counts=np.zeros(0, np.int64), source="annealing"
        )
    with pytest.raises(DataError, match="counts of at least 1"):
        Samples(
            bits=np.zeros((1, 2), np.int8), counts=np.zeros(1, np.int64), source="annealing"
        )
    with pytest.raises(DataError, match="at least 3 variables"):
        collected([[1, 0]], source="annealing").decisions(3)
    with pytest.raises(DataError, match="at least one"):
        drawn(np.ones(4) / 4, shots=0, rng=np.random.default_rng(0))
    with pytest.raises(DataError, match="whole shots"):
        drawn(np.ones(4) / 4, shots=2.5, rng=np.random.default_rng(0))


@pytest.mark.parametrize("chances", [[0.5, 0.2, 0.3], [1.5, -0.5], [np.nan, 1.0], [0.0, 0.0]])
def test_what_is_no_distribution_over_choices_is_not_drawn_from(chances):
    with pytest.raises(DataError, match="one a choice"):
        drawn(chances, shots=5, rng=np.random.default_rng(0))


def test_one_hot_draws_are_made_of_their_own_choices():
    with pytest.raises(DataError, match="chances of 2 choices"):
        OneHot(options=(2,)).drawn([0.5, 0.2, 0.3], shots=5, rng=np.random.default_rng(0))
