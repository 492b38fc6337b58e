"""How much more a study with interim looks must plan for, and how much less it may need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scipy import optimize, special

from probatum.analysis.choices import one_number
from probatum.analysis.observations import FloatArray, read_only
from probatum.analysis.sequential.crossing import Crossing, crossing_probabilities
from probatum.analysis.sequential.efficacy import boundaries
from probatum.analysis.sequential.futility import Plan
from probatum.analysis.sequential.spending import looks, spending_named, spent_alpha
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A plan of looks with its boundaries, and what it costs and saves.

    Attributes
    ----------
    information : (k,) of float in (0, 1]
        Information time of each look.
    critical : (k,) of float
        The test statistic stops the study for efficacy at or above it.
    futility : (k,) of float or None
        The test statistic may stop the study for futility below it; the last one is the last
        critical value. ``None`` without a futility rule.
    drift : float > 0
        Mean of the test statistic at full information at which the study has its power.
    inflation : float
        Information at the last look over that of a study of the same power without looks.
    under_null, under_alternative : Crossing
        Chances to stop, look by look, without an effect and at ``drift``.
    alpha, power : float
    sides : int
    method : str
    """

    information: FloatArray
    critical: FloatArray
    futility: FloatArray | None
    drift: float
    inflation: float
    under_null: Crossing
    under_alternative: Crossing
    alpha: float
    power: float
    sides: int
    method: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; expected information is over that without looks."""
        futility = {} if self.futility is None else {"futility": self.futility.tolist()}
        return {
            "method": self.method,
            "alpha": self.alpha,
            "sides": self.sides,
            "power": self.power,
            "drift": self.drift,
            "inflation": self.inflation,
            "expected_under_null": self.inflation * self.under_null.expected_information,
            "expected_under_alternative": (
                self.inflation * self.under_alternative.expected_information
            ),
            "information": self.information.tolist(),
            "critical": self.critical.tolist(),
            **futility,
            "stops_above_under_null": self.under_null.above.tolist(),
            "stops_below_under_null": self.under_null.below.tolist(),
            "stops_above_under_alternative": self.under_alternative.above.tolist(),
            "stops_below_under_alternative": self.under_alternative.below.tolist(),
        }


def group_sequential_design(
    spending: str,
    information: Sequence[float],
    alpha: float,
    *,
    power: float,
    sides: int = 2,
    shape: float | None = None,
    beta_spending: str | None = None,
    beta_shape: float | None = None,
    binding: bool = False,
) -> Design:
    r"""Efficacy and futility boundaries, the power they keep and the information they need.

    The drift :math:`\theta` solves :math:`P_\theta(\text{cross above}) = 1 - \beta`. With a
    futility rule, the lower boundary :math:`l_k` spends the error of missing the effect,

    .. math:: P_\theta\bigl(l_j < Z_j < c_j,\ j < k;\ Z_k < l_k\bigr)
        = \beta^*(t_k) - \beta^*(t_{k-1}), \qquad l_K = c_K,

    and the inflation factor is :math:`\theta^2 / (z_{1 - \alpha/s} + z_{1 - \beta})^2`.

    Parameters
    ----------
    spending : {"obrien-fleming", "pocock", "kim-demets", "hwang-shih-decani"}
        How the error is used up, as in :func:`spent_alpha`.
    information : (k,) of float in (0, 1], increasing to 1
        Share of the planned information at each look.
    alpha : float in (0, 1)
        Error of all looks together, of all sides together.
    power : float, between alpha / sides and 1
        Chance to cross the upper boundary at the drift planned for.
    sides : {1, 2}
        1 for a futility rule.
    shape : float, for the families only
        As in :func:`spent_alpha`.
    beta_spending : str, optional
        How the chance of missing the effect is used up, one of the same words; without it
        there is no futility rule.
    beta_shape : float, for the families only
    binding : bool
        Whether the study is bound to stop for futility. Only then may the efficacy boundary
        count on it; if the rule is then not kept, the error exceeds ``alpha``. A rule that is
        not binding, the default, keeps the error either way.

    Returns
    -------
    Design
        ``inflation`` of 1 is a single look.

    Raises
    ------
    NotEstimable
        As :func:`boundaries`; when looks do not end at 1, power is not in its range, a futility
        rule is asked for two sides, or a look is too early to spend any error of its kind.

    References
    ----------
    Jennison C, Turnbull BW. Group Sequential Methods. Chapman & Hall 2000, chapters 7
    and 19. Pampallona S, Tsiatis AA, Kim K. Drug Inf J 2001;35:1113-1121 (spending both
    errors). FDA, Adaptive Designs for Clinical Trials of Drugs and Biologics, 2019 (rules that
    are not binding).

    Departures
    ----------
    Two-sided, power is the chance to cross above alone: to reject in the wrong direction is no
    success. Futility at looks of a two-sided test (inner wedge) is not offered.

    Examples
    --------
    >>> two = group_sequential_design("pocock", [0.5, 1], 0.05, power=0.9)
    >>> round(two.inflation, 4)
    1.111
    >>> round(two.as_dict()["expected_under_alternative"], 3)
    0.777
    """
    time = _planned_looks(information, alpha, power, sides)
    fixed = float(special.ndtri(1 - alpha / sides) + special.ndtri(power))
    if beta_spending is None:
        critical = boundaries(spending, information, alpha, sides=sides, shape=shape).critical
        futility, drift = None, _drift(time, critical, power=power, sides=sides, fixed=fixed)
    else:
        efficacy = spent_alpha(spending, information, alpha, sides=sides, shape=shape)
        missed = spent_alpha(beta_spending, information, 1 - power, sides=1, shape=beta_shape)
        plan = Plan.of(time, efficacy, missed, sides=sides, is_binding=binding)
        critical, futility, drift = plan.boundaries(fixed)
    under_null, under_alternative = (
        _crossing(time, critical, futility, drift=effect, sides=sides)
        for effect in (0.0, drift)
    )
    return Design(
        information=read_only(time),
        critical=critical,
        futility=futility,
        drift=drift,
        inflation=(drift / fixed) ** 2,
        under_null=under_null,
        under_alternative=under_alternative,
        alpha=alpha,
        power=power,
        sides=sides,
        method=_words(spending, beta_spending, is_binding=binding),
    )


def inflation(
    spending: str,
    information: Sequence[float],
    alpha: float,
    *,
    power: float,
    sides: int = 2,
    shape: float | None = None,
) -> float:
    r"""Information a study with looks must plan for, over that of one without.

    Multiply the size of the ordinary study by it; :func:`group_sequential_design` has the
    factor with a futility rule.

    Parameters
    ----------
    spending, information, alpha, power, sides, shape
        As :func:`group_sequential_design`.

    Returns
    -------
    float
        1 with a single look; hardly more with O'Brien-Fleming type boundaries.

    Raises
    ------
    NotEstimable
        As :func:`group_sequential_design`.

    References
    ----------
    Jennison C, Turnbull BW. Group Sequential Methods. Chapman & Hall 2000, chapter 2.

    Examples
    --------
    >>> round(inflation("obrien-fleming", [0.5, 1], 0.05, power=0.9), 4)
    1.0034
    """
    return group_sequential_design(
        spending, information, alpha, power=power, sides=sides, shape=shape
    ).inflation


def _planned_looks(
    information: Sequence[float], alpha: float, power: float, sides: int
) -> FloatArray:
    time = looks(information)
    if time[-1] != 1:
        raise NotEstimable(
            f"information — expected a plan whose last look is at 1, got {time[-1]:g} — "
            "divide by the information planned for the last look"
        )
    is_test = one_number(sides) in (1, 2) and 0 < one_number(alpha) < 1
    if not is_test or not alpha / sides < one_number(power) < 1:
        raise NotEstimable(
            "design — expected 1 or 2 sides, alpha in (0, 1) and power between alpha / sides "
            f"and 1, got {sides}, {alpha} and {power}"
        )
    return time


def _drift(
    time: FloatArray, critical: FloatArray, *, power: float, sides: int, fixed: float
) -> float:
    """The drift at which the boundaries are crossed above with the power asked for."""

    def excess(drift: float) -> float:
        return _crossing(time, critical, None, drift=drift, sides=sides).power - power

    return float(optimize.brentq(excess, fixed * (1 - 1e-6), 10 * fixed + 10, xtol=1e-12))


def _crossing(
    time: FloatArray,
    critical: FloatArray,
    futility: FloatArray | None,
    *,
    drift: float,
    sides: int,
) -> Crossing:
    lower = None if futility is None else futility.tolist()
    return crossing_probabilities(
        time.tolist(), critical.tolist(), drift=drift, futility=lower, sides=sides
    )


def _words(spending: str, beta_spending: str | None, *, is_binding: bool) -> str:
    efficacy = f"{spending_named(spending)} spending of alpha"
    if beta_spending is None:
        return f"{efficacy}; no futility rule"
    kind = "binding" if is_binding else "not binding"
    return f"{efficacy}; {spending_named(beta_spending)} spending of beta, {kind}"
