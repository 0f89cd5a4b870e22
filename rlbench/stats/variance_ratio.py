"""Does one method vary more between seeds than another, over all tasks? A log ratio with its interval, and a test.

Ratios have no unit, so tasks of any scale are put together. The test also uses tasks on which all runs of a method
are equal; a ratio cannot.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from rlbench.stats.intervals import CONFIDENCE, Interval, MadeBy
from rlbench.stats.pairing import Tasks, fewest, same_tasks
from rlbench.stats.permutation import PERMUTATIONS, Permutation, permutation_test
from rlbench.stats.spread import kurtosis


@dataclass(frozen=True)
class LogRatio:
    """ln(s1 / s2), pooled over the tasks that have one."""

    interval: Interval
    tasks: int
    """Tasks with a ratio: the others have a method of which half of the runs or more are equal, or one run."""
    left_out: int
    error: float
    """Standard error of the estimate, on `freedom` degrees of freedom; NaN without a ratio."""
    freedom: float


def log_variance_ratio(first: Tasks, second: Tasks) -> LogRatio:
    """ln(s1 / s2) + 1 / (2 (n1 - 1)) - 1 / (2 (n2 - 1)), mean over tasks, with a t interval; 0: equal spread.

    The bias of each logarithm is taken off as in Nakagawa et al. 2015, "Meta-analysis of variation". Tasks are
    weighted by the inverse of 1 / (2 (n1 - 1)) + 1 / (2 (n2 - 1)), their sampling variance for normal data, so that
    weights know nothing of the runs. The variance itself has the data's kurtosis k, averaged over tasks and methods:
    (k - (n - 3) / n) / (4 (n - 1)) for each logarithm, on sum(n - 1) degrees of freedom. Where most runs of a method
    are equal, as at a task's ceiling, its deviation is the size of a few exceptions, and the task is left out.
    """
    pairs = same_tasks(first, second)
    kept = [pair for pair in pairs if all(len(x) > 1 and _spreads(x) for x in pair)]
    if not kept:
        nan = float("nan")
        return LogRatio(Interval(nan, nan, nan, MadeBy.NO_VALUE), 0, len(pairs), nan, nan)
    n = np.array([[len(x) for x in pair] for pair in kept])
    deviation = np.array([[x.std(ddof=1) for x in pair] for pair in kept])
    bias = 1 / (2 * (n - 1))
    weight = 1 / bias.sum(1)
    weight = weight / weight.sum()
    peaked = np.mean([kurtosis(x) for pair in kept for x in pair])
    square = ((peaked - (n - 3) / n) / (4 * (n - 1))).sum(1)
    estimate = float(weight @ (np.log(deviation) + bias) @ [1, -1])
    error, freedom = float(np.sqrt(weight**2 @ square)), float((n - 1).sum())
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, freedom)) * error
    interval = Interval(estimate, estimate - half, estimate + half, MadeBy.LOG_RATIO)
    return LogRatio(interval, len(kept), len(pairs) - len(kept), error, freedom)


def _spreads(values: np.ndarray) -> bool:
    """Whether fewer than half of the runs are equal: else the median distance from the median is 0."""
    return bool(np.median(np.abs(values - np.median(values))) > 0)


def spread_test(first: Tasks, second: Tasks, generator: np.random.Generator, count: int = PERMUTATIONS) -> Permutation:
    """Permutation test that two methods spread equally on every task, on distances |x - median of the method|.

    Distances are divided by their mean on the task, so that tasks of any scale count alike; `difference` is in that
    unit. A task on which neither method varies says nothing and counts as such. Brown and Forsythe's idea (1974),
    dealt instead of looked up.
    """
    distances = [[np.abs(x - np.median(x)) for x in pair] for pair in same_tasks(first, second)]
    if fewest(first, second) < 2:
        return permutation_test(first, second, generator, count)
    scales = [np.concatenate(pair).mean() or 1.0 for pair in distances]
    scaled = [[x / scale for x in pair] for pair, scale in zip(distances, scales, strict=True)]
    return permutation_test([pair[0] for pair in scaled], [pair[1] for pair in scaled], generator, count)
