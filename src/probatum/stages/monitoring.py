"""One period beside development: its patients, its predictions, and what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.analysis.calibration import observed_expected
from probatum.analysis.drift import psi
from probatum.stages.followed import Numbers
from probatum.stages.named import ALL, Sides, as_numbers, beside_reference
from probatum.stages.performance import found
from probatum.stages.shift import (
    TOO_FEW,
    Finding,
    held_to,
    held_within,
    index_with_noise,
    ran,
    shift,
)
from probatum.stages.unblinded import Unblinded
from probatum.study.population import Column, Role
from probatum.study.protocol import Protocol

PREDICTED = "predicted risk"
NOT_MATURED = "not matured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Development: who was there, and what the frozen model says of them.

    Attributes
    ----------
    people : (n, columns) table
        The eligible of development.
    risks : mapping of role to (n,) of float
        Of the index test and of the fallback, each for everyone.
    """

    people: pd.DataFrame
    risks: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitored:
    """One period beside the reference: the row it gives, and each limit it passed."""

    row: dict[str, Any]
    alarms: list[dict[str, Any]]


def monitored(
    period: int,
    people: pd.DataFrame,
    sealed: pd.DataFrame,
    unblinded: Unblinded,
    reference: Reference,
    protocol: Protocol,
) -> Monitored:
    """Hold one period to the limits of the protocol.

    Parameters
    ----------
    period : int
    people : (n, columns) table
        The eligible of the period, as they arrived.
    sealed, unblinded
        Every sealed prediction of the study, and those whose outcome has matured.
    reference : Reference
    protocol : Protocol
        States the limits.

    Notes
    -----
    With fewer people than ``minimum_cases`` nothing is held to a limit. Sealed risks are
    compared with those of the same role for development, of which the model has seen every
    patient: its risks there may be a little more extreme than for strangers.
    """
    limits, n = protocol.drift, len(people)
    columns = protocol.columns_with(Role.PREDICTOR)
    shifts = [shift(column, reference.people, people, limits) for column in columns]
    prediction, of_risk = _prediction(period, sealed, reference, protocol)
    calibration, of_ratio = _calibration(period, unblinded, protocol)
    of_columns = [finding for column in shifts for finding in column.findings]
    findings = [*(of_columns if n >= limits.minimum_cases else []), *of_risk, *of_ratio]
    row = {
        "period": period,
        "n": n,
        "columns": [column.as_dict(n, limits) for column in shifts],
        "prediction": prediction,
        "calibration": calibration,
        "statistics": _named(people, sealed, period, reference, protocol),
    }
    return Monitored(
        row=row, alarms=[f.as_alarm(period) for f in findings if f.limit is not None]
    )


def _named(
    people: pd.DataFrame,
    sealed: pd.DataFrame,
    period: int,
    reference: Reference,
    protocol: Protocol,
) -> list[dict[str, Any]]:
    """The statistics that the protocol names, of every predictor that is a number, and risk."""
    if len(people) < protocol.drift.minimum_cases:
        return []
    columns = protocol.columns_with(Role.PREDICTOR)
    sides: dict[str, Sides] = {
        column.name: (_recorded(reference.people, column), _recorded(people, column))
        for column in columns
        if column.type != "category"
    }
    role, now = _sealed(period, sealed)
    sides |= {PREDICTED: (reference.risks[role], now)}
    then = as_numbers(reference.people, reference.people, columns)
    sides |= {ALL: (then, as_numbers(people, reference.people, columns))}
    return beside_reference(sides, protocol)


def _recorded(people: pd.DataFrame, column: Column) -> Numbers:
    return people[column.name].dropna().to_numpy(dtype=float)


def _sealed(period: int, sealed: pd.DataFrame) -> tuple[str, Numbers]:
    """The role that predicted most in a period, and its risks."""
    own = sealed[sealed["period"] == period]
    role = own["role"].mode().iloc[0] if len(own) else "index"
    return role, own.loc[own["role"] == role, "risk"].to_numpy(dtype=float)


def _prediction(
    period: int, sealed: pd.DataFrame, reference: Reference, protocol: Protocol
) -> tuple[dict[str, Any], list[Finding]]:
    """A period's sealed risks beside development's, of the role that predicted most."""
    role, now = _sealed(period, sealed)
    then = reference.risks[role]
    row: dict[str, Any] = {
        "role": role,
        "n": int(now.size),
        **index_with_noise(None, then.size),
    }
    row |= {"mean_risk": None, "reference_mean_risk": float(then.mean())}
    if now.size < protocol.drift.minimum_cases:
        return {**row, "status": TOO_FEW}, []
    index = psi(then, now)
    finding = held_to(protocol.drift.psi, index.value, column=PREDICTED, measure="psi")
    row |= {**index_with_noise(index, then.size), "mean_risk": float(now.mean())}
    row |= {"ran": [ran(psi, index)]}
    return {**row, "status": finding.level}, [finding]


def _calibration(
    period: int, unblinded: Unblinded, protocol: Protocol
) -> tuple[dict[str, Any], list[Finding]]:
    """Events observed in a period over those expected, whichever role predicted."""
    mask = (unblinded.rows["period"] == period).to_numpy(dtype=bool)
    cases = unblinded.predicted(mask, protocol)
    ratio = found(observed_expected, cases.outcome, cases.risk, **cases.weighted())
    row = {"n": int(cases.outcome.size), "observed_expected": ratio}
    if not mask.any():
        return {**row, "status": NOT_MATURED}, []
    if cases.outcome.size < protocol.drift.minimum_cases or ratio is None:
        return {**row, "status": TOO_FEW}, []
    bounds, name = protocol.drift.observed_expected, "observed_expected"
    finding = held_within(bounds, ratio["value"], column=PREDICTED, measure=name)
    return {**row, "status": finding.level}, [finding]
