"""The classical rivals of the index test, and the candidates each may be tuned over.

Every rival gets as many candidates as the index test, on the same folds, prepared the same
way. Candidates are drawn from the protocol's ranges, log-uniformly, which fills a range better
than a grid of the same size (Bergstra J, Bengio Y. J Mach Learn Res 2012;13:281-305).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from probatum.study.model_plan import ClassicalModel, SearchRange

Candidate = Mapping[str, Any]
"""Hyper-parameters by name."""

BOOSTING_BINS = 63
"""Cut points a feature; more cost time and change nothing in some thousand patients."""


def drawn(plan: ClassicalModel, count: int, rng: np.random.Generator) -> tuple[Candidate, ...]:
    """Return that many candidates from the ranges the protocol states."""
    return tuple(
        {name: _draw(allowed, rng) for name, allowed in plan.search.items()}
        for _ in range(count)
    )


def _draw(allowed: SearchRange, rng: np.random.Generator) -> int | float | str:
    """One value; a number to four significant digits so that it can be written down."""
    if allowed.one_of is not None:
        return str(rng.choice(allowed.one_of))
    value = float(np.exp(rng.uniform(*np.log(allowed.bounds))))
    return round(value) if allowed.whole else float(f"{value:.4g}")


def classical(plan: ClassicalModel, candidate: Candidate) -> Any:
    """Return the classifier of one candidate, not yet fitted."""
    if plan.kind == "logistic":
        return LogisticRegression(**candidate, max_iter=1000)
    if plan.kind == "rbf_svm":
        balanced = {"none": None, "balanced": "balanced"}[candidate["class_weight"]]
        return SVC(**{**candidate, "class_weight": balanced})
    return HistGradientBoostingClassifier(
        **candidate,
        max_iter=plan.rounds,
        max_bins=BOOSTING_BINS,
        early_stopping=False,
        random_state=0,
    )
