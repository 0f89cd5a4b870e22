"""95 % intervals that need no resampling: for a mean, a mean of task means, and a share.

Two cases have no honest formula and are labelled instead of hidden. One value has no spread: its bounds are NaN.
Equal values have spread 0: the formula gives [x, x], which is returned, but the label says that it is no certainty
(ten seeds at a task's ceiling do not exclude that an eleventh fails; the interval of a share says how often).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

CONFIDENCE = 0.95


class MadeBy(StrEnum):
    """How an interval came about."""

    T = "t"
    SATTERTHWAITE = "t with Satterthwaite's degrees of freedom"
    WILSON = "Wilson"
    PERCENTILE = "stratified percentile bootstrap"
    EXPANDED_PERCENTILE = "stratified expanded percentile bootstrap"
    MATCHED_PAIRS = "Clopper and Pearson, one method's runs all above the other's"
    BONETT = "Bonett"
    RECOVERED = "recovered from two intervals"
    TWO_WAY = "t over seeds and prompts at once"
    CHECKPOINT = "t over prompts: this checkpoint only"
    LOG_RATIO = "t of a log ratio, kurtosis from the data"
    EXACT = "computed exactly, nothing was sampled"
    CONSTANT = "all values equal"
    ONE_VALUE = "none: one value has no spread"
    NO_VALUE = "none: no value"


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % bounds, all in the unit of the data; NaN where there is none."""

    estimate: float
    low: float
    high: float
    made_by: MadeBy


def fallback(tasks: Sequence[np.ndarray], estimate: float) -> Interval | None:
    """The interval where no formula applies: some task has fewer than two values, or every task has equal ones."""
    nan = float("nan")
    if not tasks or min(len(values) for values in tasks) == 0:
        return Interval(nan, nan, nan, MadeBy.NO_VALUE)
    if min(len(values) for values in tasks) == 1:
        return Interval(estimate, nan, nan, MadeBy.ONE_VALUE)
    if all(values.min() == values.max() for values in tasks):
        return Interval(estimate, estimate, estimate, MadeBy.CONSTANT)
    return None


def t_interval(values: ArrayLike) -> Interval:
    """Student's interval for the mean of [seeds]: mean +- t(.975, n - 1) s / sqrt(n).

    A NaN among the values makes estimate and bounds NaN: a value that is missing is not left out in silence.
    """
    return satterthwaite_interval([values])


def satterthwaite_interval(tasks: Sequence[ArrayLike]) -> Interval:
    """Interval for the mean of task means: one [seeds] per task, numbers of seeds may differ.

    With v_m = s_m^2 / n_m the variance of the mean of M task means is sum(v_m) / M^2, on
    (sum v_m)^2 / sum(v_m^2 / (n_m - 1)) degrees of freedom (Satterthwaite 1946,
    "An Approximate Distribution of Estimates of Variance Components"). One task: Student's t.
    """
    strata = [np.asarray(values, dtype=float) for values in tasks]
    if any(values.ndim != 1 for values in strata):
        raise ValueError("one flat list of seeds per task is wanted")
    means = [_mean(values) for values in strata]
    estimate = float(np.mean(means)) if means else float("nan")
    unusual = fallback(strata, estimate)
    if unusual is not None:
        return unusual
    variance, freedom = variance_of_sum(strata)
    half = special.stdtrit(freedom, 0.5 + CONFIDENCE / 2) * np.sqrt(variance) / len(strata)
    made_by = MadeBy.T if len(strata) == 1 else MadeBy.SATTERTHWAITE
    return Interval(estimate, float(estimate - half), float(estimate + half), made_by)


def variance_of_sum(tasks: Sequence[np.ndarray]) -> tuple[float, float]:
    """Variance sum(s_m^2 / n_m) of the sum of task means, and Satterthwaite's degrees of freedom.

    For tasks of two or more seeds, not all without spread.
    """
    count = np.array([len(values) for values in tasks])
    variance = np.array([values.var(ddof=1) for values in tasks]) / count
    return variance.sum(), variance.sum() ** 2 / (variance**2 / (count - 1)).sum()


def _mean(values: np.ndarray) -> float:
    if not len(values):
        return float("nan")
    # The mean of equal numbers may differ from them in the last digit; [x, x] should hold x itself.
    return float(values[0] if values.min() == values.max() else values.mean())


@cache
def wilson_interval(successes: int, trials: int) -> Interval:
    """Interval for a share, honest at 0 and at 1 (Wilson 1927); NaN for no trial.

    Raises ValueError unless 0 <= successes <= trials.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is not a share")
    if trials == 0:
        nan = float("nan")
        return Interval(nan, nan, nan, MadeBy.NO_VALUE)
    bounds = stats.binomtest(successes, trials).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(successes / trials, float(bounds.low), float(bounds.high), MadeBy.WILSON)


def turned_back(interval: Interval) -> Interval:
    """An interval of a logarithm as one of what it is the logarithm of."""
    low, estimate, high = np.exp([interval.low, interval.estimate, interval.high])
    return replace(interval, estimate=float(estimate), low=float(low), high=float(high))
