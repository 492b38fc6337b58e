"""Who read which case under which treatment, what they said, and what was true.

A reader study is one long table: a row for each reading. It is checked once, here, so that no
analysis meets a case of two truths or a case read twice by the same reader in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    both_classes,
    finite,
    labelled,
    outcomes,
    same_length,
)
from probatum.errors import NotEstimable

_LABELS = ("reader", "treatment", "case")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reads:
    """The readings of a multireader multicase study, one a row; checked when made.

    Attributes
    ----------
    reader, treatment, case : (n,) labels
        Who read, under which treatment (modality, with or without the aid), which case.
        Columns of one length, of numbers or words, none missing.
    truth : (n,) of bool
        Whether the case has the disease: the same in each of its rows.
    rating : (n,) of float
        Finite; higher means disease is likelier. Ties count one half.

    Raises
    ------
    NotEstimable
        When a case has two truths, a reader read a case twice under one treatment, a label is
        missing, a rating is not finite, or there are fewer than two cases of either truth.

    Examples
    --------
    >>> reads = Reads(reader=["a"] * 4, treatment=[1] * 4, case=[1, 2, 3, 4],
    ...               truth=[0, 0, 1, 1], rating=[1, 2, 2, 3])
    >>> reads.readers, reads.n_cases, reads.is_fully_crossed
    (('a',), 4, True)
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ("reader", "treatment", "case", "truth", "rating")

    reader: NDArray[Any]
    treatment: NDArray[Any]
    case: NDArray[Any]
    truth: BoolArray
    rating: FloatArray

    def __post_init__(self) -> None:
        for name in _LABELS:
            self._keep(name, labels(getattr(self, name), name))
        self._keep("truth", outcomes(self.truth))
        self._keep("rating", finite(self.rating, "rating"))
        same_length(**{name: getattr(self, name) for name in self.COLUMNS})
        _refuse_two_truths(self.case, self.truth)
        _refuse_read_twice(self.reader, self.treatment, self.case)
        both_classes(self.case_truth, least=2)

    def _keep(self, name: str, values: NDArray[Any]) -> None:
        own = values.copy()
        own.setflags(write=False)
        object.__setattr__(self, name, own)

    @classmethod
    def of(cls, table: pd.DataFrame) -> Reads:
        """The readings in the columns of a table that bear their names.

        Raises
        ------
        NotEstimable
            When a column is missing, or as the class.
        """
        absent = [name for name in cls.COLUMNS if name not in table]
        if absent:
            raise NotEstimable(
                f"reads — expected columns {', '.join(cls.COLUMNS)}, "
                f"got none named {', '.join(absent)}"
            )
        return cls(**{name: np.asarray(table[name]) for name in cls.COLUMNS})

    @property
    def readers(self) -> tuple[str, ...]:
        """Labels of the readers, sorted."""
        return tuple(map(str, np.unique(self.reader)))

    @property
    def treatments(self) -> tuple[str, ...]:
        """Labels of the treatments, sorted."""
        return tuple(map(str, np.unique(self.treatment)))

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return int(np.unique(self.case).size)

    @property
    def case_truth(self) -> BoolArray:
        """Truth of each case, in the order of their labels."""
        _, first = np.unique(self.case, return_index=True)
        return self.truth[first]

    @property
    def is_fully_crossed(self) -> bool:
        """Whether every reader read every case under every treatment."""
        cells = len(self.readers) * len(self.treatments) * self.n_cases
        return self.rating.size == cells

    @property
    def ratings(self) -> FloatArray:
        """(treatment, reader, case) array of ratings; NaN where a case was not read."""
        where, size = [], []
        for name in ("treatment", "reader", "case"):
            known, code = np.unique(getattr(self, name), return_inverse=True)
            where.append(code)
            size.append(known.size)
        found = np.full(tuple(size), np.nan)
        found[tuple(where)] = self.rating
        return found

    def under(self, treatment: str | None) -> Reads:
        """The readings under one treatment; ``None`` where there is only one.

        Raises
        ------
        NotEstimable
            When there are several and none is named, or none of that name.
        """
        if treatment is None and len(self.treatments) == 1:
            return self
        if treatment not in self.treatments:
            raise NotEstimable(
                f"treatment — expected one of {', '.join(self.treatments)}, got "
                f"{'none' if treatment is None else repr(treatment)} — name it"
            )
        return self._where(self.treatment.astype(str) == treatment)

    def _where(self, chosen: BoolArray) -> Reads:
        return Reads(**{name: getattr(self, name)[chosen] for name in self.COLUMNS})

    def crossed(self) -> FloatArray:
        """:attr:`ratings` of a fully crossed study.

        Raises
        ------
        NotEstimable
            When a reader did not read a case under a treatment.
        """
        if not self.is_fully_crossed:
            cells = len(self.readers) * len(self.treatments) * self.n_cases
            raise NotEstimable(
                f"reads — expected every reader to read every case under every treatment "
                f"({cells} readings), got {self.rating.size} — use ustatistic_difference, "
                "which takes any pattern, to compare two treatments"
            )
        return self.ratings


def labels(values: ArrayLike, name: str) -> NDArray[Any]:
    """A column of labels, of numbers or words, none missing.

    Raises
    ------
    NotEstimable
        When it is empty, no column, a label is missing, or numbers and words are mixed.

    Examples
    --------
    >>> labels(["a", "b"], "reader").tolist()
    ['a', 'b']
    """
    known, place = labelled(values, name)
    if known.dtype == object:
        numbers = pd.Series(known).infer_objects().to_numpy()
        known = known.astype(np.str_) if numbers.dtype == object else numbers
    return np.asarray(known[place])


def distinct_rows(*columns: NDArray[Any]) -> int:
    """How many different rows the columns make side by side.

    Examples
    --------
    >>> distinct_rows(np.array(["a", "a", "b", "b"]), np.array([1, 1, 1, 2]))
    3
    """
    key = np.zeros(columns[0].size, dtype=np.int64)
    for column in columns:
        known, code = np.unique(column, return_inverse=True)
        key = np.unique(key * known.size + code, return_inverse=True)[1]
    return int(key.max()) + 1


def _refuse_two_truths(case: NDArray[Any], truth: BoolArray) -> None:
    _, code = np.unique(case, return_inverse=True)
    readings, diseased = np.bincount(code), np.bincount(code, weights=truth)
    torn = int(np.count_nonzero((diseased > 0) & (diseased < readings)))
    if torn:
        raise NotEstimable(
            f"truth — expected one truth for every case, got two for {torn} of "
            f"{readings.size} cases — settle the reference standard first"
        )


def _refuse_read_twice(
    reader: NDArray[Any], treatment: NDArray[Any], case: NDArray[Any]
) -> None:
    distinct = distinct_rows(reader, treatment, case)
    if distinct < reader.size:
        raise NotEstimable(
            f"reads — expected one reading for each reader, treatment and case, got "
            f"{reader.size - distinct} more — keep the one the protocol names"
        )
