"""Judge the gates, write the documents, and collect the signatures they wait for."""

from prefect import flow

from flows.console import main
from flows.sign_off import sign_off
from flows.steps import restore, take_cut
from tasks.milestones import study_time
from tasks.notices import post_documents, post_gates
from tasks.reproduce import derive


@flow(name="technical file", flow_run_name="{study}: technical file", log_prints=False)
def technical_file(study: str) -> None:
    """Write the documents, have them signed, and write them again with the signatures."""
    restore(study)
    write_documents(study)
    sign_off(study)
    take_cut(study, study_time(study))
    write_documents(study)


def write_documents(study: str) -> None:
    """Bring all that rests on the cut up to it, judge the gates, write every document."""
    derive("retrospective", study)
    derive("robustness", study)
    derive("silent", study)
    derive("drift", study)
    derive("gates", study)
    derive("dossier", study)
    post_gates(study)
    post_documents(study)


if __name__ == "__main__":
    main(technical_file)
