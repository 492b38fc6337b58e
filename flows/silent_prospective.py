"""Predict arriving patients without anyone seeing it, and wait for what becomes of them."""

from datetime import datetime

from prefect import flow

from flows.console import main
from flows.sign_off import sign_off
from flows.steps import deliver, link_outcomes, receive, restore, seal, take_cut
from flows.technical_file import write_documents
from tasks.clock import now
from tasks.inbox import replay_instants
from tasks.milestones import has_silent_stage, is_live
from tasks.notices import require_passed, say_faults
from tasks.reproduce import derive


@flow(name="silent prospective", flow_run_name="{study}: silent prospective", log_prints=False)
def silent_prospective(study: str) -> None:
    """Take in what has arrived, predict and seal, link matured outcomes, compare."""
    if is_live(study):
        restore(study)
        pass_gate(study, after="retrospective")
        capture(study, now())
    elif has_silent_stage(study):
        replay(study)
    derive("silent", study)


def replay(study: str) -> None:
    """Hand the old records over in the order in which they once came to be.

    The committed cut is not taken over first: what the replay gives is held against it, entry
    by entry, each time a cut is taken.
    """
    for at in replay_instants(study):
        deliver(study, at)
        capture(study, at)


def capture(study: str, at: datetime) -> None:
    """One instant: judge what waits, seal predictions, and only then look at outcomes."""
    receive(study, at)
    seal(study, at)
    link_outcomes(study, at)
    say_faults(study, at)
    take_cut(study, at)


def pass_gate(study: str, after: str) -> None:
    """Let nobody's data in before the gate is passed and its signatures are on record."""
    write_documents(study)
    sign_off(study, after)
    take_cut(study, now())
    derive("gates", study)
    require_passed(study, after)


if __name__ == "__main__":
    main(silent_prospective)
