"""The real server that the tests in a browser share with those of flows."""

import pytest
from served import shared, stop_shared
from stand_in import build


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Server, worker and deployments over the stand-in studies."""
    yield shared(lambda: build(tmp_path_factory.mktemp("served")))
    stop_shared()
