"""Every figure by its name, drawn once and used by any document."""

from collections.abc import Callable
from dataclasses import replace

from probatum.errors import ReportError
from probatum.report.claims import Claims
from probatum.report.evidence import Evidence
from probatum.report.figures import (
    calibration,
    circuit,
    decision,
    devices,
    drift,
    flow,
    learning,
    looks,
    missingness,
    robustness,
    roc,
    subgroups,
    tasks,
    timeline,
)
from probatum.report.figures.drawing import Figure
from probatum.report.figures.material import Material, Sayer

_DRAWN_BY: dict[str, Callable[[Material, str], Figure]] = {
    "flow": flow.draw,
    "roc": roc.draw,
    "calibration": calibration.draw,
    "decision": decision.draw,
    "subgroups": subgroups.draw,
    "learning": learning.draw,
    "timeline": timeline.draw,
    "looks": looks.draw,
    "drift": drift.draw,
    "missingness": missingness.draw,
    "circuit": circuit.draw,
    "robustness": robustness.draw,
    "tasks": tasks.draw,
    "devices": devices.draw,
}


class Gallery:
    """Draws the figures that documents ask for."""

    def __init__(self, evidence: Evidence, claims: Claims, pen: Sayer) -> None:
        self._claims = claims
        self._material = Material(evidence=evidence, pen=pen)
        self._drawn: dict[str, Figure] = {}

    def __call__(self, name: str) -> Figure:
        """The figure ``kind`` or ``kind-stage``, such as ``roc-silent``.

        Raises
        ------
        ReportError
            If no figure has that name, or its evidence is not there.
        """
        if name not in self._drawn:
            kind, _, stage = name.partition("-")
            if kind not in _DRAWN_BY:
                raise ReportError(f"figure {name!r} — expected one of {', '.join(_DRAWN_BY)}")
            with self._claims.used() as used:
                figure = _DRAWN_BY[kind](self._material, stage)
            self._drawn[name] = replace(figure, name=name, claims=tuple(used))
        return self._drawn[name]
