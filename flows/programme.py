"""Do whatever the protocol says is due next, and nothing twice."""

from prefect import flow

from flows.console import main
from flows.drift_monitoring import drift_monitoring
from flows.retrospective import retrospective
from flows.silent_prospective import silent_prospective
from flows.technical_file import write_documents
from tasks.notices import say_outstanding


@flow(name="programme", flow_run_name="{study}: programme", log_prints=False)
def programme(study: str) -> None:
    """Take the study through its stages; what is done already is found done."""
    retrospective.fn(study)
    silent_prospective.fn(study)
    drift_monitoring.fn(study)
    write_documents(study)
    say_outstanding(study)


if __name__ == "__main__":
    main(programme)
