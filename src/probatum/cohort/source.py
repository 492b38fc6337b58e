"""The recipe by which a published file becomes a study's tables, written down beforehand."""

import re
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from probatum.study.promise import Count, Promise, Slug, Text

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SourceColumn(Promise):
    """One column of the source, and what is changed on the way."""

    source: Text
    name: Text
    codes: dict[str, str] | None = None
    """What each value of the source is written as; a value not named here is refused."""
    top_code: int | None = None
    """Numbers above this one are written as this one."""

    @model_validator(mode="after")
    def _changes_values_in_one_way(self) -> Self:
        if self.codes is not None and self.top_code is not None:
            raise ValueError("a column is either coded or top-coded")
        return self


class Ingestion(Promise):
    """The package, the file in it, their digests, and every change made to its columns."""

    package: Text
    version: Text
    wheel: Text
    """File name of the wheel whose digest follows; other platforms have other wheels."""
    wheel_sha256: Sha256
    member: Text
    member_sha256: Sha256
    format: Literal["arff"]
    rows: Count
    missing_code: Text
    grade: Literal["live", "replay", "rehearsal"]
    case_prefix: Slug
    columns: tuple[SourceColumn, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_each_column_once(self) -> Self:
        for field in ("source", "name"):
            counts = Counter(getattr(column, field) for column in self.columns)
            twice = sorted(name for name, n in counts.items() if n > 1)
            if twice:
                raise ValueError(f"{field} named more than once: {', '.join(twice)}")
        return self

    @property
    def pseudonym(self) -> re.Pattern[str]:
        """The form of the case ids this recipe makes."""
        return re.compile(rf"{re.escape(self.case_prefix)}-[0-9a-f]{{12}}")
