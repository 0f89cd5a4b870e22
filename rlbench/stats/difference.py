"""How much better is one method than another? The interval of the difference itself.

Two intervals that overlap do not say that two methods are equal, so the difference gets an interval of its own.
"""

from dataclasses import replace

import numpy as np

from rlbench.stats.bootstrap import REPLICATES, Statistic, resampled
from rlbench.stats.intervals import Interval, satterthwaite_interval
from rlbench.stats.pairing import Tasks, same_tasks


def difference_of_means(first: Tasks, second: Tasks) -> Interval:
    """First minus second mean of task means, with Satterthwaite's degrees of freedom; one task: Welch's interval.

    The mean of all task means, the second method's with their sign turned, is half the difference.
    """
    pairs = same_tasks(first, second)
    half = satterthwaite_interval([x for x, _ in pairs] + [-y for _, y in pairs])
    return replace(half, estimate=2 * half.estimate, low=2 * half.low, high=2 * half.high)


def bootstrapped_difference(
    first: Tasks, second: Tasks, statistic: Statistic, generator: np.random.Generator, count: int = REPLICATES
) -> Interval:
    """First minus second `statistic` (such as `pooled_iqm`), both resampled, expanded percentile interval."""
    same_tasks(first, second)
    one, other = (resampled(tasks, statistic, generator, count) for tasks in (first, second))
    return one.minus(other).expanded_percentile()
