"""Intervals that hold after every patient at once, however often one looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.choices import whole_number
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray, read_only
from probatum.analysis.sequential.betting import bounded, first_time, known_before, sized_for
from probatum.errors import NotEstimable

Bounds = tuple[FloatArray, FloatArray]
_LIMIT: Final = 0.5
_STEPS: Final = 100
_CLOSE: Final = 1e-12
_SIDES: Final = {"both": "", "lower": ", lower bound only", "upper": ", upper bound only"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceSequence:
    """An interval after each patient; with the level given, none of them misses the truth.

    Attributes
    ----------
    value : (n,) of float
        Mean of the patients so far.
    lower, upper : (n,) of float
        The bounds so far; they never widen.
    level : float in (0, 1)
        Of all intervals together.
    method : str
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float
    method: str

    @property
    def now(self) -> Estimate:
        """Mean and interval after the last patient."""
        return Estimate(
            value=float(self.value[-1]),
            se=None,
            lower=float(self.lower[-1]),
            upper=float(self.upper[-1]),
            level=self.level,
            n=self.value.size,
            method=self.method,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the sequence as plain JSON values, a bound for each number of patients."""
        return {
            "method": self.method,
            "level": self.level,
            "n": self.value.size,
            "patients": list(range(1, self.value.size + 1)),
            "value": self.value.tolist(),
            "lower": self.lower.tolist(),
            "upper": self.upper.tolist(),
        }


def confidence_sequence(
    value: ArrayLike,
    *,
    method: Literal["betting", "empirical-bernstein", "beta-binomial"] = "betting",
    side: Literal["both", "lower", "upper"] = "both",
    least: float = 0.0,
    most: float = 1.0,
    resolution: int = 10_000,
    confidence: float = 0.95,
) -> ConfidenceSequence:
    r"""Bounds for a mean that hold after every patient together, not after each alone.

    .. math:: P(\mu \in [L_n, U_n] \text{ for all } n \ge 1) \ge 1 - \alpha

    with :math:`\tau = \alpha / 2` of either bound, or :math:`\tau = \alpha` of the only one:

    * ``betting``: :math:`m` is left out once a bet against it, :math:`\prod_i (1 \pm
      \lambda_i^\pm(m) (x_i - m))`, has multiplied wealth by :math:`1 / \tau`, with
      :math:`\lambda_i^+ = \min(\lambda_i, 1/(2m))` and :math:`\lambda_i^- = \min(\lambda_i,
      1/(2(1 - m)))`.
    * ``empirical-bernstein``: in closed form,

      .. math:: \frac{\sum \lambda_i x_i}{\sum \lambda_i} \pm \frac{\ln(1 / \tau)
          + \sum (x_i - \hat\mu_{i-1})^2 (-\ln(1 - \lambda_i) - \lambda_i)}{\sum \lambda_i}

    * ``beta-binomial``, for 0 and 1 only: the :math:`p` with :math:`(n + 1) \binom nk p^k
      (1 - p)^{n - k} > \alpha`.

    Parameters
    ----------
    value : (n,) of float
        One number a patient, in the order in which they were seen; 0 or 1 for a proportion.
    method : {"betting", "empirical-bernstein", "beta-binomial"}
        The first is for any bounded measurement; the second too, in closed form, and wider up
        to some thousand patients. For proportions not near 0 or 1 the last is the narrowest in
        the long run. Choose before the first patient.
    side : {"both", "lower", "upper"}
        Whether both bounds are wanted or one alone, whose other end is that of the range:
        tighter, for a claim in one direction. ``beta-binomial`` has both.
    least, most : float
        Range that a value cannot leave, stated beforehand.
    resolution : int, at least 10
        Steps into which ``betting`` divides the range; its bounds err to the outside by one
        step at most.
    confidence : float in (0, 1)
        Of all intervals together.

    Returns
    -------
    ConfidenceSequence
        Each interval is cut with those before it (running intersection), which costs no level.
        Early bounds may be the whole range, and the mean so far may lie outside of late ones.

    Raises
    ------
    NotEstimable
        When a value lies outside the range, is neither 0 nor 1 where it must be, one side is
        asked of a method that has both, or no mean is left: the mean has changed, or this is
        one of the sequences that miss it, of which there are :math:`\alpha` at most.

    References
    ----------
    Waudby-Smith I, Ramdas A. J R Stat Soc B 2024;86:1-27, theorems 2 and 3. Robbins H. Ann Math
    Stat 1970;41:1397-1409 (beta-binomial). Howard SR, Ramdas A, McAuliffe J, Sekhon J. Ann Stat
    2021;49:1055-1080.

    Departures
    ----------
    Bets are limited to half of the wealth, one of the choices the paper leaves open. Instead of
    a grid that is evaluated everywhere, the wealth is followed at each point only until it is
    decided; it falls with :math:`m`, so nothing is lost.

    Examples
    --------
    >>> seen = confidence_sequence([1, 1, 1, 0, 1, 1, 1, 1], method="beta-binomial").now
    >>> round(seen.lower, 3), round(seen.upper, 3)
    (0.379, 0.997)
    """
    check_level(confidence)
    x = bounded(value, least=least, most=most)
    if method not in _METHODS:
        raise NotEstimable(f"method — expected one of {sorted(_METHODS)}, got {method!r}")
    if not whole_number(resolution) >= 10:
        raise NotEstimable(f"resolution — expected at least 10 steps, got {resolution}")
    bounds, words = _METHODS[method]
    lower, upper = bounds(x, _tail(side, method, confidence), int(resolution))
    lower = np.zeros(x.size) if side == "upper" else np.maximum.accumulate(lower)
    upper = np.ones(x.size) if side == "lower" else np.minimum.accumulate(upper)
    _refuse_an_empty_one(lower, upper)
    mean = np.cumsum(x) / np.arange(1, x.size + 1)
    value_of = (least + (most - least) * path for path in (mean, lower, upper))
    told = [read_only(path) for path in value_of]
    words = f"{words}{_SIDES[side]}; holds at all patients at once (running intersection)"
    return ConfidenceSequence(
        value=told[0], lower=told[1], upper=told[2], level=confidence, method=words
    )


def _tail(side: str, method: str, confidence: float) -> float:
    """Error of one bound."""
    if side not in _SIDES:
        raise NotEstimable(f"side — expected one of {[*_SIDES]}, got {side!r}")
    if side != "both" and method == "beta-binomial":
        raise NotEstimable(
            f"side — expected both of a beta-binomial sequence, got {side!r} — "
            "use the betting method"
        )
    return (1 - confidence) / 2 if side == "both" else 1 - confidence


def _betting(x: FloatArray, tail: float, resolution: int) -> Bounds:
    _, variance = known_before(x)
    bet, goal = sized_for(tail, variance), -np.log(tail)
    return _outbet(x, bet, goal, resolution), 1 - _outbet(1 - x, bet, goal, resolution)


def _outbet(x: FloatArray, bet: FloatArray, log_goal: float, resolution: int) -> FloatArray:
    """Largest mean that has been bet against with success, after each patient."""
    lower = np.zeros(x.size)
    for step in range(1, resolution):
        mean = step / resolution
        when = first_time(x, bet, mean, most=_LIMIT / mean, log_goal=log_goal)
        if when == x.size:
            break
        lower[when] = mean
    return lower


def _empirical_bernstein(x: FloatArray, tail: float, _: int) -> Bounds:
    mean, variance = known_before(x)
    bet = np.minimum(sized_for(tail, variance), _LIMIT)
    cost = (x - mean) ** 2 * (-np.log1p(-bet) - bet)
    staked = np.cumsum(bet)
    centre, half = np.cumsum(bet * x) / staked, (np.cumsum(cost) - np.log(tail)) / staked
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _beta_binomial(x: FloatArray, tail: float, _: int) -> Bounds:
    if not np.all((x == 0) | (x == 1)):
        raise NotEstimable(
            "value — expected 0 or 1 for a beta-binomial sequence, got other values — "
            "use the betting method for other bounded measurements"
        )
    return _robbins(x, 2 * tail), 1 - _robbins(1 - x, 2 * tail)


def _robbins(x: FloatArray, alpha: float) -> FloatArray:
    """Lower bounds, by Newton's steps in log p: the function is concave, so none overshoots."""
    events = np.cumsum(x)
    others = np.arange(1, x.size + 1) - events
    lower, some = np.zeros(x.size), events > 0
    k, rest = events[some], others[some]
    goal = np.log(alpha) + special.betaln(k + 1, rest + 1)
    log_p = goal / k
    for _ in range(_STEPS):
        p = np.exp(log_p)
        missing = goal - k * log_p - rest * np.log1p(-p)
        step = np.maximum(missing / (k - rest * p / (1 - p)), 0.0)
        log_p += step
        if step.max(initial=0.0) < _CLOSE:
            break
    lower[some] = np.exp(log_p)
    return lower


def _refuse_an_empty_one(lower: FloatArray, upper: FloatArray) -> None:
    is_empty = lower >= upper
    if np.any(is_empty):
        raise NotEstimable(
            "confidence sequence — expected one mean that all patients agree with, got none "
            f"after patient {int(np.argmax(is_empty)) + 1} — the mean has changed over time, "
            "or the sequence is one of the few that miss it: estimate period by period"
        )


_METHODS: Final[dict[str, tuple[Callable[[FloatArray, float, int], Bounds], str]]] = {
    "betting": (_betting, "hedged betting confidence sequence"),
    "empirical-bernstein": (
        _empirical_bernstein,
        "predictable plug-in empirical Bernstein confidence sequence",
    ),
    "beta-binomial": (_beta_binomial, "beta-binomial mixture confidence sequence"),
}
