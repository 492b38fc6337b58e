"""What a hyper-parameter may be, said in one sentence where it is something else."""

from __future__ import annotations

import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any

from probatum.errors import ModelError

ADVICE = "correct the protocol"


def expect_positive(name: str, given: Any) -> None:
    """Refuse what is no finite number above 0.

    Raises
    ------
    ModelError
        As all functions here do.
    """
    if not (_is_number(given) and given > 0):
        raise ModelError(f"{name} — expected a positive number, got {given!r} — {ADVICE}")


def expect_not_negative(name: str, given: Any) -> None:
    """Refuse what is no finite number of 0 or more."""
    if not (_is_number(given) and given >= 0):
        raise ModelError(f"{name} — expected a number of 0 or more, got {given!r} — {ADVICE}")


def expect_finite(name: str, given: Any) -> None:
    """Refuse what is no finite number."""
    if not _is_number(given):
        raise ModelError(f"{name} — expected a finite number, got {given!r} — {ADVICE}")


def expect_fraction(name: str, given: Any) -> None:
    """Refuse what is no number between 0 and 1, both excluded."""
    if not (_is_number(given) and 0 < given < 1):
        raise ModelError(
            f"{name} — expected a number between 0 and 1, got {given!r} — {ADVICE}"
        )


def expect_whole(
    name: str, given: Any, *, least: int, most: int | None = None, advice: str = ADVICE
) -> None:
    """Refuse what is no whole number within bounds, both allowed.

    Examples
    --------
    >>> expect_whole("qubits", 2.5, least=1, advice="round")
    Traceback (most recent call last):
    probatum.errors.ModelError: qubits — expected a whole number of 1 or more, got 2.5 — round
    """
    is_whole = isinstance(given, Integral) and not isinstance(given, bool)
    if not (is_whole and least <= given and (most is None or given <= most)):
        bounds = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise ModelError(f"{name} — expected a whole number {bounds}, got {given!r} — {advice}")


def expect_one_of(name: str, given: Any, known: Collection[str]) -> None:
    """Refuse a word that is not one of those known."""
    if given not in tuple(known):
        listed = ", ".join(known)
        raise ModelError(f"{name} — expected one of {listed}, got {given!r} — {ADVICE}")


def _is_number(given: Any) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool) and math.isfinite(given)
