"""One stage as a document sees it: performed, or the word that says why there is nothing."""

from probatum.errors import ReportError
from probatum.report.evidence import Evidence, Node, value_of

_FILES = {
    "quality": "evidence/quality/quality.json",
    "develop": "models/training.json",
    "retrospective": "evidence/retrospective/performance.json",
    "robustness": "evidence/robustness/robustness.json",
    "silent": "evidence/silent/performance.json",
    "drift": "evidence/drift/drift.json",
    "clinician": "evidence/clinician/clinician.json",
    "gates": "evidence/gates.json",
}
STAGES = tuple(_FILES)
"""Every stage of a study, in the order in which they happen."""


class StageView:
    """What a stage left behind; a stage without a file has not been performed."""

    def __init__(self, evidence: Evidence, word: str) -> None:
        if word not in _FILES:
            raise ReportError(f"stage {word!r} — expected one of {', '.join(STAGES)}")
        self.word, self.file = word, _FILES[word]
        self.envelope = evidence.node(self.file) if evidence.has(self.file) else None

    @property
    def status(self) -> str:
        """``performed``, ``not planned``, ``not yet performed`` or ``closed``."""
        if self.envelope is None:
            return "not yet performed"
        return (
            str(value_of(self.envelope["status"])) if "status" in self.envelope else "performed"
        )

    @property
    def performed(self) -> bool:
        """Whether there are results to print."""
        return self.status == "performed"

    @property
    def grade(self) -> str | None:
        """Where the data came from; None where there are none."""
        if self.envelope is None or "grade" not in self.envelope:
            return None
        return value_of(self.envelope["grade"]) if self.performed else None

    @property
    def reason(self) -> Node | None:
        """Why the stage stands where it stands, where its evidence says so."""
        if self.envelope is None or "reason" not in self.envelope:
            return None
        return self.envelope["reason"] if self.envelope["reason"] else None

    @property
    def results(self) -> Node:
        """What the stage found.

        Raises
        ------
        ReportError
            If it was not performed.
        """
        if self.envelope is None or not self.performed:
            raise ReportError(
                f"stage {self.word} — expected results, got {self.status!r} — "
                "let the template say so instead"
            )
        return self.envelope["results"]
