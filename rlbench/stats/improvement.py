"""Probability of improvement: how often does a run of one method beat a run of another?

Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", section 4.3: for one
task the share of pairs of runs in which the first is better (Mann and Whitney's U over n1 n2), ties counted
half; then the mean over tasks. Scales do not matter. Of two methods that are the same it is 1/2.
"""

from functools import cache

import numpy as np
from scipy import stats

from rlbench.stats.bootstrap import REPLICATES, Floats, expanded_percentile_interval
from rlbench.stats.intervals import CONFIDENCE, Interval, MadeBy
from rlbench.stats.pairing import Tasks, fewest, same_tasks
from rlbench.stats.permutation import PERMUTATIONS, Permutation, permutation_test


def probability_of_improvement(first: Tasks, second: Tasks) -> float:
    """P(a run of the first is above one of the second), mean over tasks; NaN without runs."""
    if fewest(first, second) == 0:
        return float("nan")
    pairs = same_tasks(first, second)
    return float(np.mean([_share(*_places(*pair)) for pair in pairs]))


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
    places = [_places(*pair) for pair in pairs]
    wins = np.array([_share(*pair) for pair in places]) if few else np.empty(0)
    if few >= 2 and np.isin(wins, (0.0, 1.0)).all():
        return _matched(int(wins.sum()) * few, len(pairs) * few)
    strata = [x for x, _ in places] + [y for _, y in places]
    return expanded_percentile_interval(strata, _improvement, generator, count)


def improvement_test(
    first: Tasks, second: Tasks, generator: np.random.Generator, count: int = PERMUTATIONS
) -> Permutation:
    """Permutation test of the ranks of both methods' runs within each task, whose means differ by improvement less 1/2.

    Ranks are parts of their number, so every task counts alike.
    """
    ranked = [_ranks(*pair) for pair in same_tasks(first, second)]
    return permutation_test([x for x, _ in ranked], [y for _, y in ranked], generator, count)


def _ranks(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    ranks = stats.rankdata(np.concatenate([first, second])) / (len(first) + len(second))
    return ranks[: len(first)], ranks[len(first) :]


@cache
def _matched(won: int, pairs: int) -> Interval:
    seen = stats.binomtest(won, pairs).proportion_ci(CONFIDENCE, method="exact")
    return Interval(won / pairs, float(seen.low), float(seen.high), MadeBy.MATCHED_PAIRS)


def _improvement(*tasks: Floats) -> Floats:
    """Places in the first method's tasks, then in the second's: one [..., seeds] each, to [...]."""
    half = len(tasks) // 2
    return np.mean([_share(x, y) for x, y in zip(tasks[:half], tasks[half:], strict=True)], axis=0)


def _places(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """For each run its place among the runs of both, equal ones alike, which compare as their values do; NaN below 0.

    Small whole numbers are compared several times as fast.
    """
    values = np.concatenate([first, second])
    places = np.where(np.isnan(values), -1.0, np.unique(values, return_inverse=True)[1])
    return places[: len(first)], places[len(first) :]


def _share(first: Floats, second: Floats) -> Floats:
    """Share of pairs that the first wins, ties counted half: places [..., n1] and [..., n2] to [...]; NaN if one is."""
    # Runs come first and resamples last in memory, so that sums run over many numbers at once.
    x = np.ascontiguousarray(np.moveaxis(first, -1, 0).astype(np.int16))[:, None]
    y = np.ascontiguousarray(np.moveaxis(second, -1, 0).astype(np.int16))[None]
    comparisons = 2 * len(x) * y.shape[1]
    counter = np.min_scalar_type(comparisons)
    won = (x > y).sum((0, 1), dtype=counter) + (x >= y).sum((0, 1), dtype=counter)
    missing = (x < 0).any((0, 1)) | (y < 0).any((0, 1))
    return np.where(missing, np.nan, won / comparisons)
