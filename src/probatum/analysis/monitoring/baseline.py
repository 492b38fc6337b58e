"""What a control chart does when its target and spread were estimated, as they always are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from probatum.analysis.choices import whole_number
from probatum.analysis.monitoring.choices import any_number, positive
from probatum.analysis.monitoring.integral import LONGEST
from probatum.analysis.monitoring.run_length import (
    MeanLengths,
    cusum_lengths,
    ewma_lengths,
    single,
)
from probatum.analysis.observations import FloatArray
from probatum.analysis.resampling.drawing import rooted
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLengths:
    """Mean run lengths of charts that were set up alike from baselines that differ by chance.

    Attributes
    ----------
    nominal : float
        Mean run length were the baseline known.
    mean : float
        Over baselines; ruled by a few very long ones, and without a limit as baselines are
        added when these are small.
    median, tenth, ninetieth : float
        Percentiles over baselines.
    share_shorter : float in [0, 1]
        Baselines whose chart runs shorter than ``nominal``.
    patients : int
        In each baseline.
    baselines, seed : int
    method : str
    """

    nominal: float
    mean: float
    median: float
    tenth: float
    ninetieth: float
    share_shorter: float
    patients: int
    baselines: int
    seed: int
    method: str

    def as_dict(self) -> dict[str, float | int | str]:
        """Return the distribution as it stands in evidence."""
        return {name: getattr(self, name) for name in self.__slots__}


def simulated_run_length(
    limit: float,
    *,
    patients: int,
    seed: int,
    k: float | None = None,
    smoothing: float | None = None,
    shift: float = 0.0,
    side: Literal["both", "upper", "lower"] = "both",
    baselines: int = 1000,
) -> RunLengths:
    r"""Mean run lengths of a chart over the baselines it may have been set up with.

    A baseline of m patients gives :math:`\hat\mu = \mu + \sigma Z/\sqrt m` and
    :math:`\hat\sigma = \sigma \sqrt{\chi^2_{m-1}/(m - 1)}`. Baselines are simulated; the mean
    run length given one is solved for, not simulated:

    .. math:: L\bigl(\text{limit},\ (\delta - Z/\sqrt m)\,\sigma/\hat\sigma,\
        \sigma/\hat\sigma\bigr)

    Parameters
    ----------
    limit : float, above 0
        h of a CUSUM, in standard deviations; of an EWMA, in those of the average.
    patients : int, at least 2
        m, patients whose mean and standard deviation (divisor m - 1) set the chart.
    seed : int
        Of the protocol.
    k : float, at least 0, optional
        Allowance of a CUSUM; give this, or ``smoothing``.
    smoothing : float in (0, 1], optional
        Weight of the newest value of a two-sided EWMA with asymptotic limits.
    shift : float
        True mean less the true target, in true standard deviations.
    side : {"both", "upper", "lower"}
        Of a CUSUM.
    baselines : int, at least 100

    Returns
    -------
    RunLengths
        What the chart at hand, with its one baseline, may be.

    Raises
    ------
    NotEstimable
        When a choice is out of its range, or both or neither of ``k`` and ``smoothing`` are
        given.

    References
    ----------
    Jensen WA, Jones-Farmer LA, Champ CW, Woodall WH. J Qual Technol 2006;38:349-364. Jones LA,
    Champ CW, Rigdon SE. Technometrics 2001;43:156-167 (EWMA); J Qual Technol 2004;36:95-108
    (CUSUM).

    Departures
    ----------
    Values are independent and normal. Run lengths beyond 1e12 patients count as that, and
    ``method`` says how many did.

    Examples
    --------
    >>> found = simulated_run_length(5, k=0.5, patients=100, seed=1, baselines=200)
    >>> round(found.nominal), found.tenth < found.median < found.nominal
    (465, True)
    """
    lengths, words = chart_of(k, smoothing, side)
    drawn = drawn_baselines(patients, baselines, seed)
    away = any_number(shift, "shift")
    found = over_baselines(lengths, positive(limit, "limit"), away, drawn)
    nominal = single(lengths, limit, away)
    cut = int(np.count_nonzero(found >= LONGEST))
    tenth, median, ninetieth = (float(q) for q in np.quantile(found, [0.1, 0.5, 0.9]))
    return RunLengths(
        nominal=nominal,
        mean=float(found.mean()),
        median=median,
        tenth=tenth,
        ninetieth=ninetieth,
        share_shorter=float(np.mean(found < nominal)),
        patients=int(patients),
        baselines=int(baselines),
        seed=int(seed),
        method=f"{words} at {limit:g}, {baselines_told(patients, baselines, seed)}"
        + (f"; {cut} run lengths beyond {LONGEST:g} count as that" if cut else ""),
    )


def chart_of(k: float | None, smoothing: float | None, side: str) -> tuple[MeanLengths, str]:
    """The chart that one of two choices stands for, and its words.

    Raises
    ------
    NotEstimable
        When both or neither are given, or a side is asked of an EWMA.

    Examples
    --------
    >>> chart_of(0.5, None, "both")[1]
    'CUSUM, k 0.5, side both'
    """
    if k is not None and smoothing is None:
        return cusum_lengths(k, side), f"CUSUM, k {k:g}, side {side}"
    if smoothing is None or k is not None:
        raise NotEstimable(
            f"chart — expected k (a CUSUM) or smoothing (an EWMA), got {k} and {smoothing}"
        )
    if side != "both":
        raise NotEstimable(f"side — expected both for an EWMA, got {side!r}")
    return ewma_lengths(smoothing), f"EWMA, smoothing {smoothing:g}, asymptotic limits"


def drawn_baselines(patients: int, baselines: int, seed: int) -> tuple[FloatArray, FloatArray]:
    r"""Errors of the mean, :math:`(\hat\mu - \mu)/\sigma`, and :math:`\hat\sigma/\sigma`.

    Raises
    ------
    NotEstimable
        With fewer than two patients or 100 baselines, or a seed that is none.

    Examples
    --------
    >>> error, ratio = drawn_baselines(50, 100, seed=1)
    >>> error.shape == ratio.shape == (100,)
    True
    """
    if not (whole_number(patients) >= 2 and whole_number(baselines) >= 100):
        raise NotEstimable(
            "baseline — expected at least 2 patients and 100 baselines, got "
            f"{patients} and {baselines}"
        )
    rng = np.random.default_rng(rooted(seed))
    error = rng.normal(size=int(baselines)) / np.sqrt(patients)
    return error, np.sqrt(rng.chisquare(patients - 1, int(baselines)) / (patients - 1))


def over_baselines(
    lengths: MeanLengths, limit: float, shift: float, drawn: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Mean run length given each baseline.

    Examples
    --------
    >>> exact = np.zeros(1), np.ones(1)
    >>> over_baselines(cusum_lengths(0.5, "both"), 5.0, 0.0, exact).round(1)
    array([465.4])
    """
    error, ratio = drawn
    return lengths(np.full(error.size, limit), (shift - error) / ratio, 1 / ratio)


def baselines_told(patients: int, baselines: int, seed: int) -> str:
    """Where the baselines came from, in words fit for a report.

    Examples
    --------
    >>> baselines_told(50, 1000, 7)
    '1000 simulated baselines of 50 normal patients, seed 7'
    """
    return f"{baselines} simulated baselines of {patients} normal patients, seed {seed}"
