"""What has changed since development: in the patients, in the predictions, in the outcomes?

Development is the reference and the protocol's effect sizes are the limits; with many patients
a p-value would alarm at anything.
"""

from pathlib import Path
from typing import Any

from probatum.ledger.events import Kind
from probatum.stages.batches import silent_people
from probatum.stages.evaluation import settled
from probatum.stages.evidence import Evidence, Status, empty, stage_main, write_evidence
from probatum.stages.evidently_report import evidently_results, write_page
from probatum.stages.frozen import frozen_model
from probatum.stages.layout import Layout
from probatum.stages.methods import methods
from probatum.stages.monitoring import Reference, monitored
from probatum.stages.people import enrolled
from probatum.stages.record import Cut, check_head, frozen_models, read_cut
from probatum.stages.unblinded import sealed_with_period, unblind
from probatum.study.grade import lowest
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol


def drift(layout: Layout, protocol: Protocol) -> None:
    """Write ``evidence/<study>/drift/drift.json``: what changed, or why that is not known."""
    cut, protocol_sha256 = read_cut(layout), layout.protocol_sha256()
    check_head(layout, cut)
    frozen = frozen_models(cut, protocol_sha256)
    status, reason = _standing(cut, frozen, protocol)
    results: dict[str, Any] = {}
    if status is Status.PERFORMED:
        results = _found(layout, protocol, cut, frozen[-1])
    evidence = Evidence(
        study=layout.study,
        stage="drift",
        status=status,
        reason=reason,
        grade=lowest([layout.data_grade(), *cut.grades()]),
        protocol_sha256=protocol_sha256,
        model_sha256=frozen[-1] if frozen else None,
        results=results,
    )
    folder = layout.evidence / "drift"
    empty(folder)
    write_evidence(folder / "drift.json", evidence)


def write_interactive_page(study: str, path: Path, root: Path | None = None) -> None:
    """Write Evidently's page on all silent patients beside development, to look around in.

    It differs from run to run and is no evidence.
    """
    layout = Layout(study=study, root=root or Path())
    protocol = load_protocol(layout.protocol_file)
    people = silent_people(layout, protocol, read_cut(layout))
    reference = enrolled(layout, protocol, "development").people
    write_page(path, reference, people, protocol)


def _standing(cut: Cut, frozen: list[str], protocol: Protocol) -> tuple[Status, str]:
    if protocol.silent is None:
        return Status.NOT_PLANNED, "the protocol plans no silent stage, so nobody arrives"
    if not cut.of(Kind.BATCH_ADMITTED):
        return Status.NOT_YET_PERFORMED, "no batch of patients has been admitted"
    if not frozen:
        return Status.CLOSED, "the patients arrived under another protocol"
    return Status.PERFORMED, ""


def _found(layout: Layout, protocol: Protocol, cut: Cut, model_sha256: str) -> dict[str, Any]:
    sealed = sealed_with_period(cut, model_sha256)
    unblinded = unblind(sealed, cut, protocol)
    reference = _reference(layout, protocol, model_sha256)
    people = silent_people(layout, protocol, cut)
    time = people[protocol.population.time_column]
    periods = {int(period): people[time == period] for period in sorted(set(time))}
    rows = [
        monitored(period, own, sealed, unblinded, reference, protocol)
        for period, own in periods.items()
    ]
    results = {
        "reference": {"partition": protocol.drift.reference, "n": len(reference.people)},
        "limits": protocol.drift.model_dump(mode="json"),
        "periods": [one.row for one in rows],
        "alarms": [alarm for one in rows for alarm in one.alarms],
        "evidently": evidently_results(reference.people, periods, protocol),
    }
    return {**results, "methods": methods(results)}


def _reference(layout: Layout, protocol: Protocol, model_sha256: str) -> Reference:
    people = enrolled(layout, protocol, "development").people
    model = frozen_model(layout, model_sha256)
    risks = {"index": model.risk(people), "fallback": model.fallback_risk(people)}
    return Reference(
        people=people, risks={role: settled(risk, protocol) for role, risk in risks.items()}
    )


if __name__ == "__main__":
    stage_main("drift", drift)
