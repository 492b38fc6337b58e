"""Every line of the page, subject by subject."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from benchmarks.coverage.row import Row

SUBJECTS = (
    *("areas", "censored", "shares", "paired_shares", "tested_shares"),
    *("calibration", "decision", "reclassification", "equity"),
    *("sequential", "drift", "multiplicity", "missing", "conformal"),
    *("bootstrapped", "reader_study", "agreement"),
)
"""Modules of this folder, each with rows of one subject."""


@cache
def rows() -> Mapping[str, Row]:
    """Every row by its key."""
    return {row.key: row for _, row in _all()}


@cache
def _modules() -> Mapping[str, str]:
    return {row.key: module for module, row in _all()}


def module_of(key: str) -> str:
    """The module that a row stands in."""
    return _modules()[key]


def _all() -> Iterator[tuple[str, Row]]:
    for subject in SUBJECTS:
        module = f"{__package__}.{subject}"
        for row in import_module(module).rows():
            yield module, row
