"""Two treatments compared when not every reader read every case.

Split plots, readers of one arm only, a reading that went missing: the variance of a
U-statistic needs no balance, only at least two readers and two cases of each truth an arm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, Self, TypeAlias

import numpy as np

from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray
from probatum.analysis.reader_study.inference import about_difference, judged
from probatum.analysis.reader_study.moments import PairSums
from probatum.analysis.reader_study.reads import Reads
from probatum.errors import NotEstimable

Moments: TypeAlias = Literal["unbiased", "biased"]

_APART: Final = np.array(
    [
        [1, 0, 0, 0, 0, 0, 0, 0],
        [-1, 1, 0, 0, 0, 0, 0, 0],
        [-1, 0, 1, 0, 0, 0, 0, 0],
        [1, -1, -1, 1, 0, 0, 0, 0],
        [-1, 0, 0, 0, 1, 0, 0, 0],
        [1, -1, 0, 0, -1, 1, 0, 0],
        [1, 0, -1, 0, -1, 0, 1, 0],
        [-1, 1, 1, -1, 1, -1, -1, 1],
    ],
    dtype=np.float64,
)
"""From sums that hold each other to sums that share exactly what their name says."""


def ustatistic_difference(
    reads: Reads,
    *,
    treatment_a: str | None = None,
    treatment_b: str | None = None,
    moments: Literal["unbiased", "biased"] = "unbiased",
    margin: float | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Readers' mean area under treatment A less that under B, whoever read what.

    Each mean area is over all pairs of a diseased and another case read by one reader,

    .. math:: \hat A = \frac{\sum_r \sum_{x,y} \psi(x_r, y_r)}{\sum_r m_r n_r}, \qquad
        \widehat{\mathrm{Cov}}(\hat A, \hat B) = \hat A \hat B - \hat M_8

    with :math:`\hat M_8` the mean of :math:`\psi\psi'` over pairs of readings by different
    readers of different diseased and different other cases: an unbiased estimate of the
    product of the two true areas. The variance is
    :math:`V_{AA} + V_{BB} - 2 V_{AB}`.

    Parameters
    ----------
    reads : Reads
        Any pattern of readers and cases; at least two readers in each arm.
    treatment_a, treatment_b : str, optional
        Which two treatments; needed where there are more than two.
    moments : {"unbiased", "biased"}
        Biased moments give a variance that is a little too large and seldom negative.
    margin : float in (0, 1), optional
        Largest acceptable loss of A; the p-value is then one-sided, of a loss that large.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [-1, 1]; 0 where the treatments serve alike.

    Raises
    ------
    NotEstimable
        With fewer than two readers in an arm, or when the unbiased variance is not positive.

    References
    ----------
    Barrett HH, Kupinski MA, Clarkson E. Proc SPIE 2005;5749:21-31. Gallas BD. Acad Radiol
    2006;13:353-362. Gallas BD, Bandos A, Samuelson FW, Wagner RF. Commun Stat Theory Methods
    2009;38:2586-2603, eq. 19.

    Departures
    ----------
    Papers give no degrees of freedom for unbalanced designs. Here, as in the R engine of the
    FDA's iMRMC: Satterthwaite over the components of diseased cases, other cases and readers,
    each from the biased moments on d - 1, d its effective number in an arm, the smaller of the
    arms; never below the smallest of these. Readers unpaired across arms therefore count as
    those of the smaller arm. The number is neither rounded nor replaced by infinity above 50.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> treatment, reader, case = (x.ravel() for x in np.indices((2, 4, 40)))
    >>> rating = rng.normal(size=320) + (case % 2) * (1 + 0.2 * treatment)
    >>> read = (reader < 2) == (case < 20)  # two readers for each half of the cases
    >>> found = ustatistic_difference(Reads(reader=reader[read], treatment=treatment[read],
    ...     case=case[read], truth=(case % 2)[read], rating=rating[read]))
    >>> found.n, found.df >= 3
    (40, True)
    """
    if moments not in ("unbiased", "biased"):
        raise NotEstimable(f"moments — expected 'unbiased' or 'biased', got {moments!r}")
    a, b = _arms(reads, treatment_a, treatment_b)
    both = np.concatenate([a, b])
    sums = PairSums.of(both, reads.case_truth)
    aa, ab, bb = (ArmSums.of(sums, arms) for arms in ((0, 0), (0, 1), (1, 1)))
    of_difference = aa.covariance(moments) + bb.covariance(moments) - 2 * ab.covariance(moments)
    if not of_difference > 0:
        raise NotEstimable(
            f"U-statistic variance, {moments} moments — expected a positive variance, got "
            f"{of_difference:.3g} — too few readings; plan for it, or use biased moments"
        )
    return judged(
        math.sqrt(aa.product) - math.sqrt(bb.product),
        math.sqrt(of_difference),
        _degrees_of_freedom(of_difference, aa, ab, bb),
        question=about_difference(margin),
        confidence=confidence,
        n=int(np.count_nonzero(np.isfinite(both).any(axis=0))),
        method=f"U-statistic for any pattern of readings, {moments} moments, Satterthwaite "
        "degrees of freedom"
        + ("" if margin is None else f"; non-inferiority, margin {margin:g}"),
        within=(-1.0, 1.0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSums:
    """Sums over pairs of readings of two arms: by the same reader, then by any two.

    Attributes
    ----------
    success, count : (8,) of float
        Same reader: same cases, same diseased case, same other case, any cases; then the same
        four over any two readers.
    """

    success: FloatArray
    count: FloatArray

    @classmethod
    def of(cls, sums: PairSums, arms: tuple[int, int]) -> Self:
        """The sums of two arms, from those of all tests, readers in the same order in each."""
        readers = sums.count.shape[1] // 2
        i, j = (slice(arm * readers, (arm + 1) * readers) for arm in arms)

        def eight(blocks: FloatArray) -> FloatArray:
            same = np.trace(blocks, axis1=1, axis2=2)
            return np.concatenate([same, blocks.sum(axis=(1, 2))])

        found = cls(success=eight(sums.success[:, i, j]), count=eight(sums.count[:, i, j]))
        if not (_APART @ found.count)[7] > 0:
            raise NotEstimable(
                "readers — expected at least two in each arm, with at least two diseased and "
                "two other cases, got fewer"
            )
        return found

    @property
    def product(self) -> float:
        """Product of the two arms' mean areas."""
        return float(self.success[7] / self.count[7])

    @property
    def biased(self) -> FloatArray:
        """Mean products over sums that hold each other; 0 where there is none to average."""
        return np.asarray(
            np.divide(self.success, self.count, out=np.zeros(8), where=self.count > 0)
        )

    def covariance(self, moments: Moments) -> float:
        """Covariance of the two arms' mean areas over readers and cases."""
        apart = _APART @ self.count
        if moments == "unbiased":
            return self.product - float((_APART @ self.success)[7] / apart[7])
        share = apart / self.count[7]
        return float(share @ self.biased - self.biased[7])

    @property
    def parts(self) -> FloatArray:
        """What diseased cases, other cases and readers add alone, from biased moments."""
        return np.asarray(self.biased[[5, 6, 3]] - self.biased[7])

    @property
    def sizes(self) -> FloatArray:
        """Effective numbers of diseased cases, other cases and readers."""
        return np.asarray(self.count[7] / self.count[[5, 6, 3]])


def _arms(reads: Reads, a: str | None, b: str | None) -> tuple[FloatArray, FloatArray]:
    known = reads.treatments
    if a is None and b is None and len(known) == 2:
        a, b = known
    if a not in known or b not in known or a == b:
        raise NotEstimable(
            f"treatments — expected two different ones of {', '.join(known)}, got "
            f"{a!r} and {b!r} — name treatment_a and treatment_b"
        )
    ratings = reads.ratings
    return ratings[known.index(a)], ratings[known.index(b)]


def _degrees_of_freedom(variance: float, aa: ArmSums, ab: ArmSums, bb: ArmSums) -> float:
    each = np.minimum(aa.sizes, bb.sizes) - 1
    parts = aa.parts + bb.parts - 2 * ab.parts
    spread = float(np.sum(parts**2 / each**3))
    least = float(each.min())
    return max(variance**2 / spread, least) if spread > 0 else math.inf
