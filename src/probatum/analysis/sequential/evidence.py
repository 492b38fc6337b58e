"""Evidence against a claimed mean that may be looked at after every patient."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.choices import one_number
from probatum.analysis.observations import FloatArray, read_only
from probatum.analysis.sequential.betting import bounded, growing
from probatum.errors import NotEstimable

_LIMIT: Final = 0.75
_LARGEST: Final = math.log(np.finfo(np.float64).max)

Alternative = Literal["two-sided", "greater", "less"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EProcess:
    r"""The wealth of whoever bets against the claim, patient by patient, from 1 at the start.

    Attributes
    ----------
    log_e : (n,) of float
        Natural logarithm of the e-value after each patient.
    null : float
        The mean claimed.
    alternative : str
    method : str
    """

    log_e: FloatArray
    null: float
    alternative: str
    method: str

    @property
    def p_value(self) -> float:
        """``min(1, 1 / e)`` after the last patient; valid however the study came to stop."""
        return float(np.exp(-max(self.log_e[-1], 0.0)))

    @property
    def p_value_best(self) -> float:
        """The smallest of all p-values so far, which is valid too (Ville's inequality)."""
        return float(np.exp(-max(self.log_e.max(), 0.0)))

    def as_dict(self) -> dict[str, Any]:
        """Return the evidence as plain JSON values; ``e_value`` where a double holds it."""
        last = float(self.log_e[-1])
        e_value = {"e_value": math.exp(last)} if last < _LARGEST else {}
        return {
            "method": self.method,
            "null": self.null,
            "alternative": self.alternative,
            "n": self.log_e.size,
            **e_value,
            "p_value": self.p_value,
            "p_value_best": self.p_value_best,
            "log_e": self.log_e.tolist(),
        }


def e_value(
    value: ArrayLike,
    null: float,
    *,
    alternative: Literal["two-sided", "greater", "less"] = "two-sided",
    method: Literal["betting", "beta-binomial"] = "betting",
    least: float = 0.0,
    most: float = 1.0,
) -> EProcess:
    r"""How many times over the patients seen so far refute a claimed mean.

    By betting, :math:`e_n = \prod_{i \le n} (1 + \lambda_i (x_i - m))` with :math:`\lambda_i`
    chosen before patient :math:`i`. For proportions also by mixture,

    .. math:: e_n = \frac{\int_0^1 p^k (1 - p)^{n - k}\,dp}{m^k (1 - m)^{n - k}}

    Under the claim its mean is at most 1 whenever one stops, and the chance that it ever
    reaches :math:`1 / \alpha` is at most :math:`\alpha`.

    Parameters
    ----------
    value : (n,) of float
        One number a patient, in the order in which they were seen; 0 or 1 for a proportion.
    null : float strictly between ``least`` and ``most``
        :math:`m`, the mean claimed.
    alternative : {"two-sided", "greater", "less"}
        ``greater`` tests the claim that the mean is ``null`` or less.
    method : {"betting", "beta-binomial"}
        The second is for 0 and 1, and two-sided only.
    least, most : float
        Range that a value cannot leave, stated beforehand.

    Returns
    -------
    EProcess
        1 is no evidence, 20 as much as a p-value of 0.05; below 1 the claim did well.

    Raises
    ------
    NotEstimable
        When a value lies outside the range, the claim does not lie strictly inside it, or the
        mixture is asked for other values than 0 and 1 or one side.

    References
    ----------
    Waudby-Smith I, Ramdas A. J R Stat Soc B 2024;86:1-27 (betting, approximate GRAPA). Robbins
    H. Ann Math Stat 1970;41:1397-1409. Shafer G. J R Stat Soc A 2021;184:407-431.

    Departures
    ----------
    At most three quarters of the wealth are staked on one patient, one of the choices the paper
    leaves open. The bet on the first patient comes from the prior guess of one half.

    Examples
    --------
    >>> sealed = e_value([1] * 20 + [0], 0.6, alternative="greater")
    >>> round(sealed.as_dict()["e_value"], 1)
    493.5
    """
    x = bounded(value, least=least, most=most)
    m = (one_number(null) - least) / (most - least)
    if not 0 < m < 1:
        raise NotEstimable(
            f"null — expected a mean strictly between {least:g} and {most:g}, got {null} — "
            "a single patient off the edge of the range refutes a claim that lies on it"
        )
    if method not in ("betting", "beta-binomial"):
        raise NotEstimable(f"method — expected betting or beta-binomial, got {method!r}")
    log_e = _bet(x, m, alternative) if method == "betting" else _mixture(x, m, alternative)
    words = {"betting": "bets sized by the patients before", "beta-binomial": "uniform mixture"}
    return EProcess(
        log_e=read_only(log_e),
        null=float(null),
        alternative=alternative,
        method=f"e-value, {words[method]}; valid at any stopping time",
    )


def _bet(x: FloatArray, m: float, alternative: str) -> FloatArray:
    limits = {
        "two-sided": (-_LIMIT / (1 - m), _LIMIT / m),
        "greater": (0.0, _LIMIT / m),
        "less": (-_LIMIT / (1 - m), 0.0),
    }
    if alternative not in limits:
        raise NotEstimable(f"alternative — expected one of {list(limits)}, got {alternative!r}")
    down, up = limits[alternative]
    return np.cumsum(np.log1p(growing(x, m, down=down, up=up) * (x - m)))


def _mixture(x: FloatArray, m: float, alternative: str) -> FloatArray:
    if alternative != "two-sided" or not np.all((x == 0) | (x == 1)):
        raise NotEstimable(
            "beta-binomial e-value — expected values of 0 or 1 and two sides, got others — "
            "use the betting method"
        )
    events = np.cumsum(x)
    others = np.arange(1, x.size + 1) - events
    likelihood = events * np.log(m) + others * np.log1p(-m)
    return np.asarray(special.betaln(events + 1, others + 1) - likelihood)
