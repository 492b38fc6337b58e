"""The form every part of a protocol takes: frozen, complete, and deaf to unknown words."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Share = Annotated[float, Field(ge=0, le=1)]
"""A part of a whole, from 0 to 1."""
Risk = Annotated[float, Field(gt=0, lt=1)]
"""A probability at which one acts; 0 and 1 would mean acting on all or on none."""
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Promise(BaseModel):
    """A part of a protocol. Cannot be changed once made; refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
