"""How strong the evidence must be at each look for all the looks together to keep the error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from probatum.analysis.observations import FloatArray, read_only
from probatum.analysis.sequential.spending import looks, spending_named, spent_alpha
from probatum.analysis.sequential.undecided import Undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """What a test statistic must exceed, look by look.

    Attributes
    ----------
    information : (k,) of float in (0, 1]
        Information time of each look.
    spent : (k,) of float
        Error used up by each look, both sides together when two-sided.
    critical : (k,) of float
        The look is decisive when :math:`|z|` (two-sided) or :math:`z` (one-sided) exceeds it.
    nominal : (k,) of float
        The p-value, as many-sided as the test, that ``critical`` stands for.
    spending : str
    shape : float or None
        Of a family of spending functions.
    alpha : float
    sides : int
    """

    information: FloatArray
    spent: FloatArray
    critical: FloatArray
    nominal: FloatArray
    spending: str
    shape: float | None
    alpha: float
    sides: int

    def as_dict(self) -> dict[str, Any]:
        """Return the boundaries as plain JSON values."""
        of_family = {} if self.shape is None else {"shape": self.shape}
        return {
            "spending": self.spending,
            **of_family,
            "alpha": self.alpha,
            "sides": self.sides,
            "information": self.information.tolist(),
            "spent": self.spent.tolist(),
            "critical": self.critical.tolist(),
            "nominal": self.nominal.tolist(),
        }


def boundaries(
    spending: str,
    information: Sequence[float],
    alpha: float,
    *,
    sides: int = 2,
    shape: float | None = None,
) -> Boundaries:
    r"""Critical values that spend exactly what each look may spend.

    With :math:`B(t) = z \sqrt t` a Brownian motion under no effect, the critical value
    :math:`c_k` solves

    .. math:: P\bigl(|B(t_j)| < c_j \sqrt{t_j},\ j < k;\ |B(t_k)| \ge c_k \sqrt{t_k}\bigr)
        = \alpha^*(t_k) - \alpha^*(t_{k-1})

    by integrating the density of those still undecided from look to look. It depends on the
    looks taken so far only: neither their number nor their times need be fixed beforehand.

    Parameters
    ----------
    spending : {"obrien-fleming", "pocock", "kim-demets", "hwang-shih-decani"}
        How the error is used up, as in :func:`spent_alpha`.
    information : (k,) of float in (0, 1], increasing
        Share of the planned information seen at each look.
    alpha : float in (0, 1)
        Error of all looks together, of all sides together.
    sides : {1, 2}
    shape : float, for the families only
        As in :func:`spent_alpha`.

    Returns
    -------
    Boundaries
        With a single look at full information, the ordinary critical value.

    Raises
    ------
    NotEstimable
        As :func:`spent_alpha`; when a look is too early to spend any error, or two looks are
        too close for anything to happen between them.

    References
    ----------
    Lan KKG, DeMets DL. Biometrika 1983;70:659-663. Armitage P, McPherson CK, Rowe BC. J R Stat
    Soc A 1969;132:235-244 (the recursion). Proschan MA, Lan KKG, Wittes JT. Statistical
    Monitoring of Clinical Trials. Springer 2006.

    Departures
    ----------
    Two-sided boundaries spend half of ``alpha`` on either side, and crossing one side after
    the other would have been crossed does not occur: a trial stops at its first crossing.

    Examples
    --------
    >>> five = boundaries("obrien-fleming", [0.2, 0.4, 0.6, 0.8, 1.0], 0.05)
    >>> five.critical.round(3)
    array([4.877, 3.357, 2.68 , 2.29 , 2.031])
    """
    spent = spent_alpha(spending, information, alpha, sides=sides, shape=shape)
    time = looks(information)
    critical = _critical(time, np.diff(spent, prepend=0.0) / sides, sides)
    return Boundaries(
        information=read_only(time),
        spent=read_only(spent),
        critical=read_only(critical),
        nominal=read_only(sides * special.ndtr(-critical)),
        spending=spending_named(spending),
        shape=shape,
        alpha=alpha,
        sides=sides,
    )


def _critical(time: FloatArray, spend: FloatArray, sides: int) -> FloatArray:
    """Critical values that spend ``spend`` on each side, look by look."""
    steps = np.diff(time, prepend=0.0)
    critical, undecided = np.empty(time.size), Undecided.at_the_start()
    for look, (step, root) in enumerate(zip(steps, np.sqrt(time), strict=True)):
        bound = undecided.quantile_above(float(spend[look]), variance=float(step))
        critical[look] = bound / root
        if look + 1 < time.size:
            undecided = undecided.after(
                -bound if sides == 2 else -np.inf,
                bound,
                variance=float(step),
                finest=float(steps[look + 1 :].min()),
            )
    return critical
