"""Everything Probatum may refuse to do, and why, in one tree.

::

    Refusal                  the input is at fault: one sentence, exit code 2, no traceback
    ├── ProtocolError            the promise is broken, incomplete or contradicts itself
    ├── DataError                data are missing, malformed or not what the protocol says
    │   ├── QualityFailure           a blocking quality rule failed; nothing downstream may run
    │   └── IdentifierFound          something that may identify a person stands in the data
    ├── NotEstimable             the quantity does not exist for these data (one class only)
    ├── Infeasible               no choice satisfies every constraint of the problem
    ├── CircuitError             a circuit holds something the exact simulator does not claim
    ├── BackendError             circuits were not run; no result came of them
    │   ├── OverBudget               the estimate exceeds the protocol's cap; nothing was sent
    │   ├── NotAllowed               the protocol does not allow this device, region or age
    │   └── Unavailable              queue, time-out or lost job; the fallback predicts
    ├── ModelError               a model file is absent, altered or not the frozen one
    ├── LedgerError              the record cannot take, or no longer supports, what was asked
    │   ├── Conflict                 a second, different event under an id already written
    │   └── BrokenChain              an entry does not follow from the one before it
    ├── CaptureError             a batch, prediction or outcome came out of turn
    ├── ReportError              a document asks for a number that no evidence holds
    └── VerificationFailure      a file handed over is not what its manifest says

Anything else that escapes is a bug and keeps its traceback.

A message has three parts: *what — expected X, got Y — what to do*. It never holds a patient's
value.
"""


class Refusal(Exception):
    """The input is at fault; the message says what, where, expected, found and what to do."""


class ProtocolError(Refusal):
    """The promise is broken, incomplete or contradicts itself."""


class DataError(Refusal):
    """Data are missing, malformed or not what the protocol says."""


class QualityFailure(DataError):
    """A blocking quality rule failed; nothing downstream may run."""


class IdentifierFound(DataError):
    """Something that may identify a person stands in the data."""


class NotEstimable(Refusal, ValueError):
    """The quantity does not exist for these data, such as an AUC with one class only.

    Also a ``ValueError``, which is what scikit-learn expects of an estimator asked to learn
    from one class.
    """


class Infeasible(Refusal):
    """No choice satisfies every constraint of the problem."""


class BackendError(Refusal):
    """Circuits were not run."""


class OverBudget(BackendError):
    """The estimate exceeds what the protocol allows to be spent; nothing was sent."""


class NotAllowed(BackendError):
    """The protocol does not allow this device, this region or a calibration this old."""


class Unavailable(BackendError):
    """The queue was too long, the run timed out or the job was lost."""


class CircuitError(Refusal):
    """A circuit holds something the exact simulator does not claim."""


class ModelError(Refusal):
    """A model file is absent, altered or not the frozen one."""


class LedgerError(Refusal):
    """The record cannot take, or no longer supports, what was asked."""


class Conflict(LedgerError):
    """A second, different event under an id already written."""


class BrokenChain(LedgerError):
    """An entry does not follow from the one before it."""


class CaptureError(Refusal):
    """A batch, prediction or outcome came out of turn."""


class ReportError(Refusal):
    """A document asks for a number that no evidence holds."""


class VerificationFailure(Refusal):
    """A file handed over is not what its manifest says."""
