"""What the standard tasks would cost on a device, by the protocol and by hand."""

from pathlib import Path

import pytest

from probatum.stages.device_tasks import by_device, task_records
from probatum.study.execution import Price
from tests.stages.staged_study import AStudy, a_study


@pytest.fixture
def tried(tmp_path: Path) -> AStudy:
    """The study that is tried, as it stands before: a price rests on its protocol alone."""
    return a_study(tmp_path)


def test_a_price_is_asked_for_each_repeat_of_each_task(tried: AStudy) -> None:
    price = Price(
        backend="ibm_manila", per_task=0.5, per_shot=0.001, per_second=2.0, currency="EUR",
        as_of="2026-01-31",
    )  # fmt: skip
    plan = tried.protocol.robustness
    backends = tried.protocol.backends.model_copy(update={"prices": (price,)})
    protocol = tried.protocol.model_copy(update={"backends": backends})
    only = plan.model_copy(update={"devices": ("fake_manila",)})
    [_, manila] = by_device(task_records(only, protocol))
    seconds = manila["processor_seconds"]
    assert manila["cost"] == pytest.approx(12 * (0.5 + 0.256) + 2 * seconds)
    assert manila["currency"] == "EUR"
