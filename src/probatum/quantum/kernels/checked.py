"""What every diagnostic asks of a kernel: a cohort against itself, in finite numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import NotEstimable


def expect_kernel(what: str, kernel: NDArray[np.floating[Any]]) -> None:
    """Refuse what is no kernel of a cohort with itself.

    Parameters
    ----------
    what : str
        The diagnostic, as the message names it.
    kernel : (N, N) float

    Raises
    ------
    NotEstimable
        When it is not square, empty, holds something that is no number, or has no trace.

    Examples
    --------
    >>> expect_kernel("concentration", np.eye(2))
    """
    if kernel.ndim != 2 or kernel.shape[0] != kernel.shape[1] or not len(kernel):
        raise NotEstimable(
            f"{what} — expected a square kernel of some patients, got shape {kernel.shape} — "
            "give the kernel of one cohort with itself"
        )
    if not np.isfinite(kernel).all():
        raise NotEstimable(
            f"{what} — expected finite numbers, got some that are not — find the patients "
            "whose state could not be computed"
        )
    if not np.trace(kernel) > 0:
        raise NotEstimable(
            f"{what} — expected a kernel with a positive trace, got {np.trace(kernel):g} — "
            "compute the kernel first"
        )
