"""What mitigation makes dearer: the circuits it adds, in the estimate and under the cap."""

import pytest
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import OverBudget
from probatum.quantum.noise import template
from probatum.study.execution import Budget
from tests.quantum.backends.building import DEVICE, Unreachable, a_circuit, a_link, some_rows
from tests.quantum.backends.mitigating import OBSERVABLES, a_simulator, on_device


@pytest.mark.parametrize("shots", [None, 50])
def test_a_basis_is_fitted_once_whatever_is_run_of_it(monkeypatch, shots):
    """Its rows are bound to the template, its noisier versions folded from it."""
    made = []
    fit = template.transpile

    def counted(circuit, *args, **kwargs):
        made.append(circuit)
        return fit(circuit, *args, **kwargs)

    monkeypatch.setattr(template, "transpile", counted)
    given = {"observables": [SparsePauliOp(["ZZZ", "XIX"])], "rows": some_rows(4), "seed": 1}
    a_simulator("both").expectation(a_circuit(), shots=shots, **given)
    assert len(made) == (2 if shots else 3), "two bases, and the circuit itself for the record"


def test_the_extra_circuits_are_in_the_estimate_and_in_the_cost():
    asked = []
    for method in ("none", "zero_noise_extrapolation"):
        link = a_link(dispatching=asked.append)
        found = on_device(method, link=link).expectation(
            a_circuit(), OBSERVABLES, some_rows(), shots=50, seed=2
        )
        assert found.record.cost == pytest.approx(asked[-1].amount)
    assert asked[1].tasks == 3 * asked[0].tasks
    assert asked[1].amount == pytest.approx(3 * asked[0].amount)


def test_over_the_cap_with_the_extra_circuits_nothing_is_sent():
    """3 bases, 3 patients, 500 shots at 0.25 ms and 1.60 a second: 1.80, and 5.40 folded."""
    untouched = Unreachable(device=DEVICE, is_local=True, failures=[AssertionError("sent")])
    budget = Budget(amount=4, currency="EUR")
    given = {"observables": OBSERVABLES, "rows": some_rows(), "shots": 500, "seed": 2}
    on_device("none", budget=budget).expectation(a_circuit(), **given)
    device = on_device("both", budget=budget, transport=untouched)
    with pytest.raises(OverBudget, match=r"an estimate of 5\.40"):
        device.expectation(a_circuit(), **given)
