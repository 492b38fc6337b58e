"""How well does the model rank where it would be used: at few false alarms or few misses?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.choices import one_number
from probatum.analysis.discrimination.roc import RocCurve, roc_curve
from probatum.analysis.estimate import Estimate, check_level, wald
from probatum.analysis.observations import FloatArray, both_classes, scored
from probatum.errors import NotEstimable


def partial_auc(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    fpr_max: float | None = None,
    tpr_min: float | None = None,
    standardised: bool = True,
    confidence: float = 0.95,
) -> Estimate:
    r"""Area under the part of the curve with few false alarms, or with few missed events.

    .. math:: A_f = \int_0^f \mathrm{ROC}(t)\,dt, \qquad
        A^*_f = \frac12\Bigl(1 + \frac{A_f - f^2/2}{f - f^2/2}\Bigr)

    .. math:: \widehat{\mathrm{Var}}(A_f) =
        \frac{1}{m(m-1)} \sum_{i \in D} (C_i - A_f)^2 +
        \frac{1}{n(n-1)} \sum_{j \in H} (W_j - \bar W)^2

    with, of a case at false positive rate :math:`u_i`, :math:`C_i = (f - u_i)^+`, and of a
    control at :math:`t_j`, :math:`W_j = (\mathrm{ROC}(f) - \mathrm{ROC}(t_j))^+`. Both are the
    influence of one patient on :math:`A_f`, the estimated threshold at ``f`` included. With
    ``f = 1`` this is DeLong's variance. For ``tpr_min`` the classes change places, and
    :math:`f` is 1 - ``tpr_min``: the area right of the curve above that sensitivity.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier.
    fpr_max : float in (0, 1]
        The area over false positive rates from 0 to this one.
    tpr_min : float in [0, 1)
        The area over sensitivities from this one to 1. Give one of the two.
    standardised : bool
        As McClish does: 1/2 is no use, 1 perfect; otherwise the raw area, from 0 to ``f``.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        Standardised between (1 - f)/(2 - f) and 1; raw between 0 and f.

    Raises
    ------
    NotEstimable
        Unless one range is given, and as :func:`probatum.analysis.discrimination.auc`.

    References
    ----------
    McClish DK. Med Decis Making 1989;9:190-195 (the area and its standardisation).
    He Y, Escobar M. Stat Med 2008;27:5291-5308; Bandos AI, Guo B, Gur D. Stat Methods Med Res
    2017;26:528-541 (variance without a distribution).

    Departures
    ----------
    Ties are joined by a straight line, so each contributes its mean along that line. Where the
    curve jumps at ``f`` itself, ROC(f) is the middle of the jump.
    Where the variance is 0, ``method`` says why. With :math:`b = (\alpha/2)^{1/k}` from
    k = min(m, n) disjoint pairs, the raw area then reaches 1 - b below f (perfect separation)
    or f (1 - b) to either side (one score for all), both exact and wide; with none of m cases
    within the range it reaches :math:`f (1 - (\alpha/2)^{1/m})`, its threshold taken as known.

    Examples
    --------
    >>> round(partial_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], fpr_max=0.5).value, 4)
    0.6667
    >>> partial_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], fpr_max=0.5, standardised=False).value
    0.25
    """
    check_level(confidence)
    y, s, _ = scored(outcome, risk, None)
    both_classes(y, least=2)
    f, name = _range(fpr_max, tpr_min)
    if fpr_max is None:
        y, s = ~y, -s
    m = int(np.count_nonzero(y))
    found = _raw(roc_curve(y, s), f, m, y.size - m, confidence, name)
    return _standardised(found, f) if standardised else found


def _range(fpr_max: float | None, tpr_min: float | None) -> tuple[float, str]:
    if (fpr_max is None) == (tpr_min is None):
        raise NotEstimable(
            "partial area — expected one of fpr_max and tpr_min, got none or both"
        )
    end = fpr_max if tpr_min is None else tpr_min
    f = one_number(end) if tpr_min is None else round(1 - one_number(end), 12)
    if not 0 < f <= 1:
        raise NotEstimable(
            f"partial area — expected fpr_max in (0, 1] or tpr_min in [0, 1), got {end}"
        )
    kept = "specificity" if tpr_min is None else "sensitivity"
    return f, f"{kept} at least {1 - f:g}"


def _raw(curve: RocCurve, f: float, m: int, n: int, confidence: float, name: str) -> Estimate:
    of_case, of_control = _case_part(curve, f), _control_part(curve, f)
    case_share, control_share = np.diff(curve.tpr), np.diff(curve.fpr)
    area = float(case_share @ of_case)
    spread = [
        share @ (part - share @ part) ** 2 / (size - 1)
        for share, part, size in (
            (case_share, of_case, m),
            (control_share, of_control, n),
        )
    ]
    if sum(spread) <= (1e-12 * f) ** 2:
        return _exact(area, f, m, n, confidence, name)
    return wald(
        area,
        float(np.sqrt(sum(spread))),
        confidence=confidence,
        n=m + n,
        method=f"partial area, {name}, DeLong-type variance, Wald interval",
        within=(0.0, f),
    )


def _case_part(curve: RocCurve, f: float) -> FloatArray:
    """Area within the range under a step that rises along each tie's part of the curve."""
    start, end = curve.fpr[:-1], curve.fpr[1:]
    width = np.maximum(end - start, np.finfo(float).tiny)
    risen = np.clip((f - start) / width, 0.0, 1.0)
    return np.asarray(
        np.where(end > start, risen**2 * width / 2 + np.maximum(f - end, 0.0), 0.0)
        + np.where(end > start, 0.0, np.maximum(f - start, 0.0)),
        dtype=np.float64,
    )


