"""The losses, their slopes, and the two ways down."""

import numpy as np
import pytest

from probatum.models.training_loop import Watch, by_adam, by_lbfgs
from probatum.models.variational_objective import LOSSES, Objective, Parameters
from probatum.quantum.encodings import encoding
from probatum.quantum.variational.adjoint import cohort
from probatum.quantum.variational.ansaetze import hardware_efficient
from probatum.quantum.variational.circuits import joined
from probatum.quantum.variational.observables import class_observables
from probatum.quantum.variational.program import ready

TARGETS = {
    "logistic": np.array([[1.0], [-1.0], [1.0], [-1.0], [-1.0]]),
    "cross_entropy": np.eye(3)[[0, 2, 1, 1, 0]],
    "squared": np.array([[0.3], [-1.2], [0.1], [2.0], [0.0]]),
}


def an_objective(loss: str, penalty: float = 0.2) -> Objective:
    targets, rng = TARGETS[loss], np.random.default_rng(0)
    circuit = joined(encoding("angle", 3, repetitions=1), hardware_efficient(3))
    program = ready(circuit.measuring(*class_observables(targets.shape[1], 3)))
    return Objective(
        program=program,
        cohort=cohort(program, rng.normal(size=(5, 3)), tile=2),
        targets=targets,
        shares=rng.uniform(0.5, 2, 5),
        loss=LOSSES[loss],
        penalty=penalty,
    )


@pytest.mark.parametrize("which", [None, np.array([3, 0])])
@pytest.mark.parametrize("loss", TARGETS)
def test_the_gradient_of_each_loss_is_that_of_finite_differences(loss, which):
    """Along weights, scales and offsets, with a penalty and unequal patients."""
    objective, rng = an_objective(loss), np.random.default_rng(1)
    outputs = objective.targets.shape[1]
    at = rng.normal(size=objective.program.weights + 2 * outputs)
    _, gradient = objective(at, which)
    steps = 1e-6 * np.eye(len(at))
    expected = [
        (objective(at + s, which)[0] - objective(at - s, which)[0]) / 2e-6 for s in steps
    ]
    np.testing.assert_allclose(gradient, expected, atol=1e-8)


@pytest.mark.parametrize("loss", TARGETS)
def test_parts_of_equal_size_average_to_the_whole_whatever_patients_count_for(loss):
    """Else a few at a time would be led elsewhere than all at once, by the weights alone."""
    objective = an_objective(loss)
    at = np.random.default_rng(2).normal(
        size=objective.program.weights + 2 * objective.targets.shape[1]
    )
    value, gradient = objective(at)
    parts = [objective(at, np.array([patient])) for patient in range(objective.patients)]
    assert np.mean([part[0] for part in parts]) == pytest.approx(value)
    np.testing.assert_allclose(
        np.mean([part[1] for part in parts], axis=0), gradient, atol=1e-12
    )


def test_the_judged_loss_leaves_the_penalty_out():
    objective = an_objective("squared")
    at = np.ones(objective.program.weights + 2)
    assert objective(at)[0] - objective.value(at) == pytest.approx(0.1)


def test_parameters_taken_apart_and_put_together_are_the_same():
    together = np.arange(9.0)
    assert (Parameters.of(together, 2).together() == together).all()
    assert Parameters.of(together, 2).offset.tolist() == [7, 8]


class Bowl:
    """A loss whose least value is known: the mean squared distance to some points."""

    points = np.array([[1.0, -2.0], [3.0, 0.0]])
    patients = 2

    def __call__(self, parameters, which=None):
        away = parameters - self.points[which if which is not None else [0, 1]]
        return 0.5 * (away**2).sum(axis=1).mean(), away.mean(axis=0)


def a_watch(**change) -> Watch:
    return Watch(**{"patience": 5, "tolerance": 1e-9} | change)


def test_the_first_step_of_adam_is_the_learning_rate_along_each_sign():
    found = by_adam(
        Bowl(),
        np.zeros(2),
        iterations=1,
        batch=None,
        rate=0.1,
        rng=np.random.default_rng(0),
        watch=a_watch(),
    )
    np.testing.assert_allclose(found.parameters, [0.1, -0.1], atol=1e-8)


def test_adam_follows_its_recurrence():
    """Algorithm 1 of Kingma and Ba, written out for three steps."""
    x, m, v = np.zeros(2), 0.0, 0.0
    for t in (1, 2, 3):
        g = Bowl()(x)[1]
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        x = x - 0.3 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    found = by_adam(
        Bowl(),
        np.zeros(2),
        iterations=3,
        batch=None,
        rate=0.3,
        rng=np.random.default_rng(0),
        watch=a_watch(),
    )
    np.testing.assert_allclose(found.parameters, x, rtol=1e-12)


def test_lbfgs_finds_the_lowest_point():
    found = by_lbfgs(Bowl(), np.zeros(2), iterations=20, watch=a_watch())
    np.testing.assert_allclose(found.parameters, [2, -1], atol=1e-6)
    assert found.has_converged


def test_a_watch_gives_back_the_parameters_it_liked_best():
    losses = iter([3.0, 1.0, 2.0, 2.0])
    watch = a_watch(patience=2, validate=lambda _: next(losses))
    over = [watch.is_over(np.array([float(i)]), 0.0) for i in range(4)]
    assert over == [False, False, False, True]
    assert watch.trained(np.array([9.0]), has_converged=True).parameters.tolist() == [1]
