"""What do the documents say? Written from evidence alone, with every number traceable."""

from pathlib import Path

from probatum.report.bundle import bundle, collected, write
from probatum.stages.evidence import stage_main
from probatum.stages.layout import Layout
from probatum.study.protocol import Protocol

TEMPLATES = Path("reports") / "templates"


def dossier(layout: Layout, _protocol: Protocol) -> None:
    """Write ``reports/rendered/<study>``: documents, evidence, record and manifest."""
    files = bundle(collected(layout.root, layout.study), layout.root / TEMPLATES)
    write(layout.root / "reports" / "rendered" / layout.study, files)


if __name__ == "__main__":
    stage_main("dossier", dossier)
