"""What a plan is asked with: numbers in their range, whole patients, words that are known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from probatum.analysis.choices import one_number, whole_number
from probatum.errors import NotEstimable

MOST_TOLD: Final = 1_000_000_000
"""No study asked about is larger."""


def among(value: float, name: str, least: float, most: float, *, closed: str = "()") -> float:
    """Return ``value`` when it lies between ``least`` and ``most``, or refuse it.

    Parameters
    ----------
    value : float
    name : str
        What it is called when refused.
    least, most : float
    closed : {"()", "[)", "(]", "[]"}
        Which ends belong to the range.

    Raises
    ------
    NotEstimable
        When it lies outside, or is not a number.

    Examples
    --------
    >>> among(0.5, "prevalence", 0, 1)
    0.5
    """
    number = one_number(value)
    above = number >= least if closed[0] == "[" else number > least
    below = number <= most if closed[1] == "]" else number < most
    if not (above and below):
        raise NotEstimable(
            f"{name} — expected a number in {closed[0]}{least:g}, {most:g}{closed[1]}, "
            f"got {value!r}"
        )
    return number


def one_of(word: str, name: str, words: Collection[str]) -> None:
    """Refuse a ``word`` that is none of those known.

    Examples
    --------
    >>> one_of("wald", "interval", ["wald", "wilson"])
    """
    if not isinstance(word, str) or word not in words:
        raise NotEstimable(f"{name} — expected one of {sorted(words)}, got {word!r}")


def whole_patients(n: int, *, least: int = 1) -> int:
    """Return ``n`` when it is a count of at least ``least`` patients, or refuse it.

    Examples
    --------
    >>> whole_patients(40)
    40
    """
    return _counted(n, "n", least, "patients")


def candidates(parameters: int) -> int:
    """Return how many candidate parameters a model has, or refuse what is no such number.

    Examples
    --------
    >>> candidates(24)
    24
    """
    return _counted(parameters, "parameters", 1, "parameters")


def _counted(count: int, name: str, least: int, of: str) -> int:
    if not least <= whole_number(count) <= MOST_TOLD:
        raise NotEstimable(
            f"{name} — expected {least} to {MOST_TOLD} whole {of}, got {count!r}"
        )
    return int(count)
