"""How much a result would move had other patients of the same kind been seen."""

from probatum.analysis.resampling.replicates import bootstrap, bootstrap_counts

__all__ = ["bootstrap", "bootstrap_counts"]
