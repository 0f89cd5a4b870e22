"""Probability of improvement: how often does a run of one method beat a run of another?

Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", section 4.3: for one
task the share of pairs of runs in which the first is better (Mann and Whitney's U over n1 n2), ties counted
half; then the mean over tasks. Scales do not matter. Of two methods that are the same it is 1/2.
"""

import numpy as np
from scipy import stats

from rlbench.stats.bootstrap import REPLICATES, Floats, expanded_percentile_interval
from rlbench.stats.intervals import CONFIDENCE, Interval, MadeBy
from rlbench.stats.pairing import Tasks, fewest, same_tasks


def probability_of_improvement(first: Tasks, second: Tasks) -> float:
    """P(a run of the first is above one of the second), mean over tasks; NaN without runs."""
    if fewest(first, second) == 0:
        return float("nan")
    pairs = same_tasks(first, second)
    return float(_improvement(*(x for x, _ in pairs), *(y for _, y in pairs)))


def improvement_interval(
    first: Tasks, second: Tasks, generator: np.random.Generator, count: int = REPLICATES
) -> Interval:
    """Stratified expanded percentile interval: both methods' seeds are resampled within each task.

    Where no run of one method lies among the other's on any task, every resample gives the same number. Then each
    task is seen as min(n1, n2) pairs of runs that all went one way, and the interval of their share is
    Clopper and Pearson's (1934): all of n pairs won bounds the probability from below by .025^(1/n).
    """
    pairs = same_tasks(first, second)
    few = fewest(first, second)
    wins = np.array([_improvement(x, y) for x, y in pairs]) if few else np.empty(0)
    if few >= 2 and np.isin(wins, (0.0, 1.0)).all():
        seen = stats.binomtest(int(wins.sum()) * few, len(pairs) * few).proportion_ci(CONFIDENCE, method="exact")
        return Interval(float(wins.mean()), float(seen.low), float(seen.high), MadeBy.MATCHED_PAIRS)
    return expanded_percentile_interval([*first, *second], _improvement, generator, count)


def _improvement(*tasks: Floats) -> Floats:
    """The first method's tasks, then the second's: one [..., seeds] each, to [...]."""
    half = len(tasks) // 2
    return np.mean([_share(x, y) for x, y in zip(tasks[:half], tasks[half:], strict=True)], axis=0)


def _share(first: Floats, second: Floats) -> Floats:
    """Share of pairs that the first wins, ties counted half: [..., n1] and [..., n2] to [...]; NaN where one is."""
    x, y = first[..., :, None], second[..., None, :]
    won = np.count_nonzero(x > y, axis=(-1, -2)) + np.count_nonzero(x >= y, axis=(-1, -2))
    missing = np.isnan(first).any(-1) | np.isnan(second).any(-1)
    return np.where(missing, np.nan, won / (2 * first.shape[-1] * second.shape[-1]))
