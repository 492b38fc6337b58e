"""The steps of capture, each under the name by which a run lists it.

Only a busy DVC is tried again: a refusal stays one, however often it is asked.
"""

from tasks import backend, cut, inbox, ledger
from tasks.reproduce import AGAIN

restore = ledger.restore.with_options(
    task_run_name="bring the live ledger up to the committed cut"
)
deliver = inbox.deliver.with_options(
    task_run_name="{at:%Y-%m-%d}: hand over the files that have come", retries=0
)
receive = inbox.receive.with_options(
    task_run_name="{at:%Y-%m-%d}: admit or quarantine the patients' files", retries=0
)
seal = backend.seal.with_options(
    task_run_name="{at:%Y-%m-%d}: predict, and seal the predictions", retries=0
)
link_outcomes = inbox.link_outcomes.with_options(
    task_run_name="{at:%Y-%m-%d}: link the outcomes that have matured", retries=0
)
take_cut = cut.take.with_options(
    task_run_name="{at:%Y-%m-%d}: copy the ledger to where numbers are derived", **AGAIN
)
