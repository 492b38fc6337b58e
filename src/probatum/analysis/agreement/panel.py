"""Do several raters put the same cases into the same categories?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.agreement.chance import judged_by_chance
from probatum.analysis.agreement.ratings import Counts, counts, unanimous
from probatum.analysis.choices import whole_number
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray
from probatum.analysis.reader_study.inference import Question, judged
from probatum.errors import NotEstimable

_ROUNDING = 1e-12


def fleiss_kappa(
    rater: ArrayLike, case: ArrayLike, rating: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    r"""Agreement of several raters beyond chance, habits shared by all.

    .. math:: \hat\kappa = \frac{p_a - p_e}{1 - p_e}, \quad p_a = \frac{1}{n'}
        \sum_{i: r_i \ge 2} \sum_k \frac{r_{ik} (r_{ik} - 1)}{r_i (r_i - 1)}, \quad
        p_e = \sum_k \pi_k^2, \quad \pi_k = \frac1n \sum_i \frac{r_{ik}}{r_i}

    with :math:`r_{ik}` of the :math:`r_i` raters of case i choosing category k.

    Parameters
    ----------
    rater, case, rating : (m,) labels
        A row for each rating; raters may differ from case to case, and need not rate all.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At most 1; 0 is what chance gives. The interval is about other cases, these raters.
        The p-value is of a kappa of 0, with the variance under that hypothesis.

    Raises
    ------
    NotEstimable
        When a rater rated a case twice, all ratings are one category, or fewer than two cases.

    References
    ----------
    Fleiss JL. Psychol Bull 1971;76:378-382. Gwet KL. Educ Psychol Meas 2021;81:781-790 (the
    variance where agreement is not by chance, and missing ratings). Fleiss JL, Nee JCM,
    Landis JR. Psychol Bull 1979;86:974-977 (the variance where it is).

    Departures
    ----------
    Fleiss's own standard error holds only where kappa is 0: the test has it, the interval not.
    It is carried over to cases with unequal numbers of ratings.

    Examples
    --------
    >>> found = fleiss_kappa(["a", "b"] * 4, [1, 1, 2, 2, 3, 3, 4, 4],
    ...                      [1, 1, 1, 1, 2, 2, 1, 2])
    >>> round(found.value, 4)
    0.4667
    """
    seen = counts(rater, case, rating)
    habit = _habit(seen)
    found = _beyond_chance(
        seen,
        chance=float(np.sum(habit**2)),
        each=_shares(seen) @ habit,
        confidence=confidence,
        method="Fleiss kappa, Gwet variance over cases, t interval",
    )
    if found.statistic is None:
        return found
    rated = seen.raters >= 2
    return judged_by_chance(
        replace(found, method=f"{found.method}; Fleiss-Nee-Landis test"),
        raters=seen.raters,
        share=habit,
        distance=1 - np.eye(habit.size),
        observed=rated / rated.sum(),
        expected=np.full(rated.size, 1 / rated.size),
    )


def gwet_ac1(
    rater: ArrayLike,
    case: ArrayLike,
    rating: ArrayLike,
    *,
    categories: int | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Agreement of raters beyond chance, where chance is guessing in the cases that are hard.

    As :func:`fleiss_kappa`, with

    .. math:: p_e = \frac{1}{q - 1} \sum_k \pi_k (1 - \pi_k)

    which stays small when nearly all cases are of one kind, where kappa breaks down.

    Parameters
    ----------
    rater, case, rating : (m,) labels
        A row for each rating; raters need not rate all cases.
    categories : int, at least 2, optional
        q, how many there are to choose from; the number seen when not given.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At most 1; 0 is what guessing gives.

    Raises
    ------
    NotEstimable
        As :func:`fleiss_kappa`; one category alone is allowed where ``categories`` says that
        there were others.

    References
    ----------
    Gwet KL. Br J Math Stat Psychol 2008;61:29-48.

    Examples
    --------
    >>> found = gwet_ac1(["a", "b"] * 4, [1, 1, 2, 2, 3, 3, 4, 4], [1, 1, 1, 1, 2, 2, 1, 2])
    >>> round(found.value, 4)
    0.5294
    """
    seen = counts(rater, case, rating)
    q = seen.category.size if categories is None else categories
    if not whole_number(q) >= max(seen.category.size, 2):
        raise NotEstimable(
            f"categories — expected at least two and those seen, {seen.category.size}, got {q}"
        )
    habit = _habit(seen)
    return _beyond_chance(
        seen,
        chance=float(np.sum(habit * (1 - habit))) / (q - 1),
        each=_shares(seen) @ (1 - habit) / (q - 1),
        confidence=confidence,
        method="Gwet AC1, variance over cases, t interval",
    )


def _shares(seen: Counts) -> FloatArray:
    return np.asarray(seen.table / seen.raters[:, None])


def _habit(seen: Counts) -> FloatArray:
    return np.asarray(_shares(seen).mean(axis=0))


def _beyond_chance(
    seen: Counts, *, chance: float, each: FloatArray, confidence: float, method: str
) -> Estimate:
    r"""Coefficient and its variance over cases, linearised.

    .. math:: \hat\kappa_i^* = \hat\kappa_i - 2 (1 - \hat\kappa)
        \frac{p_{e|i} - p_e}{1 - p_e}, \qquad
        \widehat{\mathrm{Var}} = \frac{\sum (\hat\kappa_i^* - \hat\kappa)^2}{n (n - 1)}
    """
    n, rated = seen.table.shape[0], seen.raters >= 2
    if n < 2:
        raise NotEstimable(f"{method} — expected at least two cases, got {n}")
    if 1 - chance <= _ROUNDING:
        raise NotEstimable(f"{method} — expected at least two categories, got one")
    pairs = np.where(rated, seen.raters * (seen.raters - 1), 1.0)
    agreed = np.sum(seen.table * (seen.table - 1), axis=1) / pairs
    kappa = (float(agreed[rated].mean()) - chance) / (1 - chance)
    if np.all(agreed[rated] == 1):
        return unanimous(
            cases=int(rated.sum()),
            worst=1.0,
            chance=1 - chance,
            confidence=confidence,
            n=n,
            method=method,
        )
    own = np.where(rated, n / rated.sum() * (agreed - chance) / (1 - chance), 0.0)
    star = own - 2 * (1 - kappa) * (each - chance) / (1 - chance)
    return judged(
        kappa,
        float(np.sqrt(np.sum((star - kappa) ** 2) / (n * (n - 1)))),
        float(n - 1),
        question=Question(),
        confidence=confidence,
        n=n,
        method=method,
        within=(-1.0, 1.0),
    )
