"""What a figure is drawn from: evidence, and a pen that registers what it states."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from probatum.report.evidence import Evidence, Node, pairs, value_of


class Sayer(Protocol):
    """Writes values as claims, for a drawing or for the title over it."""

    def say(self, node: Node, form: str) -> str:
        """The text of a claim."""

    def mark(self, node: Node, form: str) -> str:
        """The marker of a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a figure may use."""

    evidence: Evidence
    pen: Sayer

    @property
    def protocol(self) -> Node:
        """The promise."""
        return self.evidence.node("protocol.yaml")

    def results(self, file: str) -> Node:
        """The results of a file of evidence."""
        return self.evidence.node(file)["results"]

    def models(self) -> list[tuple[Node, Node]]:
        """Names and records of the models in development, the index model first."""
        order = {"index": 0, "comparator": 1, "fallback": 2}
        models = pairs(self.results("models/training.json")["models"])
        return sorted(models, key=lambda pair: order[value_of(pair[1]["role"])])

    def index_name(self) -> str:
        """Name of the index model."""
        return str(value_of(self.models()[0][0]))

    def column(self, rows: list[dict[str, str]], name: str) -> NDArray[np.float64]:
        """A column of numbers; an empty cell is not a number."""
        return np.array([float(row[name]) if row[name] else np.nan for row in rows])
