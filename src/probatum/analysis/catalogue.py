"""Every estimator by the name a statistician asks for it, with all that it needs.

What can be asked is read off the functions that each subject offers: their signatures say what
is a column of patients and what is a choice, their docstrings say what it means. An estimator
that is added is in the catalogue without a line here.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, get_args, get_type_hints

import numpy as np

from probatum.analysis import docstring
from probatum.analysis.estimate import Estimate
from probatum.errors import NotEstimable

SUBJECTS: Final = (
    "discrimination",
    "proportion",
    "calibration",
    "decision",
    "equity",
    "sequential",
    "drift",
    "monitoring",
    "multiplicity",
    "missing",
    "conformal",
    "bootstrapped",
    "reader_study",
    "agreement",
    "sample_size",
)
"""The modules whose public functions are estimators."""


class Kind(Enum):
    """What a parameter is to whoever fills it in."""

    COLUMN = "column"
    """One value a patient."""
    TABLE = "table"
    """Several columns of one meaning each, such as reader, case and rating."""
    NUMBERS = "numbers"
    """A few numbers that are no patients, such as thresholds."""
    COLUMN_OR_WORD = "column or word"
    CHOICE = "choice"
    """One number, word, or yes or no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that an estimator asks for.

    Attributes
    ----------
    name : str
    kind : Kind
    type : type
        Of a choice, or of the table.
    words : tuple of str
        The only ones allowed, where they are few.
    is_required : bool
        Nothing stands for it, and it may not be left out.
    default : object
        ``None`` where there is none.
    about : str
        What its docstring says of it.
    """

    name: str
    kind: Kind
    type: type
    words: tuple[str, ...]
    is_required: bool
    default: Any
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """A function of the statistics, and how to ask for it.

    Attributes
    ----------
    name : str
        Unique, in small letters with hyphens.
    subject : str
    about : str
        The first sentence of its docstring.
    text : str
        The whole docstring.
    reference : str
        Where its method is from; empty where it says nothing.
    parameters : tuple of Parameter
    gives_estimate : bool
        One estimate, and not several, a curve or a table.
    call : callable
        Takes the parameters by name.
    """

    name: str
    subject: str
    about: str
    text: str
    reference: str
    parameters: tuple[Parameter, ...]
    gives_estimate: bool
    call: Callable[..., Any]


_OF_PATIENTS = (Kind.COLUMN, Kind.TABLE, Kind.COLUMN_OR_WORD)


@cache
def estimators() -> Mapping[str, Estimator]:
    """Every estimator by its name, subject by subject.

    Examples
    --------
    >>> [p.name for p in estimators()["auc"].parameters]
    ['outcome', 'risk', 'weight', 'interval', 'confidence']
    """
    return {one.name: one for subject in SUBJECTS for one in _of(subject)}


def estimator(name: str) -> Estimator:
    """The estimator of a name; the subject may stand before it.

    Raises
    ------
    NotEstimable
        When there is none.

    Examples
    --------
    >>> estimator("calibration_slope").subject, estimator("slope").name
    ('calibration', 'slope')
    """
    asked = name.lower().replace("_", "-").replace(".", "-")
    known = estimators()
    for one in known.values():
        if asked in (one.name, f"{one.subject.replace('_', '-')}-{one.name}"):
            return one
    like = {other for other in known if asked in other or other in asked}
    like |= {*difflib.get_close_matches(asked, known)}
    raise NotEstimable(
        f"statistic — expected one of those in `probatum stat list`, got {name!r}"
        + (f" — did you mean {', '.join(sorted(like))}?" if like else "")
    )


def name_of(function: Callable[..., Any]) -> str | None:
    """The name by which a function is asked for; ``None`` where it is no estimator.

    Examples
    --------
    >>> from probatum.analysis.calibration import slope
    >>> name_of(slope)
    'slope'
    """
    return next((one.name for one in estimators().values() if one.call is function), None)


def plain(found: Any) -> Any:
    """What an estimator gives, as JSON values.

    Examples
    --------
    >>> from probatum.analysis.proportion import proportion
    >>> plain([proportion(1, 2)])[0]["value"]
    0.5
    """
    if hasattr(found, "as_dict"):
        return found.as_dict()
    if isinstance(found, tuple | list):
        return [plain(one) for one in found]
    return found.tolist() if isinstance(found, np.ndarray | np.generic) else found


def vocabulary() -> str:
    """What a protocol may ask for, as JSON text that is always the same.

    Of each statistic: its subject, whether it gives one estimate, the columns of patients and
    the choices it takes, and which of these it cannot do without.
    """
    lines = (
        f"{json.dumps(one.name)}: {json.dumps(_words(one))}" for one in estimators().values()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _words(one: Estimator) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "gives_estimate": one.gives_estimate,
        "columns": [p.name for p in one.parameters if p.kind in _OF_PATIENTS],
        "choices": {p.name: _choice(p) for p in one.parameters if p.kind not in _OF_PATIENTS},
        "required": [p.name for p in one.parameters if p.is_required],
    }


def _choice(one: Parameter) -> str | list[str]:
    if one.kind is Kind.NUMBERS:
        return "numbers"
    return list(one.words) or one.type.__name__


def _of(subject: str) -> Iterator[Estimator]:
    module = importlib.import_module(f"probatum.analysis.{subject}")
    for word in module.__all__:
        thing = getattr(module, word)
        if inspect.isfunction(thing) and (parameters := _parameters(thing)) is not None:
            text = inspect.getdoc(thing) or ""
            yield Estimator(
                name=word.replace("_", "-"),
                subject=subject,
                about=docstring.sentence(thing),
                text=text,
                reference=docstring.reference(thing),
                parameters=parameters,
                gives_estimate=get_type_hints(thing)["return"] is Estimate,
                call=thing,
            )


def _parameters(function: Callable[..., Any]) -> tuple[Parameter, ...] | None:
    """What a function asks for; ``None`` where a file and a few words cannot give it."""
    hints = get_type_hints(function)
    found = []
    for one in inspect.signature(function).parameters.values():
        kind = _kind(str(one.annotation), hints[one.name])
        if kind is None:
            return None
        has_default = one.default is not inspect.Parameter.empty
        is_required = not has_default and type(None) not in get_args(hints[one.name])
        found.append(
            Parameter(
                name=one.name,
                kind=kind,
                type=_type(kind, hints[one.name]),
                words=tuple(str(word) for word in get_args(hints[one.name]) if _is_word(word)),
                is_required=is_required,
                default=one.default if has_default else None,
                about=docstring.about(one.name, function),
            )
        )
    return tuple(found)


def _kind(written: str, hint: Any) -> Kind | None:
    """What an annotation asks for."""
    if hasattr(hint, "COLUMNS"):
        return Kind.TABLE
    if written.startswith(("float", "int", "str", "bool", "Literal[")):
        return Kind.COLUMN_OR_WORD if "ArrayLike" in written else Kind.CHOICE
    return {
        "ArrayLike": Kind.COLUMN,
        "ArrayLike | None": Kind.COLUMN,
        "Sequence[float]": Kind.NUMBERS,
        "Sequence[float] | None": Kind.NUMBERS,
    }.get(written)


def _type(kind: Kind, hint: Any) -> type:
    if kind is Kind.TABLE:
        return hint if isinstance(hint, type) else type(hint)
    if kind is not Kind.CHOICE:
        return str
    first = next((one for one in (hint, *get_args(hint)) if isinstance(one, type)), str)
    return first if first in (float, int, bool) else str


def _is_word(word: Any) -> bool:
    return isinstance(word, str)
