"""One code path for processor and graphics card: their arrays never meet."""

import importlib.util

import numpy as np
import pytest

from probatum.errors import Unavailable
from probatum.quantum.encodings import angle_encoding, zz_encoding
from probatum.quantum.exact.arrays import array_module, to_host
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.simulation import states, working_dtype
from probatum.quantum.exact.tiling import columns_of, evolve
from probatum.quantum.kernels.blocks import empty_planes, fill, symmetric_overlaps
from probatum.quantum.kernels.fidelity import gram
from tests.quantum.exact.elsewhere import Library
from tests.quantum.exact.test_gates import built

MIXTURE = ["ccx", "rzz", "crx", "unitary", "swap", "ry", "cz", "u", "h", "cp", "rxx"]
CIRCUITS = {
    "zz": zz_encoding(5, entanglement="full"),
    "angle": angle_encoding(5, repetitions=2),
    "mixture": built(MIXTURE, 3),
}


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
@pytest.mark.parametrize("name", sorted(CIRCUITS))
def test_the_same_code_runs_on_another_array_library(name, dtype):
    program = compiled(CIRCUITS[name])
    rows = np.random.default_rng(0).normal(size=(20, program.parameters))
    found = np.empty((20, 32), dtype)

    def receive(part, psi, turns):
        found[part] = (to_host(psi) * to_host(turns).astype(dtype)).T

    working = working_dtype(program, np.dtype(dtype))
    evolve(program, columns_of(program, rows), receive, dtype=working, xp=Library())
    atol = 1e-14 if dtype is np.complex128 else 1e-6
    np.testing.assert_allclose(found, states(program, rows, dtype=dtype), atol=atol, rtol=0)


def test_overlaps_are_worked_out_where_the_states_are():
    psi = states(zz_encoding(4), np.random.default_rng(0).normal(size=(160, 4)))
    xp, kernel = Library(), np.empty((160, 160))
    planes = empty_planes(xp, 16, 160, float, are_real=False, by_patient=False)
    fill(planes, slice(0, 160), xp.asarray(psi.T), xp)
    symmetric_overlaps(planes, kernel, xp=xp, threads=1)
    np.testing.assert_allclose(kernel, gram(psi), atol=1e-14)


def test_a_device_that_is_not_there_is_refused():
    if importlib.util.find_spec("cupy"):
        pytest.skip("CuPy is installed here")
    with pytest.raises(Unavailable, match="install the extra 'gpu'"):
        array_module("gpu")


def test_an_unknown_device_is_refused():
    with pytest.raises(Unavailable, match="expected one of cpu, gpu"):
        array_module("abacus")
