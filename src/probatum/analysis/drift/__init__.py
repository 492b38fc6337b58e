"""Are the patients who arrive now still those the model was validated on?"""

from probatum.analysis.drift.indices import (
    jensen_shannon,
    ks,
    missing_share,
    psi,
    psi_categorical,
    standardised_difference,
)

__all__ = [
    "jensen_shannon",
    "ks",
    "missing_share",
    "psi",
    "psi_categorical",
    "standardised_difference",
]
