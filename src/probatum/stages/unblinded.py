"""Sealed predictions beside the outcomes that have matured since."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.errors import DataError
from probatum.ledger.events import Kind
from probatum.stages.followed import Followed, Mask
from probatum.stages.performance import Predicted, predicted
from probatum.stages.record import (
    Cut,
    check_model,
    check_order,
    linked_outcomes,
    sealed_predictions,
)
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblinded:
    """Everyone with a sealed prediction whose outcome has matured.

    Attributes
    ----------
    rows : (n, columns) table
        Case, period, role, risk, and the places of prediction (``seq``) and outcome
        (``seq_outcome``) in the record; in the order of the predictions.
    outcomes : Followed
        Of the same people; weighted within them.
    """

    rows: pd.DataFrame
    outcomes: Followed

    def of_role(self, role: str) -> Mask:
        """Whose prediction the index test (``index``) or the ``fallback`` made."""
        return (self.rows["role"] == role).to_numpy(dtype=bool)

    def predicted(self, mask: Mask, protocol: Protocol) -> Predicted:
        """Those of some people whose outcome is known, with their sealed risks."""
        risk = self.rows.loc[mask, "risk"].to_numpy(dtype=float)
        return predicted(self.outcomes.among(mask), risk, protocol)

    def table(self, protocol: Protocol) -> pd.DataFrame:
        """One row a person: pseudonym, period, outcome, weight, and the risk sealed."""
        risk, plan = self.rows["risk"].astype(float), protocol.model
        names = {"index": plan.index.name, "fallback": plan.fallback.name}
        columns: dict[str, Any] = {
            "case_id": self.rows["case_id"],
            "period": self.rows["period"],
            **self.outcomes.columns(),
        }
        columns |= {name: risk.where(self.of_role(role)) for role, name in names.items()}
        return pd.DataFrame(columns)


def sealed_with_period(cut: Cut, model_sha256: str) -> pd.DataFrame:
    """Every sealed prediction with its period, all of the frozen model.

    Raises
    ------
    ModelError, DataError
        If one is of another model, or of a batch that was never admitted.
    """
    sealed = sealed_predictions(cut)
    check_model(sealed, model_sha256)
    admitted = cut.payloads(Kind.BATCH_ADMITTED)
    period = {batch["batch_sha256"]: batch["period"] for batch in admitted}
    strangers = sealed[~sealed["batch_sha256"].isin(period)]
    if len(strangers):
        raise DataError(
            f"entry {strangers['seq'].iloc[0]} — expected a prediction for an admitted batch, "
            "got one for another — find out where its patients came from"
        )
    return sealed.assign(period=sealed["batch_sha256"].map(period))


def unblind(sealed: pd.DataFrame, cut: Cut, protocol: Protocol) -> Unblinded:
    """Lay the outcomes that a cut holds beside the sealed predictions.

    Raises
    ------
    CaptureError
        If an outcome was known before its prediction was sealed.
    """
    outcomes = linked_outcomes(cut)
    check_order(sealed, outcomes)
    rows = sealed.merge(outcomes, on="case_id", suffixes=("", "_outcome"))
    horizon = protocol.outcome.horizon_days
    return Unblinded(rows=rows, outcomes=Followed.until(horizon, rows["time"], rows["event"]))
