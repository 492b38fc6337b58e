"""When the evidence is so weak that going on can hardly end in success any more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from probatum.analysis.observations import FloatArray, read_only
from probatum.analysis.sequential.undecided import Undecided
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What either error may spend at each look of a one-sided study that may stop both ways.

    Attributes
    ----------
    time : (k,) of float
        Information times, the last of them 1.
    efficacy : (k,) of float
        Error of a false success spent at each look.
    missed : (k,) of float
        Error of missing the effect spent at each look.
    is_binding : bool
        Whether the efficacy boundary may count on stops for futility.

    Examples
    --------
    >>> plan = Plan.of(np.array([0.5, 1]), np.array([.01, .025]), np.array([.05, .1]), sides=1,
    ...                is_binding=False)
    >>> critical, futility, drift = plan.boundaries(3.24)
    >>> futility.round(3)
    array([0.811, 2.076])
    """

    time: FloatArray
    efficacy: FloatArray
    missed: FloatArray
    is_binding: bool

    @classmethod
    def of(
        cls,
        time: FloatArray,
        alpha_spent: FloatArray,
        beta_spent: FloatArray,
        *,
        sides: int,
        is_binding: bool,
    ) -> Plan:
        """A plan from the errors used up by each look.

        Raises
        ------
        NotEstimable
            For a test of two sides.
        """
        if sides != 1:
            raise NotEstimable(
                f"futility — expected a one-sided test, got {sides} sides — "
                "halve alpha and test the side that is a success"
            )
        efficacy, missed = (np.diff(spent, prepend=0.0) for spent in (alpha_spent, beta_spent))
        return cls(time=time, efficacy=efficacy, missed=missed, is_binding=is_binding)

    def boundaries(self, fixed: float) -> tuple[FloatArray, FloatArray, float]:
        """Upper and lower boundary, and the drift at which they meet at the last look.

        ``fixed`` is the drift that a single look needs; the search starts there.

        References
        ----------
        Pampallona S, Tsiatis AA, Kim K. Drug Inf J 2001;35:1113-1121.
        """
        most = 1.25 * fixed
        while self._excess(most) > 0:
            most *= 1.25
        drift = float(optimize.brentq(self._excess, fixed / 4, most, xtol=1e-13, rtol=1e-14))
        upper, lower, _ = self._walked(drift)
        lower[-1] = upper[-1]
        root = np.sqrt(self.time)
        return read_only(upper / root), read_only(lower / root), drift

    def _excess(self, drift: float) -> float:
        """Chance to miss the effect, less what may be missed; falls as the drift grows."""
        return self._walked(drift)[2]

    def _walked(self, drift: float) -> tuple[FloatArray, FloatArray, float]:
        steps = np.diff(self.time, prepend=0.0)
        upper, lower = np.empty(steps.size), np.empty(steps.size)
        null = effect = Undecided.at_the_start()
        for look, step in enumerate(steps.tolist()):
            move = {"variance": step, "mean": drift * step}
            if null.mass.sum() <= self.efficacy[look] * (1 + 1e-6):  # the drift is too large
                return upper, lower, -float(self.missed[look:].sum())
            upper[look] = null.quantile_above(float(self.efficacy[look]), variance=step)
            left = effect.below(upper[look], **move) - float(self.missed[look])
            if left <= 0 or look + 1 == steps.size:
                return upper, lower, left - float(self.missed[look + 1 :].sum())
            lower[look] = effect.quantile_below(float(self.missed[look]), **move)
            finest = float(steps[look + 1 :].min())
            stop = lower[look] if self.is_binding else -np.inf
            null = null.after(stop, upper[look], variance=step, finest=finest)
            effect = effect.after(lower[look], upper[look], **move, finest=finest)
        raise NotEstimable("information — expected at least one look, got none")
