"""Ask the people a gate names for their signatures, and wait for them as long as it takes."""

from prefect.flow_runs import suspend_flow_run

from tasks.clock import now
from tasks.notices import say_outstanding
from tasks.signatures import is_deployed, outstanding, sign

PATIENCE = 90 * 24 * 3600
"""Seconds a question stays open; after that a new run asks it again."""


def sign_off(study: str, after: str | None = None) -> None:
    """Ask for each signature in turn; a run from the command line only names them.

    While a person is waited for nothing runs. The answer starts the procedure from its first
    line again: what is done is found done, and this question is found answered.
    """
    if not is_deployed():
        say_outstanding(study)
        return
    for request in outstanding(study, after=after):
        answer = suspend_flow_run(
            wait_for_input=request.form(), key=request.key, timeout=PATIENCE
        )
        sign(request, answer, now())
