"""A model simple enough to be read, how well it speaks for the real one, and where it does not.

The surrogate is fitted to what the model says, not to what became of the patients. Its fidelity
is stated on patients it was not fitted on; wherever it disagrees, it explains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from probatum.errors import NotEstimable
from probatum.models.explanations.columns import Explained, columns_read
from probatum.models.explanations.fidelity import Fidelity, fidelity
from probatum.models.explanations.plain_design import PlainDesign
from probatum.study.protocol import Protocol

Array = NDArray[np.float64]
Kind = Literal["tree", "logistic"]
KINDS: tuple[Kind, ...] = get_args(Kind)
EDGE = 1e-12

BELOW, ABOVE = 0, 1
Bounds = dict[tuple[int, int], float]
"""Threshold by question and side; a later one is tighter and takes an earlier one's place."""

SMALLEST_LEAF = 0.02
"""Share of the patients below which a rule of a tree speaks for too few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of a surrogate.

    Attributes
    ----------
    words : str
        A rule's conditions, or a term's name.
    number : float
        The risk under the rule; the odds ratio of the term, a unit more.
    share : float or None
        Of the patients it was fitted on, whom the rule speaks of; a term speaks of all.
    """

    words: str
    number: float
    share: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the statement for a JSON file."""
        return {"words": self.words, "number": self.number, "share": self.share}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surrogate:
    """A readable stand-in for a model, with its fidelity."""

    kind: Kind
    design: PlainDesign
    fitted: Any
    statements: tuple[Statement, ...]
    fidelity: Fidelity
    patients: int
    """It was fitted on."""

    def risk(self, frame: pd.DataFrame) -> Array:
        """Return the surrogate's risk of each patient."""
        return _risk(self.kind, self.fitted, self.design.matrix(frame))

    def as_dict(self) -> dict[str, Any]:
        """Return what it says and how well it speaks for the model, for a JSON file."""
        return {
            "kind": self.kind,
            "number": "risk" if self.kind == "tree" else "odds ratio",
            "patients": self.patients,
            "statements": [each.as_dict() for each in self.statements],
            "fidelity": self.fidelity.as_dict(),
        }


def surrogate(
    model: Explained,
    protocol: Protocol,
    *,
    development: pd.DataFrame,
    held_out: pd.DataFrame,
    kind: Kind,
    depth: int,
    level: float,
) -> Surrogate:
    """Fit a readable model to another's risk, and say how well it speaks for it.

    Parameters
    ----------
    model : RiskModel or FrozenModel
    protocol : Protocol
        Gives the columns their meaning and the threshold of the decision.
    development : DataFrame
        Patients to fit it on; their outcome is not used.
    held_out : DataFrame
        Other patients, to state its fidelity on.
    kind : "tree" or "logistic"
        A regression tree of the risk; or a linear model of its log odds.
    depth : int, at least 1
        Questions a rule of the tree may ask; the logistic takes none.
    level : float in (0, 1)
        Of the disagreement's interval.

    Raises
    ------
    NotEstimable
        When there are fewer than two patients to state the fidelity on, or the kind, the depth
        or the level makes no sense.

    References
    ----------
    Craven MW, Shavlik JW. Adv Neural Inf Process Syst 1996;8:24-30.

    Departures
    ----------
    For the logistic, risks are kept a trillionth away from 0 and 1: their log odds would be
    infinite.
    """
    _refuse_nonsense(kind, depth, held_out)
    design = PlainDesign.of(columns_read(model, protocol), development)
    matrix, risk = design.matrix(development), model.risk(development)
    fitted = _fit(kind, matrix, risk, depth)
    theirs = _risk(kind, fitted, design.matrix(held_out))
    return Surrogate(
        kind=kind,
        design=design,
        fitted=fitted,
        statements=_rules(fitted, design) if kind == "tree" else _terms(fitted, design),
        fidelity=fidelity(
            model.risk(held_out), theirs, threshold=protocol.model.threshold, level=level
        ),
        patients=len(development),
    )


def _refuse_nonsense(kind: Kind, depth: int, held_out: pd.DataFrame) -> None:
    if kind not in KINDS or depth < 1:
        raise NotEstimable(
            f"surrogate — expected a kind of {', '.join(KINDS)} and a depth of 1 or more, got "
            f"{kind!r} and {depth} — correct the protocol"
        )
    if len(held_out) < 2:
        raise NotEstimable(
            f"surrogate — expected two patients or more to state its fidelity on, got "
            f"{len(held_out)} — hold some out"
        )


def _fit(kind: Kind, matrix: Array, risk: Array, depth: int) -> Any:
    if kind == "logistic":
        return LinearRegression().fit(matrix, logit(np.clip(risk, EDGE, 1 - EDGE)))
    tree = DecisionTreeRegressor(
        max_depth=depth, min_samples_leaf=SMALLEST_LEAF, random_state=0
    )
    return tree.fit(matrix, risk)


def _risk(kind: Kind, fitted: Any, matrix: Array) -> Array:
    found = np.asarray(fitted.predict(matrix), dtype=np.float64)
    return np.asarray(expit(found)) if kind == "logistic" else found


def _terms(fitted: Any, design: PlainDesign) -> tuple[Statement, ...]:
    return tuple(
        Statement(words=question.words, number=float(np.exp(slope)), share=None)
        for question, slope in zip(design.questions, fitted.coef_, strict=True)
    )


def _rules(fitted: Any, design: PlainDesign) -> tuple[Statement, ...]:
    """Return one statement a leaf, from the lowest risk to the highest."""
    tree, found = fitted.tree_, []

    def walk(node: int, bounds: Bounds) -> None:
        left, right = tree.children_left[node], tree.children_right[node]
        if left == right:
            found.append(_rule(tree, node, bounds, design))
            return
        place, threshold = int(tree.feature[node]), float(tree.threshold[node])
        walk(left, {**bounds, (place, BELOW): threshold})
        walk(right, {**bounds, (place, ABOVE): threshold})

    walk(0, {})
    return tuple(sorted(found, key=lambda rule: rule.number))


def _rule(tree: Any, node: int, bounds: Bounds, design: PlainDesign) -> Statement:
    places = sorted({place for place, _ in bounds})
    conditions = [
        design.questions[place].between(bounds.get((place, ABOVE)), bounds.get((place, BELOW)))
        for place in places
    ]
    return Statement(
        words=" and ".join(conditions) or "always",
        number=float(tree.value[node, 0, 0]),
        share=float(tree.n_node_samples[node] / tree.n_node_samples[0]),
    )
