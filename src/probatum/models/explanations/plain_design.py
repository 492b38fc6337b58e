"""A patient's record as questions a clinician would ask, each answered by a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.study.population import Column

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question to a record: how much, whether it is a category, whether it is missing.

    Attributes
    ----------
    column, words : str
    kind : "number", "category" or "missing"
    category : str or None
    filling : float
        What is answered where the number is missing: the median.
    """

    column: str
    words: str
    kind: Literal["number", "category", "missing"]
    category: str | None = None
    filling: float = 0.0

    def answers(self, frame: pd.DataFrame) -> Array:
        """Return each patient's answer; yes is 1 and no is 0."""
        cells = frame[self.column]
        if self.kind == "number":
            return np.asarray(_numbers(cells).fillna(self.filling), dtype=np.float64)
        asked = cells.isna() if self.kind == "missing" else cells == self.category
        return np.asarray(asked.fillna(False), dtype=np.float64)

    def between(self, low: float | None, high: float | None) -> str:
        """Return how answers above one threshold and up to another are said; one is enough.

        Examples
        --------
        >>> age = Question(column="age", words="Age (year)", kind="number")
        >>> age.between(71.5, 78.5), age.between(None, 71.5)
        ('Age (year) above 71.5 and at most 78.5', 'Age (year) at most 71.5')
        """
        if self.kind != "number":
            return f"not ({self.words})" if low is None else self.words
        bounds = [f"above {low:.4g}"] if low is not None else []
        bounds += [f"at most {high:.4g}"] if high is not None else []
        return f"{self.words} {' and '.join(bounds)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainDesign:
    """The questions asked of every patient, in the protocol's order."""

    questions: tuple[Question, ...]

    @classmethod
    def of(cls, columns: Sequence[Column], frame: pd.DataFrame) -> Self:
        """Return the questions about these columns; whether one is missing if any is."""
        asked = [q for column in columns for q in _questions(column, frame[column.name])]
        return cls(questions=tuple(asked))

    def matrix(self, frame: pd.DataFrame) -> Array:
        """Return the answers, shape (patients, questions)."""
        return np.column_stack([question.answers(frame) for question in self.questions])


def _questions(column: Column, cells: pd.Series[float]) -> Iterator[Question]:
    unit = f" ({column.unit})" if column.unit else ""
    if column.categories is None:
        middle = float(_numbers(cells).median())
        words = f"{column.meaning}{unit}"
        yield Question(column=column.name, words=words, kind="number", filling=middle)
    for value in (column.categories or ())[1:]:
        words = f"{column.meaning} is {value}"
        yield Question(column=column.name, words=words, kind="category", category=value)
    if cells.isna().any():
        words = f"{column.meaning} is missing"
        yield Question(column=column.name, words=words, kind="missing")


def _numbers(cells: pd.Series[float]) -> pd.Series[float]:
    return pd.to_numeric(cells).astype(np.float64)
