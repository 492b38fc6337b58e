"""The formula of an angle means what Qiskit means by it."""

import numpy as np
import pytest
from qiskit.circuit import Parameter

from probatum.errors import CircuitError
from probatum.quantum.exact.expressions import angle

X = Parameter("x0")


FORMULAS = (
    *(X, -X, 2 * X - 1, X**2, 1 / X, X.sin(), X.cos(), X.tan(), X.exp(), X.log(), X.abs()),
    *(X.arctan(), (X / 9).arcsin(), (X / 9).arccos(), X.sign(), X.conjugate()),
)


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
def test_a_formula_agrees_with_qiskits_own_arithmetic(formula):
    columns = np.array([[0.3, 1.7]])
    expected = [float(formula.bind({X: value})) for value in columns[0]]
    np.testing.assert_allclose(angle(formula, {"x0": 0}).of(columns), expected, rtol=1e-15)


def test_a_constant_is_the_same_for_every_patient():
    np.testing.assert_array_equal(angle(0.1, {}).of(np.empty((0, 3))), [0.1, 0.1, 0.1])


def test_a_name_that_is_no_parameter_is_refused():
    with pytest.raises(CircuitError, match="'y'"):
        angle(Parameter("y") + X, {"x0": 0})
