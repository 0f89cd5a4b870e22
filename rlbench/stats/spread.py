"""How far apart do the seeds of one method end up? A variance with its interval, and a range in percent.

Both are of one task: seeds of different tasks are not compared with each other.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from rlbench.stats.intervals import CONFIDENCE, Interval, MadeBy, fallback

LOW, HIGH = 0.05, 0.95
"""Quantiles whose distance is the inter-percentile range."""


def variance_interval(values: ArrayLike) -> Interval:
    """Interval for the variance of [seeds], in their squared unit, for data that need not be normal.

    Bonett 2006, "Approximate confidence interval for standard deviation of nonnormal distributions": exp(log(c s^2)
    +- z c sqrt((k - (n - 3) / n) / (n - 1))) with c = n / (n - z) and k the kurtosis; about the median and not a
    trimmed mean, which covers better under skew. A chi-squared interval would cover 70 to 80 % of skewed data.
    """
    seeds = np.asarray(values, dtype=float)
    square = float(seeds.var(ddof=1)) if len(seeds) > 1 else float("nan")
    constant = len(seeds) > 0 and seeds.min() == seeds.max()
    unusual = fallback([seeds], 0.0 if constant and len(seeds) > 1 else square)
    if unusual is not None:
        return unusual
    n, quantile = len(seeds), float(special.ndtri(0.5 + CONFIDENCE / 2))
    if n <= quantile + 1:
        return Interval(square, 0.0, float("inf"), MadeBy.BONETT)
    scale = n / (n - quantile)
    half = quantile * scale * float(np.sqrt((kurtosis(seeds) - (n - 3) / n) / (n - 1)))
    return Interval(square, scale * square * np.exp(-half), scale * square * np.exp(half), MadeBy.BONETT)


def kurtosis(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """n sum((x - median)^4) / (sum((x - mean)^2))^2 of [..., seeds], to [...]: 3 for many normal ones.

    NaN where all are equal.
    """
    # A square of squares: numpy takes a hundred times as long for a fourth power.
    fourth = (((values - np.median(values, axis=-1, keepdims=True)) ** 2) ** 2).sum(-1)
    square = ((values - values.mean(-1, keepdims=True)) ** 2).sum(-1)
    return values.shape[-1] * fourth / square**2


def interpercentile_range(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """95th minus 5th percentile of [..., seeds], to [...]; in their unit.

    Of normalised areas under the curve this is IPR-90 (Tanaka and Mahmood 2026, arXiv:2606.06746) on fixed anchors
    instead of a task's smallest and largest score. To be shown without an interval: few seeds say too little of such
    outer quantiles, and a bootstrap, which never leaves the range of the data, covers 65 to 75 % with 20 seeds.
    """
    low, high = np.quantile(values, [LOW, HIGH], axis=-1)
    return high - low
