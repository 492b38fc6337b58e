"""What can happen in a study."""

from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    PROTOCOL_LOCKED = "protocol_locked"
    AMENDMENT = "amendment"
    MODEL_FROZEN = "model_frozen"
    RESULTS_OPENED = "results_opened"
    BATCH_RECEIVED = "batch_received"
    BATCH_ADMITTED = "batch_admitted"
    BATCH_QUARANTINED = "batch_quarantined"
    PREDICTION_SEALED = "prediction_sealed"
    FALLBACK_USED = "fallback_used"
    JOB_ANNOUNCED = "job_announced"
    JOB_DISPATCHED = "job_dispatched"
    JOB_ANSWERED = "job_answered"
    JOB_LOST = "job_lost"
    OUTCOME_LINKED = "outcome_linked"
    OUTCOME_CORRECTED = "outcome_corrected"
    INCIDENT = "incident"
    DEVIATION = "deviation"
    LOOK_TAKEN = "look_taken"
    CUT_MADE = "cut_made"
    GATE_DECIDED = "gate_decided"
    SIGNED = "signed"
    BACKEND_BENCHMARKED = "backend_benchmarked"
