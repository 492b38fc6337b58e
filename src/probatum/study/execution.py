"""Where the study's circuits may run, at what price, and what happens when they cannot."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from probatum.study.promise import Count, Positive, Promise, Text

NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]

Simulator = Literal["exact", "aer_statevector", "aer_density_matrix", "aer_mps", "cirq"]


class Price(Promise):
    """What a provider asks for; a run costs the sum of the three parts."""

    backend: Text
    """Name of the device, such as ``ibm_torino``."""
    per_task: NotNegative
    per_shot: NotNegative
    per_second: NotNegative
    """Of time on the quantum processor."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Budget(Promise):
    """The most that may be spent on paid hardware; over it, nothing is sent."""

    amount: NotNegative
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Patience(Promise):
    """How long a run may take, how often it is tried again, and when to stop asking.

    Waits between tries double from ``first_wait_seconds``. After ``failures_to_open`` failures
    in a row the circuit breaker is open: nothing is sent for ``open_seconds``.
    """

    run_seconds: Positive
    queue_seconds: Positive
    tries: Count
    first_wait_seconds: Positive
    failures_to_open: Count
    open_seconds: Positive


class Hardware(Promise):
    """A real device the study may use, and the terms on which it may."""

    device: Text
    region: Text
    """Where the provider computes, such as ``eu-de``."""
    allowed_regions: tuple[Text, ...] = Field(min_length=1)
    shots: Count
    oldest_calibration_hours: Positive
    repetition_seconds: Positive
    """Reset, circuit and readout of one shot, as costs are estimated before a run."""
    budget: Budget
    patience: Patience


class Backends(Promise):
    """Where circuits run, and the named device that their cost is stated for."""

    primary: Simulator | Literal["hardware"]
    transpile_to: Text
    optimization_level: Literal[0, 1, 2, 3]
    mitigation: Literal["none", "readout", "zero_noise_extrapolation", "both"] = "none"
    """Stated beforehand; results are given with and without it."""
    prices: tuple[Price, ...] = ()
    hardware: Hardware | None = None

    @model_validator(mode="after")
    def _hardware_has_terms_and_a_price(self) -> Self:
        if self.primary == "hardware" and self.hardware is None:
            raise ValueError("the terms of the hardware that is the primary backend")
        if self.hardware is None:
            return self
        priced = {price.backend: price.currency for price in self.prices}
        if priced.get(self.hardware.device) != self.hardware.budget.currency:
            raise ValueError(
                f"a price for {self.hardware.device} in {self.hardware.budget.currency}"
            )
        return self
