"""What is written down when a prediction was refused: that it was tried is never hidden."""

from probatum.capture.reception import Hand
from probatum.capture.standing import Batch
from probatum.errors import CaptureError, Conflict, ModelError, Refusal
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Event, Kind

RECORDED = (ModelError, CaptureError, Conflict)
"""The refusals of a prediction that somebody has to know of."""

_WHAT: dict[type[Refusal], str] = {
    ModelError: "the model is not the one that was frozen",
    Conflict: "a second, different prediction for a case",
    CaptureError: "a prediction out of turn, or of a file that is not what was admitted",
}


def prediction_refused(refusal: Refusal, batch: Batch, hand: Hand) -> Event:
    """The event that says a batch was not predicted, and why; the same refusal says it once.

    Parameters
    ----------
    refusal : Refusal
        One of `RECORDED`; its sentence, which holds no patient's value, is kept.
    batch : Batch
        The first that would have been predicted.
    hand : Hand
        The protocol, and now.
    """
    what = next(words for kind, words in _WHAT.items() if isinstance(refusal, kind))
    return hand.event(
        Kind.INCIDENT,
        "only the frozen model predicts, in its turn and once",
        (batch.sha256, "refused", sha256(str(refusal).encode())),
        {
            "what": what,
            "batch_sha256": batch.sha256,
            "period": batch.period,
            "column": None,
            "observed": None,
            "limit": None,
            "handling": "refused: nothing was sealed",
            "refusal": str(refusal),
        },
    )