def _control_part(curve: RocCurve, f: float) -> FloatArray:
    """How far the curve lies below its height at ``f``, on average along each tie's part."""
    start, end = curve.fpr[:-1], curve.fpr[1:]
    low, high = curve.tpr[:-1], curve.tpr[1:]
    width = np.maximum(end - start, np.finfo(float).tiny)
    share = np.clip((f - start) / width, 0.0, 1.0)
    mean_height = low + share * (high - low) / 2
    return np.asarray(share * (_height(curve, f) - mean_height), dtype=np.float64)


def _height(curve: RocCurve, f: float) -> float:
    """ROC(f); the middle of a jump."""
    before = int(np.searchsorted(curve.fpr, f, side="left"))
    after = int(np.searchsorted(curve.fpr, f, side="right")) - 1
    if before > after:
        return float(np.interp(f, curve.fpr, curve.tpr))
    return float(curve.tpr[before] + curve.tpr[after]) / 2


def _exact(area: float, f: float, m: int, n: int, confidence: float, name: str) -> Estimate:
    """Bounds where no patient's removal moves the area."""
    pairs = min(m, n)
    missed = 1 - ((1 - confidence) / 2) ** (1 / pairs)
    if area > f * (1 - 1e-9):
        bounds, why = (f - missed, f), f"perfect separation; exact bound from {pairs} pairs"
    elif area < 1e-9 * f:
        reach = f * (1 - ((1 - confidence) / 2) ** (1 / m))
        bounds = (0.0, reach)
        why = f"none of {m} within the range, its threshold taken as known"
    else:
        bounds = (area - f * missed, area + f * missed)
        why = f"one score for all; exact bound from {pairs} pairs"
    return Estimate(
        value=area,
        se=0.0,
        lower=float(max(bounds[0], 0.0)),
        upper=float(min(bounds[1], f)),
        level=confidence,
        n=m + n,
        method=f"partial area, {name}; variance is 0 ({why})",
    )


def _standardised(raw: Estimate, f: float) -> Estimate:
    least = f * f / 2
    scale = 2 * (f - least)
    lower, upper = raw.interval
    return Estimate(
        value=0.5 + (raw.value - least) / scale,
        se=(raw.se or 0.0) / scale,
        lower=0.5 + (lower - least) / scale,
        upper=0.5 + (upper - least) / scale,
        level=raw.level,
        n=raw.n,
        method=f"standardised {raw.method}",
    )
