"""Looking at the data more than once without promising more than they hold."""

from probatum.analysis.sequential.spending import (
    SPENDING,
    Boundaries,
    boundaries,
    repeated_interval,
    spent_alpha,
)

__all__ = ["SPENDING", "Boundaries", "boundaries", "repeated_interval", "spent_alpha"]
