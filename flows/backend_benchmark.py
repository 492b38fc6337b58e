"""Put the backends themselves to standard tasks, and see how each device changes."""

from prefect import flow

from flows.console import main
from flows.steps import restore, take_cut
from tasks.benchmark import measure, post_history, put_on_record
from tasks.clock import now


@flow(name="backend benchmark", flow_run_name="{study}: backend benchmark", log_prints=False)
def backend_benchmark(study: str) -> None:
    """Run the standard tasks on every backend, keep the records, show every calibration."""
    restore(study)
    measure(study, now())
    put_on_record(study)
    take_cut(study, now())
    post_history(study)


if __name__ == "__main__":
    main(backend_benchmark)
