"""What a docstring says: of a parameter, and of where a method is from."""

import inspect
import re
from collections.abc import Callable
from typing import Any


def sentence(function: Callable[..., Any]) -> str:
    """The first sentence of a docstring.

    Examples
    --------
    >>> from probatum.analysis.calibration import slope
    >>> sentence(slope)
    'Whether the risks are spread as widely as they should be.'
    """
    return plain((inspect.getdoc(function) or "").partition("\n")[0])


def about(name: str, function: Callable[..., Any]) -> str:
    """What a docstring says of a parameter, or another one that it points to."""
    text = inspect.getdoc(function) or ""
    said = _explained(text).get(name, "")
    pointed = re.search(r"[Aa]s :func:`(\w+)`", said or text)
    if pointed and (other := function.__globals__.get(pointed[1])) not in (None, function):
        return about(name, other) or plain(said)
    return plain(said)


def reference(function: Callable[..., Any]) -> str:
    """What a docstring cites, or that of the function it points to."""
    text = inspect.getdoc(function) or ""
    _, _, rest = text.partition("References\n----------\n")
    cited = re.split(r"\n\n\w[\w ]*\n-{3,}\n", rest)[0]
    pointed = re.search(r"[Aa]s :func:`(\w+)`", cited or text)
    other = function.__globals__.get(pointed[1]) if pointed else None
    if other not in (None, function):
        return reference(other)
    return plain(" ".join(cited.split()))


def plain(words: str) -> str:
    """Words without the marks of a docstring.

    Examples
    --------
    >>> plain("As :func:`auc`, with ``weight`` of :math:`n` patients")
    'As auc, with weight of n patients'
    """
    return re.sub(r":\w+:`([^`]*)`", r"\1", words).replace("``", "").strip()


def _explained(text: str) -> dict[str, str]:
    """What the section on parameters says of each."""
    _, _, rest = text.partition("Parameters\n----------\n")
    section = re.split(r"\n\n\w[\w ]*\n-{3,}\n", rest)[0]
    told: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        if line and not line.startswith(" "):
            left, _, kind = line.partition(" : ")
            names = [name.strip() for name in left.split(",")]
            told |= dict.fromkeys(names, f"{kind}." if kind else "")
        else:
            told |= {name: f"{told[name]} {line.strip()}".strip() for name in names}
    return told
