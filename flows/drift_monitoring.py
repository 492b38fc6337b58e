"""Watch what changes: the inputs, the predictions, the calibration."""

from prefect import flow

from flows.console import main
from flows.steps import restore, take_cut
from tasks.milestones import study_time
from tasks.notices import post_drift
from tasks.reproduce import derive


@flow(name="drift monitoring", flow_run_name="{study}: drift monitoring", log_prints=False)
def drift_monitoring(study: str) -> None:
    """Compare what arrived with the patients the model was developed on; raise the alarms."""
    restore(study)
    take_cut(study, study_time(study))
    derive("drift", study)
    post_drift(study)


if __name__ == "__main__":
    main(drift_monitoring)
