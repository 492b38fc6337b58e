"""The methods that ran, read off what they found: each with its meaning and its reference."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from probatum.analysis.catalogue import estimators

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.]*\w)")


def methods(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a statistic that a stage computed, in the order of the statistics' list.

    Parameters
    ----------
    results : mapping
        A stage's results. Whatever holds an ``estimator`` was computed by it, and each
        ``method`` below that says how.

    Returns
    -------
    list of dict
        ``estimator``, ``subject``, ``about`` (what it is), ``how`` (the methods that its
        estimates state, one string each; where only numbers differ, their range) and
        ``reference``.

    Examples
    --------
    >>> found = {"auc": {"estimator": "auc", "method": "DeLong", "value": 0.8}}
    >>> [(row["estimator"], row["how"]) for row in methods(found)]
    [('auc', ['DeLong'])]
    """
    stated: dict[str, dict[str, None]] = defaultdict(dict)
    for name, how in _stated(results, None):
        stated[name].setdefault(how)
    return [
        {
            "estimator": one.name,
            "subject": one.subject.replace("_", " "),
            "about": one.about,
            "how": merged([how for how in stated[one.name] if how]),
            "reference": one.reference,
        }
        for one in estimators().values()
        if one.name in stated
    ]


def merged(texts: Sequence[str]) -> list[str]:
    """Texts without their repetitions; where only numbers differ, one text with their range.

    Examples
    --------
    >>> merged(["Wilson at n 60.0", "Wilson at n 1047.0", "exact"])
    ['Wilson at n 60.0 to 1047.0', 'exact']
    """
    alike: dict[str, list[list[str]]] = defaultdict(list)
    for text in texts:
        alike[_NUMBER.sub("\0", text)].append(_NUMBER.findall(text))
    return [_filled(frame, numbers) for frame, numbers in alike.items()]


def _filled(frame: str, numbers: list[list[str]]) -> str:
    ranges = iter([_range(list(place)) for place in zip(*numbers, strict=True)])
    return re.sub("\0", lambda _: next(ranges), frame)


def _range(found: list[str]) -> str:
    low, high = min(found, key=float), max(found, key=float)
    return low if float(low) == float(high) else f"{low} to {high}"


def _stated(part: Any, name: str | None) -> Iterator[tuple[str, str]]:
    if isinstance(part, Mapping):
        name = part.get("estimator", name)
        if name is not None and isinstance(name, str):
            yield name, str(part.get("method") or "")
        for inner in part.values():
            yield from _stated(inner, name)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _stated(inner, name)
