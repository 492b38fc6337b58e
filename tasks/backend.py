"""The frozen model and the machine it runs on: asked for risks, which are sealed at once.

``seal(study, at, root=Path())`` predicts every admitted batch that has no sealed predictions
yet and returns how many predictions it sealed. A model whose SHA-256 is not the one frozen in
the ledger is refused, and so is an admitted file that is no longer what was admitted.
"""

from datetime import datetime
from pathlib import Path

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE

from probatum.capture.due import check_clock
from probatum.capture.reception import Hand
from probatum.capture.sealing import seal as sealed
from probatum.capture.standing import Batch, Standing
from probatum.cohort.tables import text_of
from probatum.errors import CaptureError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.models.frozen import load
from tasks.ledger import AGAIN
from tasks.places import Places, capturing


@task(task_run_name="predict and seal", cache_policy=NO_CACHE, **AGAIN)
def seal(study: str, at: datetime, root: Path = Path()) -> int:
    """Predict and seal every admitted batch not yet predicted; how many were sealed."""
    places = Places(root=root, study=study)
    hand = Hand(protocol=places.protocol(), at=at)
    with capturing(places) as ledger:
        standing = Standing.of(ledger.entries())
        check_clock(hand.protocol, standing, at)
        if not standing.unsealed:
            return 0
        model = load(places.models)
        written = [
            entry
            for batch in standing.unsealed
            for entry in ledger.append(
                sealed(batch, _rows(batch, places), model, standing, hand)
            )
        ]
    return sum(entry.event.kind is Kind.PREDICTION_SEALED for entry in written)


def _rows(batch: Batch, places: Places) -> pd.DataFrame:
    """The rows of an admitted batch, read only if they are what was admitted."""
    return text_of(admitted_bytes(batch, places), batch.name)


def admitted_bytes(batch: Batch, places: Places) -> bytes:
    """The content of an admitted file.

    Raises
    ------
    CaptureError
        If it is absent, or is not what was admitted.
    """
    file = places.admitted / f"{batch.sha256[:16]}.csv"
    content = file.read_bytes() if file.exists() else b""
    if sha256(content) != batch.sha256:
        raise CaptureError(
            f"batch {batch.sha256.short}… — expected the file as it was admitted, got another "
            "or none — restore it from the sender or from a cut"
        )
    return content
