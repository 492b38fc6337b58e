"""One way to write a record as bytes, so that the same record always has the same digest."""

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn, Self

import rfc8785

from probatum.errors import LedgerError

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Digest(str):
    """A SHA-256 written as 64 lower-case hexadecimal characters; anything else is refused.

    Examples
    --------
    >>> Digest("ab" * 32).short
    'abababababab'
    """

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Refuse what is not 64 lower-case hexadecimal characters."""
        if _SHA256.fullmatch(value) is None:
            raise LedgerError(
                f"digest — expected 64 lower-case hexadecimal characters, got {len(value)} "
                "characters of another form — give the full SHA-256"
            )
        return super().__new__(cls, value)

    @property
    def short(self) -> str:
        """The first 12 characters, for people."""
        return str(self[:12])


def sha256(data: bytes) -> Digest:
    """The SHA-256 of bytes.

    Examples
    --------
    >>> sha256(b"").short
    'e3b0c44298fc'
    """
    return Digest(hashlib.sha256(data).hexdigest())


def plain(value: Any) -> Any:
    """A deep copy made of dicts, lists and scalars only, all of which JSON holds exactly.

    Raises
    ------
    LedgerError
        For NaN, an infinity, too large a whole number, a lone surrogate, another type.
    """
    kind = type(value)
    if kind is str:
        return value if value.isascii() or _is_unicode(value) else _refuse("a lone surrogate")
    if kind is float:
        is_exact = math.isfinite(value) and not 2.0**53 <= abs(value) < 1e21
        return value if is_exact else _refuse("a float it does not hold exactly")
    if kind is int:
        return value if abs(value) < 2**53 else _refuse("too large a whole number")
    if kind is bool or value is None:
        return value
    return _plain_container(value)


def _plain_container(value: Any) -> Any:
    if isinstance(value, str):
        return plain(str(value))
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            _refuse("a key that is no text")
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _refuse(f"a {type(value).__name__}")


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _refuse(found: str) -> NoReturn:
    raise LedgerError(
        f"canonical JSON — expected text, finite numbers, lists and mappings, got {found} — "
        "write the value in a form JSON holds exactly"
    )


def canonical_bytes(value: Any) -> bytes:
    """The value as canonical JSON: sorted keys, no spaces, one spelling for every number.

    Parameters
    ----------
    value : mapping, sequence, str, int, float, bool or None, nested
        Whole numbers lie within ±(2⁵³ − 1); floats are finite.

    Raises
    ------
    LedgerError
        For a value JSON cannot hold exactly, see `plain`.

    Departures
    ----------
    A float from 2⁵³ up to 10²¹ is refused: RFC 8785 writes it as a whole number that its own
    section 3.2.2.3 does not allow to be written again, so it would not survive being read.

    References
    ----------
    Rundgren A, Jordan B, Erdtman S. RFC 8785, JSON Canonicalization Scheme, 2020, section 3.2.

    Examples
    --------
    >>> canonical_bytes({"b": 1.0, "a": [True, None]})
    b'{"a":[true,null],"b":1}'
    """
    return rfc8785.dumps(plain(value))
