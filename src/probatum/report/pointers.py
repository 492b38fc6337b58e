"""Finding one value inside a file of results, by the path that a claim names."""

import re
from typing import Any

from probatum.errors import ReportError

_INDEX = re.compile(r"0|[1-9][0-9]*")


def step(pointer: str, key: str | int) -> str:
    """The pointer to what ``key`` names inside the value at ``pointer``.

    Examples
    --------
    >>> step("/models", "a/b")
    '/models/a~1b'
    """
    token = str(key).replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{token}"


def last_key(pointer: str) -> str:
    """The last name in a pointer, unescaped.

    Examples
    --------
    >>> last_key("/models/a~1b")
    'a/b'
    """
    return _unescaped(pointer.rsplit("/", 1)[-1])


def resolve(document: Any, pointer: str) -> Any:
    """The value at ``pointer``; the whole document at the empty pointer.

    Parameters
    ----------
    document : JSON value
        As read from the file.
    pointer : str
        Path of names, each preceded by a slash; ``~1`` stands for a slash, ``~0`` for a tilde.

    Raises
    ------
    ReportError
        If nothing stands there.

    References
    ----------
    Bryan P, Zyp K, Nottingham M. RFC 6901, JavaScript Object Notation (JSON) Pointer, 2013,
    section 4.

    Examples
    --------
    >>> resolve({"models": [{"auc": 0.8}]}, "/models/0/auc")
    0.8
    """
    if pointer and not pointer.startswith("/"):
        raise ReportError(f"pointer {pointer!r} — expected a leading slash — write /{pointer}")
    value = document
    for token in pointer.split("/")[1:]:
        value = _inside(value, _unescaped(token), pointer)
    return value


def _inside(value: Any, token: str, pointer: str) -> Any:
    if isinstance(value, dict) and token in value:
        return value[token]
    if isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
        return value[int(token)]
    raise ReportError(
        f"pointer {pointer} — expected a value, got nothing at {token!r} — "
        "print only what the evidence holds"
    )


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")
