"""The formula of an angle means what Qiskit means by it."""

import math

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from qiskit.circuit import Parameter

from probatum.errors import CircuitError
from probatum.quantum.exact.expressions import AngleReader, angle

X, Y, Z = (Parameter(f"x{row}") for row in range(3))
ROWS = {"x0": 0, "x1": 1, "x2": 2}


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


def trees():
    """Formulas of any shape: what Qiskit prints of them is not to be trusted."""
    unary = st.sampled_from(["__neg__", "sin", "cos", "arctan", "abs", "conjugate"])
    binary = st.sampled_from(["__add__", "__sub__", "__mul__", "__truediv__", "__rtruediv__"])
    powers = st.sampled_from([2, 3, -1])

    def grown(inner):
        other = inner | st.sampled_from([2, -0.7, 1 / 3, np.pi])
        return (
            st.builds(_applied, inner, unary)
            | st.builds(_applied, inner, binary, other)
            | st.builds(_applied, inner, st.just("__pow__"), powers)
        )

    return st.recursive(st.sampled_from([X, Y, Z]), grown, max_leaves=6)


def _applied(formula, name, *others):
    try:
        return getattr(formula, name)(*others)
    except ZeroDivisionError:
        reject()


@settings(max_examples=300, deadline=None)
@given(formula=trees())
def test_any_formula_is_read_as_qiskit_means_it_or_refused(formula):
    values = {X: 0.31, Y: -1.7, Z: 2.3}
    try:
        meant = complex(formula.bind({p: values[p] for p in formula.parameters}))
        found = angle(formula, ROWS).of(np.array([[0.31], [-1.7], [2.3]]))[0]
    except (CircuitError, ZeroDivisionError):
        return
    assert found == pytest.approx(meant.real, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "formula", [3 / (-(X / Y)), (X + 1) / (-(X * Y)), X.cos() / -(X * Z)], ids=str
)
def test_a_formula_that_qiskit_prints_as_another_is_refused(formula):
    with pytest.raises(CircuitError, match="prints as it means it"):
        angle(formula, ROWS)


def test_two_formulas_with_one_print_are_not_taken_for_each_other():
    """Qiskit itself calls them equal, though they are 6 and 1.5 where X is -1 and Y is 2."""
    one, other = (3 / -X) / Y, 3 / (-(X / Y))
    assert str(one) == str(other)
    reader = AngleReader(ROWS)
    assert reader.angle(one).of(np.array([[-1.0], [2.0]])) == pytest.approx([1.5])
    with pytest.raises(CircuitError, match="prints as it means it"):
        reader.angle(other)


@pytest.mark.parametrize(
    ("formula", "value"), [(X.log(), -1.0), (1 / X, 0.0), ((X**2).arcsin(), 2.0)], ids=str
)
def test_a_patient_for_whom_an_angle_has_no_value_is_refused(formula, value):
    read = angle(formula, ROWS)
    assert math.isfinite(read.of(np.array([[0.5]]))[0])
    with pytest.raises(CircuitError, match="finite number for every patient"):
        read.of(np.array([[0.5, value]]))


def test_an_angle_that_is_not_real_is_refused():
    with pytest.raises(CircuitError, match="expected arithmetic"):
        angle(X + 1j, ROWS)
