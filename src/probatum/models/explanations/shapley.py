"""What each entry of a patient's record added to, or took from, the average risk."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.models.explanations.columns import (
    Coding,
    Explained,
    columns_read,
    said,
    some_of,
)
from probatum.models.explanations.explanation import (
    POINTS,
    Contribution,
    Explanation,
    Explanations,
)
from probatum.study.population import Column
from probatum.study.protocol import Protocol

Array = NDArray[np.float64]

EXACT = 12
"""Columns up to which all coalitions are enumerated; above, orders of columns are drawn."""

ORDERS = 100
"""Orders of the columns drawn where there are too many to enumerate, each also reversed."""


def explanations(
    model: Explained,
    frame: pd.DataFrame,
    protocol: Protocol,
    *,
    background: pd.DataFrame,
    size: int,
    rng: np.random.Generator,
) -> Explanations:
    r"""Return the Shapley values of each patient's risk over the columns of the record.

    .. math:: \phi_j = \sum_{S \not\ni j} \frac{|S|!\,(p - |S| - 1)!}{p!}
              \bigl(v(S \cup j) - v(S)\bigr), \qquad
              v(S) = \frac1B \sum_b f(x_S, b_{\bar S})

    with b the background patients, from whom the entries not in S are taken together. Hence
    :math:`\sum_j \phi_j = f(x) - v(\emptyset)`.

    Parameters
    ----------
    model : RiskModel or FrozenModel
    frame : (n, ...) DataFrame
        Patients to be explained.
    protocol : Protocol
        Gives the columns their meaning.
    background : DataFrame
        Development patients; ``size`` of them are drawn with ``rng``.
    size : int
    rng : numpy Generator

    Raises
    ------
    NotEstimable
        When there are fewer background patients than asked for.

    References
    ----------
    Lundberg SM, Lee SI. Adv Neural Inf Process Syst 2017;30, eq. 8. Strumbelj E, Kononenko I.
    Knowl Inf Syst 2014;41:647-665 (drawn orders, above twelve columns).

    Departures
    ----------
    Columns are treated as if independent of each other: combinations no patient has are among
    those the model is asked about.
    """
    columns = columns_read(model, protocol)
    names = [column.name for column in columns]
    asked, others = frame[names], some_of(background[names], size, rng)
    coding = Coding.of(pd.concat([others, asked]))
    values, average, method = _shap(
        lambda codes: model.risk(coding.frame(codes)),
        coding.codes(asked),
        coding.codes(others),
        int(rng.integers(2**31)),
    )
    patients = tuple(
        _explanation(columns, asked.iloc[row], risk, average, values[row])
        for row, risk in enumerate(model.risk(asked) if len(asked) else ())
    )
    return Explanations(patients=patients, background=size, method=method)


def _shap(
    risk: Callable[[Array], Array], asked: Array, others: Array, seed: int
) -> tuple[Array, float, str]:
    """Return the Shapley values (n, p), the average risk, and how they were had."""
    shap, count = _library(), asked.shape[1]
    average = float(np.mean(risk(others)))
    if not len(asked):
        return np.empty((0, count)), average, "none: no patients"
    masker = shap.maskers.Independent(others, max_samples=len(others))
    if count <= EXACT:
        found = shap.explainers.Exact(risk, masker)(asked, max_evals=2**EXACT, silent=True)
        return np.asarray(found.values), average, f"exact, {2**count} coalitions"
    with _own_randomness():
        explainer = shap.explainers.Permutation(risk, masker, seed=seed)
        found = explainer(asked, max_evals=ORDERS * (2 * count + 1), silent=True)
    return np.asarray(found.values), average, f"{ORDERS} drawn orders of the columns"


def _explanation(
    columns: Sequence[Column],
    record: pd.Series[Any],
    risk: float,
    average: float,
    values: Array,
) -> Explanation:
    contributions = [
        Contribution(
            column=column.name,
            meaning=column.meaning,
            unit=column.unit,
            value=said(record[column.name]),
            points=float(POINTS * value),
        )
        for column, value in zip(columns, values, strict=True)
    ]
    return Explanation(
        risk=float(risk),
        average=average,
        contributions=tuple(sorted(contributions, key=lambda each: -abs(each.points))),
    )


def _library() -> Any:
    """Return shap, imported late: it loads matplotlib and numba, and warns as it does."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module="shap")
        import shap
    return shap


@contextmanager
def _own_randomness() -> Iterator[None]:
    """Put back NumPy's global state, which the library seeds."""
    state = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(state)
