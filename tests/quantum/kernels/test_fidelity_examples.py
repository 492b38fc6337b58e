"""The examples of the fidelity kernel run and print what they say."""

import doctest

import pytest

from probatum.quantum.kernels import fidelity, large


@pytest.mark.parametrize("module", [fidelity, large], ids=lambda m: m.__name__)
def test_the_examples_of_the_fidelity_kernel_run(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
