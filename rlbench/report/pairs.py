"""Every two methods against each other: how often would a run of the one beat a run of the other?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rlbench.report.values import Series, Values, shared_tasks
from rlbench.stats.improvement import improvement_interval
from rlbench.stats.intervals import Interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.multiplicity import benjamini_hochberg
from rlbench.stats.permutation import permutation_test


@dataclass(frozen=True)
class Pair:
    """Probability that a run of `first` is above one of `second`, on the tasks that both ran on, and its test."""

    first: Series
    second: Series
    tasks: int
    seeds: int
    """The smallest number of runs of either one on any of these tasks."""
    better: Interval
    p_value: float


def pairs(series: Sequence[Series], values: Values) -> list[Pair]:
    """All pairs with a task in common, corrected together by Benjamini and Hochberg: nobody declared them before."""
    made = [pair for one, other in combinations(series, 2) if (pair := _pair(one, other, values))]
    corrected = benjamini_hochberg([pair.p_value for pair in made])
    return [replace(pair, p_value=float(p)) for pair, p in zip(made, corrected, strict=True)]


def _pair(first: Series, second: Series, values: Values) -> Pair | None:
    tasks = shared_tasks(values, first, second)
    if not tasks:
        return None
    own, other = ([values[task, *series] for task in tasks] for series in (first, second))
    generator = keyed_generator("improvement", *first, *second)
    better = improvement_interval(own, other, generator)
    ranked = [_ranks(x, y) for x, y in zip(own, other, strict=True)]
    p_value = permutation_test([x for x, _ in ranked], [y for _, y in ranked], generator).p_value
    return Pair(first, second, len(tasks), min(map(len, own + other)), better, p_value)


def _ranks(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Both methods' runs on one task as ranks among all of them, 0 to 1: means differ by improvement less a half."""
    ranks = stats.rankdata(np.concatenate([first, second])) / (len(first) + len(second))
    return ranks[: len(first)], ranks[len(first) :]
