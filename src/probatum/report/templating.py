"""Filling a template: it may print what evidence holds, and nothing else that has a digit."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from probatum.errors import ReportError
from probatum.report.claims import CLOSE, OPEN, Claims, marker
from probatum.report.evidence import Evidence, Node, entries, pairs, value_of
from probatum.report.stage_view import STAGES, StageView
from probatum.report.writing import forms, is_estimate

_MARKED = re.compile(f"{OPEN}.*?{CLOSE}")
_PROPER_NAMES = re.compile(r"SHA-256|SHA256|OpenQASM 3|RFC 8785|RFC 6901|\bh[1-6]\b")
"""Names that hold a digit and state no result."""
_WHOSE = ("label", "n", "events")
_BESIDE = ("method", "warning", "complementary")
"""Parts of a statistic's answer that have a place of their own."""
NOT_ESTIMABLE = "not estimable"
"""What stands where the data could not give the quantity."""


def digits_in(text: str) -> list[str]:
    """The words of a text that hold a digit, outside claims and names such as SHA-256.

    Examples
    --------
    >>> digits_in("an AUC of 0.8, digest SHA-256")
    ['0.8,']
    """
    bare = _PROPER_NAMES.sub("", _MARKED.sub("", text))
    return [word for word in bare.split() if re.search(r"\d", word)]


def literal_text(environment: Environment, source: str) -> str:
    """What a template says by itself, without what it fills in."""
    tokens = environment.lex(source)
    return "".join(value for _, kind, value in tokens if kind == "data")


class Pen:
    """Writes documents of one bundle from templates, and registers every claim they make."""

    def __init__(self, claims: Claims, templates: Path, facts: Mapping[str, Any]) -> None:
        self.claims = claims
        self.environment = Environment(
            loader=FileSystemLoader(templates),
            undefined=StrictUndefined,
            finalize=self._printed,
            autoescape=False,  # noqa: S701  (Markdown; each rendering escapes what it writes)
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters.update({form: self._filter(form) for form in forms()})
        self.environment.filters.update(
            pairs=pairs,
            told=_told,
            entries=entries,
            string_of=lambda node: str(value_of(node)),
            any_form=self._in_its_form,
            share_or_count=self._share_or_count,
        )
        self.environment.tests["absent"] = lambda thing: value_of(thing) is None
        self.environment.tests["having"] = _has
        self.environment.tests["listed"] = lambda thing: isinstance(value_of(thing), list)
        self.environment.globals.update({**facts, **_stages(claims.evidence)})
        self.environment.globals.update(claim=claims.evidence.node, block=_block, badge=_badge)

    def write(self, name: str) -> str:
        """The Markdown, with markers, that a template gives.

        Raises
        ------
        ReportError
            If the template asks for what no evidence holds, or types a digit itself.
        """
        try:
            return self.environment.get_template(name).render()
        except TemplateError as error:
            raise ReportError(
                f"template {name} — expected what the evidence holds, got: {error} — "
                "mend the template"
            ) from error

    def say(self, node: Node, form: str) -> str:
        """The text of a claim, for places where a marker cannot stand, such as a figure."""
        return self.claims.state(node, form).text

    def mark(self, node: Node, form: str) -> str:
        """The marker of a claim."""
        return marker("claim", self.claims.state(node, form).id)

    def _filter(self, form: str) -> Callable[..., str]:
        def filled(node: Any, part: str = "") -> str:
            if not isinstance(node, Node):
                raise ReportError(
                    f"{form} — expected a value of the evidence, got {type(node).__name__} — "
                    "print what a file holds"
                )
            if value_of(node) is None:
                return NOT_ESTIMABLE
            return self.mark(node, f"{form}:{part}" if part else form)

        return filled

    def _in_its_form(self, node: Node) -> str:
        """Settings, diagnostics and estimates whose kind the template cannot know."""
        value = value_of(node)
        if is_estimate(value):
            return self._filter("number")(node, "brief")
        if isinstance(value, list):
            return ", ".join(self._in_its_form(part) for part in node)
        kinds = {bool: "yes_no", str: "text", float: "number", int: "count"}
        return self._filter(kinds[type(value)])(node) if value is not None else "none"

    def _share_or_count(self, node: Node) -> str:
        return self._filter("percent" if isinstance(value_of(node), float) else "count")(node)

    def _printed(self, thing: Any) -> Any:
        if isinstance(thing, Node):
            if not isinstance(value_of(thing), str):
                return self._refuse(f"a number or a part without a form ({thing!r})")
            return self.mark(thing, "text")
        if isinstance(thing, str) and not digits_in(thing):
            return thing
        if type(thing).__name__ == "StrictUndefined":
            return str(thing)
        return self._refuse(type(thing).__name__)

    def _refuse(self, what: str) -> None:
        raise ReportError(f"template — expected a claim, got {what} — name its form")


def _stages(evidence: Evidence) -> dict[str, Any]:
    def stage(word: str) -> StageView:
        return StageView(evidence, word)

    return {"stage": stage, "stages": [stage(word) for word in STAGES]}


def _told(node: Node) -> list[tuple[Node, Node]]:
    """An answer's parts: whose it is, what was found, and whether it may be told."""
    shown = [pair for pair in pairs(node) if value_of(pair[0]) not in _BESIDE]
    whose = [pair for name in _WHOSE for pair in shown if pair[0] == name]
    rest = [pair for pair in shown if pair[0] != "status" and value_of(pair[0]) not in _WHOSE]
    return [*whose, *rest, *(pair for pair in shown if pair[0] == "status")]


def _has(node: Node, name: str) -> bool:
    return name in node and value_of(node[name]) is not None


def _block(name: str) -> str:
    return f"\n\n{marker('block', name)}\n\n"


def _badge(kind: str, text: str = "") -> str:
    return marker("badge", f"{kind}/{text or kind}")
