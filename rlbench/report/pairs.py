"""Every two methods against each other: how often would a run of the one beat a run of the other?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rlbench.report.values import Series, Values, shared_tasks
from rlbench.stats.improvement import improvement_interval, improvement_test
from rlbench.stats.intervals import Interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.multiplicity import benjamini_hochberg


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
    p_value = improvement_test(own, other, generator).p_value
    return Pair(first, second, len(tasks), min(map(len, own + other)), better, p_value)
