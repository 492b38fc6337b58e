"""How close a number is to the clinic: it happened, was replayed, or was rehearsed."""

from collections.abc import Iterable
from enum import StrEnum

from probatum.errors import DataError


class Grade(StrEnum):
    """Where the input of a result came from, the most trustworthy first."""

    LIVE = "live"
    """Happened for this study, and was captured as it happened."""
    REPLAY = "replay"
    """Real historical records, fed in their true order of time."""
    REHEARSAL = "rehearsal"
    """Simulated people or data, to try the machinery or to size a study."""


_ORDER = tuple(Grade)


def lowest(grades: Iterable[str]) -> Grade:
    """The grade of a result that depends on inputs of these grades: the lowest of them.

    Parameters
    ----------
    grades : iterable of Grade or its name
        One for each input; at least one.

    Raises
    ------
    DataError
        If there is no input, or a grade that is none of the three.

    Examples
    --------
    >>> lowest(["live", "replay", "live"]).value
    'replay'
    """
    known = [_grade(grade) for grade in grades]
    if not known:
        raise DataError(
            "grade — expected one for each input, got no input — name what the result rests on"
        )
    return max(known, key=_ORDER.index)


def _grade(name: str) -> Grade:
    try:
        return Grade(name)
    except ValueError as error:
        names = ", ".join(_ORDER)
        raise DataError(
            f"grade — expected one of {names}, got another word — correct the record"
        ) from error
