"""Evaluate a locked model on patients it has not seen, after the promise is on record."""

from prefect import flow

from flows.console import main
from flows.steps import restore, take_cut
from tasks.milestones import (
    freeze_model,
    is_live,
    lock_protocol,
    open_evaluation,
    study_time,
)
from tasks.reproduce import derive


@flow(name="retrospective", flow_run_name="{study}: retrospective", log_prints=False)
def retrospective(study: str) -> None:
    """Check the data, develop the model, put both on record, then open the evaluation."""
    if is_live(study):
        restore(study)
    derive("quality", study)
    derive("develop", study)
    lock_protocol(study, study_time(study))
    freeze_model(study, study_time(study))
    open_evaluation(study, study_time(study))
    take_cut(study, study_time(study))
    derive("retrospective", study)
    derive("robustness", study)


if __name__ == "__main__":
    main(retrospective)
