"""How many of several findings may be believed at once, without promising more than one may.

Every procedure here keeps the chance of one false claim or more (the familywise error) at or
below the level, whatever is true of the hypotheses.
"""

from probatum.analysis.multiplicity.adjusted import Adjusted
from probatum.analysis.multiplicity.graph import graphical
from probatum.analysis.multiplicity.stepwise import (
    bonferroni,
    fixed_sequence,
    hochberg,
    holm,
    hommel,
)

__all__ = [
    "Adjusted",
    "bonferroni",
    "fixed_sequence",
    "graphical",
    "hochberg",
    "holm",
    "hommel",
]
