"""What can go wrong where circuits run, each with what was found and which limit it passed."""

from __future__ import annotations

from probatum.errors import BackendError, NotAllowed, OverBudget, Unavailable


class Fault(BackendError):
    """Circuits were not run, for a reason the study has a name for.

    Attributes
    ----------
    what : str
        The reason, as the study's record says it; with the unit of the two numbers.
    observed, limit : int or None
        What was found and what the protocol allows, in whole units.
    job_id : str or None
        The job's name at the provider, who may charge for it; ``None`` where none was taken.
    tag : str or None
        The announcement of the job that this ended; ``None`` where it ended none, so that one
        that waits may still be answered.
    """

    what = "circuits were not run"

    def __init__(
        self, message: str, *, observed: int | None = None, limit: int | None = None
    ) -> None:
        super().__init__(message)
        self.observed = observed
        self.limit = limit
        self.job_id: str | None = None
        self.tag: str | None = None


class QueueTooLong(Fault, Unavailable):
    """The job had not begun when the protocol's patience ended."""

    what = "queue of the quantum backend too long (seconds)"


class TimedOut(Fault, Unavailable):
    """The job had not ended when the protocol's patience ended."""

    what = "run on the quantum backend timed out (seconds)"


class JobLost(Fault, Unavailable):
    """The job failed, was cancelled, or is not to be found; or it could not be sent."""

    what = "job lost by the quantum backend"


class NotCalled(Fault, Unavailable):
    """The circuit breaker is open: the backend failed too often to be asked again so soon."""

    what = "quantum backend not called after repeated failures (count)"


class CalibrationTooOld(Fault, NotAllowed):
    """The device was calibrated longer ago than the protocol allows, or after now."""

    what = "calibration of the quantum backend too old (hours)"


class ReadoutUnknown(Fault, NotAllowed):
    """The calibration does not say how a qubit is misread, or says that it tells nothing."""

    what = "readout of the quantum backend cannot be corrected"


class RegionNotAllowed(Fault, NotAllowed):
    """The provider would compute where the protocol does not allow it."""

    what = "region of the quantum backend not allowed"


class DeviceNotAllowed(Fault, NotAllowed):
    """It is not the device that the protocol names."""

    what = "quantum backend is not the one promised"


class BudgetExceeded(Fault, OverBudget):
    """The estimate would bring the study over its budget."""

    what = "cost on the quantum backend over budget (whole currency units)"


class NotReached(Fault, Unavailable):
    """The provider did not answer when it was asked for the device."""

    what = "quantum backend not reached"


class NoCredentials(Fault, NotAllowed):
    """Nobody said on whose account the device is used."""

    what = "no credentials for the quantum backend"
