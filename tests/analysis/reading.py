"""Small reader studies to start a test from, made up or written by hand."""

import numpy as np
import pandas as pd

from probatum.analysis.reader_study import Reads

PILOT = {
    "var_treatment_reader": 0.0002,
    "cov1": 0.00035,
    "cov2": 0.00034,
    "cov3": 0.00024,
    "var_error": 0.0008,
    "pilot_cases": 114,
}


def a_table(treatments=2, readers=3, cases=30, seed=5, gain=0.5):
    """A crossed study: every third case diseased, readers and cases of their own strength."""
    rng = np.random.default_rng(seed)
    treatment, reader, case = (x.ravel() for x in np.indices((treatments, readers, cases)))
    truth = case % 3 == 0
    hard = rng.normal(size=cases)[case]
    skill = rng.normal(1.2, 0.3, readers)[reader] + gain * treatment
    rating = np.round(2 * (truth * skill + hard + rng.normal(size=case.size)))
    return pd.DataFrame(
        {"reader": reader, "treatment": treatment, "case": case, "truth": truth * 1}
    ).assign(rating=rating)


def a_study(**how):
    return Reads.of(a_table(**how))


def by_hand(first, second):
    """Two readers, four cases: each reader's ratings of cases 1, 2 (well), 3, 4 (diseased)."""
    ratings = np.array([first, second], dtype=float)
    treatment, reader, case = np.indices(ratings.shape)
    return Reads(
        reader=reader.ravel(),
        treatment=treatment.ravel(),
        case=case.ravel(),
        truth=(case >= 2).ravel(),
        rating=ratings.ravel(),
    )
