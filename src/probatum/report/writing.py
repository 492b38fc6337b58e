"""How a number is written: one spelling for each kind of quantity, everywhere the same."""

from collections.abc import Callable
from typing import Any

from probatum.errors import ReportError

_MINUS = "\u2212"
_TIGHT = "\u00a0"
"""A space at which no line is broken."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNITS = {"percent": "%", "auc": "AUC", "digest": "SHA-256", "net_benefit": "per patient"}


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.") else _MINUS + text[1:]
    return text


def _significant(value: float) -> str:
    if 1e4 <= abs(value) < 1e6:
        return f"{value:,.0f}".replace("-", _MINUS)
    if value == 0 or 1e-4 <= abs(value) < 1e4:
        return f"{value:.4g}".replace("-", _MINUS)
    mantissa, exponent = f"{value:.1e}".split("e")
    power = str(int(exponent)).translate(_RAISED)
    return f"{mantissa}{_TIGHT}×{_TIGHT}10{power}".replace("-", _MINUS)


def _p_value(value: float) -> str:
    return "below 0.001" if value < 0.001 else _fixed(value, 3)


_NUMBERS: dict[str, Callable[[Any], str]] = {
    "auc": lambda value: _fixed(value, 3),
    "net_benefit": lambda value: _fixed(value, 4),
    "ratio": lambda value: _fixed(value, 2),
    "percent": lambda value: f"{_fixed(100 * value, 1)}%",
    "whole_percent": lambda value: f"{_fixed(100 * value, 0)}%",
    "count": lambda value: f"{value:,d}",
    "plain": lambda value: str(value),
    "number": lambda value: _significant(float(value)),
    "p_value": _p_value,
}

_WORDS: dict[str, Callable[[Any], str]] = {
    "text": str,
    "plain": str,
    "digest": lambda value: value[:12],
    "date": lambda value: value[:10],
    "spaced": lambda value: value.replace("_", " "),
    "titled": lambda value: (value[:1].upper() + value[1:]).replace("_", " "),
}

_VERDICTS: dict[str, tuple[str, str]] = {
    "verdict": ("met", "not met"),
    "passed": ("passed", "failed"),
    "yes_no": ("yes", "no"),
}


def forms() -> tuple[str, ...]:
    """Every form a claim may be written in.

    Examples
    --------
    >>> "auc" in forms()
    True
    """
    return tuple(sorted({*_NUMBERS, *_WORDS, *_VERDICTS}))


def unit_of(form: str) -> str | None:
    """The unit that a form implies, where it implies one."""
    return _UNITS.get(form.split(":")[0])


def is_estimate(value: Any) -> bool:
    """Whether a value is an estimate with its interval, as evidence writes it."""
    return isinstance(value, dict) and {"value", "lower", "upper", "level"} <= value.keys()


def written(value: Any, form: str) -> str:
    """The value as a reader sees it.

    Parameters
    ----------
    value : number, bool, text, or estimate
        An estimate is written with its interval.
    form : str
        One of `forms`. After a colon, ``brief`` leaves out the words of the interval, ``point``
        leaves out the interval, and ``bounds`` leaves out the estimate.

    Raises
    ------
    ReportError
        If the value cannot be written in that form.

    Examples
    --------
    >>> written({"value": 0.8331, "lower": 0.8104, "upper": 0.8558, "level": 0.95}, "auc")
    '0.833 (95% CI 0.810 to 0.856)'
    >>> written(4766, "count"), written(-0.0041, "auc"), written(0.2, "percent")
    ('4,766', '−0.004', '20.0%')
    >>> written(True, "verdict")
    'met'
    """
    kind, _, part = form.partition(":")
    if is_estimate(value):
        return _estimate(value, _number(kind), part)
    if isinstance(value, bool):
        if kind not in _VERDICTS:
            raise _cannot(value, form)
        return _VERDICTS[kind][0 if value else 1]
    if isinstance(value, int | float):
        if kind == "count" and value != int(value):
            raise _cannot(value, form)
        return _number(kind)(int(value) if kind == "count" else value)
    if isinstance(value, str) and kind in _WORDS:
        return _WORDS[kind](value)
    raise _cannot(value, form)


def _number(kind: str) -> Callable[[Any], str]:
    if kind not in _NUMBERS:
        raise ReportError(f"form {kind!r} — expected one of {', '.join(forms())}")
    return _NUMBERS[kind]


def _estimate(value: dict[str, Any], number: Callable[[Any], str], part: str) -> str:
    point = number(value["value"])
    if part == "point" or value["lower"] is None:
        return point
    bounds = f"{number(value['lower'])} to {number(value['upper'])}"
    level = f"{100 * value['level']:g}% CI"
    return {"bounds": bounds, "brief": f"{point} ({bounds})"}.get(
        part, f"{point} ({level} {bounds})"
    )


def _cannot(value: Any, form: str) -> ReportError:
    return ReportError(
        f"form {form!r} — expected a value it can write, got {type(value).__name__} — "
        "choose the form of the quantity"
    )
