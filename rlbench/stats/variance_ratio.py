"""Does one method vary more between seeds than another, over all tasks? A log ratio with its interval, and its test.

Ratios have no unit, so tasks of any scale are put together. Where half of a method's runs or more are equal, as at a
task's ceiling, its deviation is the size of a few exceptions: such a task has no ratio.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from rlbench.stats.intervals import CONFIDENCE, Interval, MadeBy
from rlbench.stats.pairing import Tasks, same_tasks
from rlbench.stats.permutation import PERMUTATIONS, SAME, some_deals
from rlbench.stats.spread import kurtosis

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LogRatio:
    """ln(s1 / s2), pooled over the tasks that have one."""

    interval: Interval
    tasks: int
    """Tasks with a ratio."""
    left_out: int
    error: float
    """Standard error of the estimate, on `freedom` degrees of freedom; NaN without a ratio."""
    freedom: float


def log_variance_ratio(first: Tasks, second: Tasks) -> LogRatio:
    """ln(s1 / s2) + 1 / (2 (n1 - 1)) - 1 / (2 (n2 - 1)), mean over tasks, with a t interval; 0: equal spread.

    The bias of each logarithm is taken off as in Nakagawa et al. 2015, "Meta-analysis of variation". Tasks are
    weighted by the inverse of 1 / (2 (n1 - 1)) + 1 / (2 (n2 - 1)), their sampling variance for normal data, so that
    weights know nothing of the runs. The variance itself has the data's kurtosis k, averaged over tasks and methods:
    (k - (n - 3) / n) / (4 (n - 1)) for each logarithm, on sum(n - 1) degrees of freedom.
    """
    pairs = same_tasks(first, second)
    kept = [pair for pair in pairs if has_ratio(*pair)]
    if not kept:
        nan = float("nan")
        return LogRatio(Interval(nan, nan, nan, MadeBy.NO_VALUE), 0, len(pairs), nan, nan)
    estimate, error = (float(value) for value in _pooled(kept))
    freedom = float(sum(len(x) - 1 for pair in kept for x in pair))
    half = float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * error
    interval = Interval(estimate, estimate - half, estimate + half, MadeBy.LOG_RATIO)
    return LogRatio(interval, len(kept), len(pairs) - len(kept), error, freedom)


def ratio_test(first: Tasks, second: Tasks, generator: np.random.Generator, count: int = PERMUTATIONS) -> float:
    """Two-sided p-value that the log ratio is 0, by permutation; NaN where no task has one.

    Distances from the own median are dealt anew between both methods of each task, `count` times, and the estimate over
    its standard error, as in `log_variance_ratio`, is compared with what such dealing gives. A deal that leaves a
    method without spread counts as more extreme.
    """
    kept = [pair for pair in same_tasks(first, second) if has_ratio(*pair)]
    if not kept:
        return float("nan")
    dealt = []
    for pair in kept:
        x, y = (values - np.median(values) for values in pair)
        deals = some_deals(x, y, generator, count).T
        dealt.append((deals[:, : len(x)], deals[:, len(x) :]))
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate, error = _pooled(dealt)
        statistic = np.abs(estimate / error)
    # The first is the observed deal; what is no number is not below it.
    return float((~(statistic < SAME * statistic[0])).sum() / len(statistic))


def has_ratio(first: Floats, second: Floats) -> bool:
    """Whether fewer than half of each method's runs on a task are equal to their median."""
    return all(len(runs) > 1 and np.median(np.abs(runs - np.median(runs))) > 0 for runs in (first, second))


def _pooled(pairs: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """The log ratio and its standard error, [...], from one pair of [..., seeds] per task."""
    n = np.array([[x.shape[-1] for x in pair] for pair in pairs])
    bias = 1 / (2 * (n - 1))
    weight = 1 / bias.sum(1)
    weight = weight / weight.sum()
    ratios = [np.log(x.std(axis=-1, ddof=1)) - np.log(y.std(axis=-1, ddof=1)) for x, y in pairs]
    estimate = np.tensordot(weight, np.stack(ratios) + _upright(bias @ [1, -1], ratios[0]), axes=1)
    peaked = np.mean([kurtosis(x) for pair in pairs for x in pair], axis=0)
    scale = (1 / (4 * (n - 1))).sum(1)
    least = ((n - 3) / n / (4 * (n - 1))).sum(1)
    return estimate, np.sqrt(peaked * (weight**2 @ scale) - weight**2 @ least)


def _upright(values: Floats, like: Floats) -> Floats:
    """[tasks] with as many further axes as `like` has."""
    return values.reshape(-1, *[1] * np.ndim(like))
