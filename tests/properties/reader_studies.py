"""Reader studies drawn at random, in which error terms exist."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from probatum.analysis.reader_study import (
    Reads,
    obuchowski_rockette,
    single_arm,
)
from probatum.errors import NotEstimable


def study_of(ratings, truth, read=None):
    """Reads of a (treatment, reader, case) array; ``read`` says which were read."""
    seen = np.ones(ratings.shape, bool) if read is None else read
    treatment, reader, case = (x[seen] for x in np.indices(ratings.shape))
    return Reads(
        reader=reader,
        treatment=treatment,
        case=case,
        truth=np.asarray(truth)[case],
        rating=ratings[seen],
    )


@st.composite
def tables(draw, treatments=(2, 3), readers=(2, 5), cases=(6, 14)):
    """Ratings on a scale of seven points, and the truth; the error terms exist."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = tuple(draw(st.integers(*bounds)) for bounds in (treatments, readers, cases))
    truth = np.arange(size[2]) % 2 == 0
    skill = rng.normal(0.8, 0.5, size[:2])[:, :, None]
    latent = skill * truth + rng.normal(size=size) + rng.normal(size=size[2])
    ratings = np.clip(np.round(2 * latent), -2, 4)
    assume(has_errors(ratings, truth))
    return ratings, truth


def existing(analysis, reads, **how):
    """What an analysis finds where it exists; else another study is drawn."""
    try:
        return analysis(reads, **how)
    except NotEstimable:
        assume(False)


def has_errors(ratings, truth):
    """Whether a small study has an error term above 0; else it is refused, rightly."""
    reads = study_of(ratings, truth)
    try:
        if ratings.shape[0] == 1:
            single_arm(reads, goal=0.5)
        else:
            obuchowski_rockette(reads)
    except NotEstimable:
        return False
    return True
