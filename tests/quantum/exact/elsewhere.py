"""An array library whose arrays must not meet NumPy's: what a graphics card would refuse.

Its arrays live in the same memory, but an operation that mixes one with an array of NumPy's,
or reads one as if it were NumPy's, is an error, as it is between a processor and a card.
"""

from typing import Any

import numpy as np


class Elsewhere:
    """An array that only its own library may touch."""

    def __init__(self, held: Any) -> None:
        self._held = np.asarray(held)

    def get(self) -> Any:
        """Bring the array here."""
        return np.asarray(self._held)

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("implicit conversion to a NumPy array is not allowed; use get()")

    __array_ufunc__ = None

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._held, name)
        return (
            wrapped(found)
            if callable(found)
            else (Elsewhere(found) if isinstance(found, np.ndarray) else found)
        )

    def __bool__(self) -> bool:
        return bool(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __getitem__(self, key: Any) -> Any:
        return lifted(self._held[opened(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        self._held[opened(key)] = opened(value)


def _binary(name: str) -> Any:
    def operation(self: Elsewhere, other: Any) -> Any:
        found = getattr(self._held, name)(opened(other))
        if name.startswith("__i"):
            return self
        return lifted(found)

    return operation


for _name in ("add", "sub", "mul", "iadd", "isub", "imul", "rmul", "radd"):
    setattr(Elsewhere, f"__{_name}__", _binary(f"__{_name}__"))


def lifted(value: Any) -> Any:
    """Return results as arrays from elsewhere."""
    if isinstance(value, tuple):
        return tuple(lifted(each) for each in value)
    return Elsewhere(value) if isinstance(value, (np.ndarray, np.number)) else value


def opened(value: Any) -> Any:
    """Return what an argument holds; refuse an array of NumPy's."""
    if isinstance(value, np.ndarray) and value.ndim:
        raise TypeError("an array of NumPy's among arrays from elsewhere")
    if isinstance(value, (tuple, list)):
        return type(value)(opened(each) for each in value)
    return value._held if isinstance(value, Elsewhere) else value


def wrapped(function: Any) -> Any:
    """Return a function that takes and gives arrays from elsewhere."""

    def call(*arguments: Any, **named: Any) -> Any:
        held = {name: opened(value) for name, value in named.items()}
        return lifted(function(*map(opened, arguments), **held))

    return call


class Library:
    """The module: NumPy's functions, on arrays from elsewhere."""

    __name__ = "elsewhere"

    def asarray(self, values: Any) -> Elsewhere:
        """Take an array there; the one way in."""
        return values if isinstance(values, Elsewhere) else Elsewhere(np.array(values))

    def __getattr__(self, name: str) -> Any:
        return wrapped(getattr(np, name))
