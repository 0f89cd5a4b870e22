"""What could have been seen at all? The smallest difference that a comparison finds four times in five.

A comparison that finds nothing says little where the methods would have had to differ by two standard deviations to
be told apart. The test is Welch's, two-sided; for a family the level is divided by its size, which is the level of
Holm's first step. Equal spread of both methods and on all tasks is assumed where only numbers of seeds are given.
"""

import numpy as np
from scipy import optimize, stats

from rlbench.stats.intervals import CONFIDENCE, variance_of_sum
from rlbench.stats.pairing import Tasks, fewest, same_tasks

POWER = 0.8
"""The chance with which the difference is found."""
NODES = 4_000
"""Values of the estimated standard error that `power` averages over."""


def smallest_detectable_effect(seeds: int, tasks: int = 1, comparisons: int = 1) -> float:
    """In standard deviations between seeds (Cohen's d), for `seeds` runs per method and task; NaN below two.

    It is the difference of means of task means over the standard deviation between the seeds of a task.
    """
    if seeds < 2:
        return float("nan")
    return _shift(2 * tasks * (seeds - 1), comparisons) * float(np.sqrt(2 / (seeds * tasks)))


def smallest_detectable_difference(first: Tasks, second: Tasks, comparisons: int = 1) -> float:
    """In the values' unit: the same with the standard error and Satterthwaite's degrees of freedom of these runs.

    NaN where a task has fewer than two seeds; 0 where nothing varies. It is a property of the design, estimated
    from the spread that was seen, and not of the difference that was seen.
    """
    if fewest(first, second) < 2:
        return float("nan")
    strata = [values for pair in same_tasks(first, second) for values in pair]
    if all(values.min() == values.max() for values in strata):
        return 0.0
    variance, freedom = variance_of_sum(strata)
    return _shift(freedom, comparisons) * float(np.sqrt(variance)) / len(first) if variance > 0 else float("nan")


def smallest_detectable_shift(error: float, freedom: float, comparisons: int = 1) -> float:
    """In the estimate's unit, for an estimate with this standard error and degrees of freedom; NaN where these are."""
    return _shift(freedom, comparisons) * error if np.isfinite(error) and np.isfinite(freedom) else float("nan")


def times_as_many(difference: float, detectable: float) -> float:
    """How many times as many runs would find a difference of this size, where now `detectable` is the smallest.

    A standard error falls with the root of the number of runs: (detectable / difference)^2. Infinite for no difference.
    """
    return (detectable / difference) ** 2 if difference else float("inf")


def power(shift: float, freedom: float, level: float) -> float:
    """Chance that a two-sided t test rejects where the true difference is `shift` standard errors.

    The tails of the noncentral t, as a mean over the distribution of the estimated standard error: scipy's own
    are NaN for large shifts.
    """
    estimated = np.sqrt(stats.chi2.ppf((np.arange(NODES) + 0.5) / NODES, freedom) / freedom)
    limit = stats.t.isf(level / 2, freedom) * estimated
    return float((stats.norm.sf(limit - shift) + stats.norm.cdf(-limit - shift)).mean())


def _shift(freedom: float, comparisons: int) -> float:
    """The difference in standard errors at which the test has its power."""
    level = (1 - CONFIDENCE) / comparisons
    farthest = 3 * float(stats.t.isf(level / 2, freedom)) + 3
    found = optimize.root_scalar(lambda shift: power(shift, freedom, level) - POWER, bracket=(0, farthest))
    return float(found.root)
