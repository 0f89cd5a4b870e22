"""Stratified bootstrap of any statistic: seeds are drawn with replacement within each task.

The plain percentile interval is too narrow for few seeds (at three it covers at most 75 % instead of 95 %).
The expanded one (Hesterberg 2015, "What Teachers Should Know about the Bootstrap") takes
quantiles further out, such that for a mean of normal data it would be as wide as Student's interval.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from rlbench.stats.intervals import CONFIDENCE, Interval, MadeBy, fallback

REPLICATES = 10_000
CHUNK = 1_000
"""Replicates held in memory at a time."""

Floats = NDArray[np.float64]
Statistic = Callable[..., Floats]
"""One [..., seeds] per task, to [...]."""


def replicates(
    tasks: Sequence[ArrayLike], statistic: Statistic, generator: np.random.Generator, count: int = REPLICATES
) -> Floats:
    """The statistic on `count` resamples: one [seeds] per task, to [count].

    Draws in the same order as scipy.stats.bootstrap(..., batch=CHUNK), so the same generator gives the same numbers.
    """
    strata = [np.asarray(values, dtype=float) for values in tasks]
    chunks = []
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        chunks.append(statistic(*(s[generator.integers(0, len(s), (size, len(s)))] for s in strata)))
    return np.concatenate(chunks)


@dataclass(frozen=True)
class Resampled:
    """A statistic of some tasks, [seeds] each, and of their resamples, [replicates]: intervals are read off it."""

    tasks: list[Floats]
    estimate: float
    replicates: Floats

    def percentile(self) -> Interval:
        """Quantiles .025 and .975 (Efron 1979); for comparison, the expanded one is what tables use."""
        return self._between((1 - CONFIDENCE) / 2, MadeBy.PERCENTILE)

    def expanded_percentile(self) -> Interval:
        """Quantiles alpha' and 1 - alpha', with alpha' from `expanded_tail`."""
        return self._between(expanded_tail([len(values) for values in self.tasks]), MadeBy.EXPANDED_PERCENTILE)

    def minus(self, other: "Resampled") -> "Resampled":
        """The difference to another method, whose resamples are independent of these and as many."""
        estimate, drawn = self.estimate - other.estimate, self.replicates - other.replicates
        return Resampled([*self.tasks, *other.tasks], estimate, drawn)

    def _between(self, tail: float, made_by: MadeBy) -> Interval:
        unusual = fallback(self.tasks, self.estimate)
        if unusual is not None:
            return unusual
        low, high = np.quantile(self.replicates, [tail, 1 - tail])
        return Interval(self.estimate, float(low), float(high), made_by)


def resampled(
    tasks: Sequence[ArrayLike], statistic: Statistic, generator: np.random.Generator, count: int = REPLICATES
) -> Resampled:
    """The statistic of one [seeds] per task and of `count` resamples; NaN without a task, or where one has no seed."""
    strata = [np.asarray(values, dtype=float) for values in tasks]
    if not strata or not all(map(len, strata)):
        return Resampled(strata, float("nan"), np.full(count, np.nan))
    return Resampled(strata, float(statistic(*strata)), replicates(strata, statistic, generator, count))


def percentile_interval(
    tasks: Sequence[ArrayLike], statistic: Statistic, generator: np.random.Generator, count: int = REPLICATES
) -> Interval:
    """`Resampled.percentile` of `count` resamples."""
    return resampled(tasks, statistic, generator, count).percentile()


def expanded_percentile_interval(
    tasks: Sequence[ArrayLike], statistic: Statistic, generator: np.random.Generator, count: int = REPLICATES
) -> Interval:
    """`Resampled.expanded_percentile` of `count` resamples."""
    return resampled(tasks, statistic, generator, count).expanded_percentile()


def expanded_tail(seeds: Sequence[int]) -> float:
    """alpha' = Phi(-r t(.975, freedom)), the share to cut from each end; seeds n_m per task, r and freedom as below.

    NaN below two seeds.
    """
    ratio, freedom = expansion(seeds)
    return float(special.ndtr(-ratio * special.stdtrit(freedom, 0.5 + CONFIDENCE / 2)))


def expansion(seeds: Sequence[int]) -> tuple[float, float]:
    """By what r a bootstrap of n_m seeds per task is too narrow, and the degrees of freedom sum(n_m - 1).

    r^2 is the usual variance of the mean of task means over the bootstrap's, which divides by n instead of n - 1.
    For equal n it is Hesterberg's n / (n - 1), for unequal n the same ratio for equal variances. NaN below two seeds.
    """
    return _expansion(tuple(seeds))


@cache
def _expansion(seeds: tuple[int, ...]) -> tuple[float, float]:
    n = np.asarray(seeds, dtype=float)
    if n.size == 0 or n.min() < 2:
        return float("nan"), float("nan")
    return float(np.sqrt((1 / n).sum() / ((n - 1) / n**2).sum())), float((n - 1).sum())
