"""From recorded runs and probes to a number with an interval: the training run, the world or the task is the unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from rlbench.report.study import Study
from rlbench.stats.collapse import collapses
from rlbench.stats.difference import difference_of_means
from rlbench.stats.intervals import Interval, MadeBy, satterthwaite_interval, t_interval, wilson_interval
from rlbench.stats.variance_ratio import log_variance_ratio

Series = tuple[str, str]
"""A method and its variant."""


@dataclass(frozen=True)
class Evidence:
    """A number, its interval, and how many units of which kind are behind it."""

    interval: Interval
    n: int
    units: str


def exact(values: ArrayLike, units: str, *, largest: bool = True) -> Evidence:
    """The largest (or the smallest) of numbers that were computed and not sampled."""
    numbers = np.asarray(values, dtype=float)
    extreme = float(numbers.max() if largest else numbers.min())
    return Evidence(Interval(extreme, extreme, extreme, MadeBy.EXACT), len(numbers), units)


def over_units(values: pd.Series, units: str = "worlds") -> Evidence:
    """The mean of one number of each unit, with Student's interval."""
    return Evidence(t_interval(values.to_numpy()), len(values), units)


def geometric(ratios: pd.Series, units: str = "worlds") -> Evidence:
    """The geometric mean of one ratio of each unit: the mean of logarithms and its interval, turned back."""
    return Evidence(_turned_back(t_interval(np.log(ratios.to_numpy()))), len(ratios), units)


def share(happens: pd.Series, units: str = "worlds") -> Evidence:
    """The share of units in which something happens, with Wilson's interval."""
    return Evidence(wilson_interval(int(happens.sum()), len(happens)), len(happens), units)


def of_updates(study: Study, series: Series, column: Callable[[pd.DataFrame], pd.Series]) -> Evidence | None:
    """The mean over tasks of a number of each run's updates; None where no run recorded it."""
    cells = [column(study.cell_updates(task, *series)).to_numpy(dtype=float) for task in study.plan.tasks]
    return pooled([cell[np.isfinite(cell)] for cell in cells])


def pooled(tasks: Sequence[np.ndarray]) -> Evidence | None:
    """The mean of task means over the tasks that have runs; None where none has."""
    kept = [values for values in tasks if len(values)]
    return Evidence(satterthwaite_interval(kept), *_runs(kept)) if kept else None


def difference(
    study: Study, first: Series, second: Series, values: Callable[[str, Series], np.ndarray]
) -> Evidence | None:
    """First minus second mean of task means of a number of each run, on the tasks that both ran on; None without."""
    pairs = _pairs(study, first, second, values)
    if not pairs:
        return None
    one, other = zip(*pairs, strict=True)
    return Evidence(difference_of_means(one, other), *_runs([*one, *other]))


def spread_ratio(
    study: Study, first: Series, second: Series, values: Callable[[str, Series], np.ndarray]
) -> Evidence | None:
    """How many times as far the runs of the first spread as those of the second, over tasks on which both do."""
    pairs = [pair for pair in _pairs(study, first, second, values) if all(np.ptp(runs) > 0 for runs in pair)]
    if not pairs:
        return None
    one, other = zip(*pairs, strict=True)
    return Evidence(_turned_back(log_variance_ratio(one, other).interval), *_runs([*one, *other]))


def ratio_over_tasks(
    study: Study, first: Series, second: Series, cost: Callable[[str, Series], float]
) -> Evidence | None:
    """The geometric mean over tasks of a ratio of costs; the task is the unit, since costs hardly vary with the seed."""
    tasks = [task for task in study.plan.tasks if all(len(study.cell_scores(task, *one)) for one in (first, second))]
    ratios = pd.Series([cost(task, first) / cost(task, second) for task in tasks], dtype=float)
    return geometric(ratios, "tasks") if len(ratios) and np.isfinite(ratios).all() else None


def normalised_final(study: Study) -> Callable[[str, Series], np.ndarray]:
    """Final return of each run with sampled actions, 0 for the random policy and 1 for the solved line."""

    def final(task: str, series: Series) -> np.ndarray:
        normalise = study.plan.tasks[task].anchors.normalise
        return np.array([normalise(value) for value in study.cell_scores(task, *series)["final_stochastic"]])

    return final


def time_to_solve(study: Study) -> Callable[[str, Series], np.ndarray]:
    """Steps until solved as a share of the budget, at most all of it: what a run that never solved it is known to need.

    The mean of that is the restricted mean time, which no run is left out of.
    """

    def share_of_budget(task: str, series: Series) -> np.ndarray:
        steps = study.cell_scores(task, *series)["steps_to_solved"].to_numpy()
        return np.minimum(np.nan_to_num(steps, nan=np.inf) / study.plan.tasks[task].budget, 1.0)

    return share_of_budget


def collapsed(study: Study) -> Callable[[str, Series], np.ndarray]:
    """Whether each run fell by half the task's range below its peak and did not recover, as 0 or 1."""
    anchors = {name: task.anchors for name, task in study.plan.tasks.items()}
    ends = collapses(study.curves, anchors).set_index(["task", "method", "variant"]).sort_index()

    def fell(task: str, series: Series) -> np.ndarray:
        key = (task, *series)
        return ends.loc[[key], "collapsed"].to_numpy(dtype=float) if key in ends.index else np.empty(0)

    return fell


def _pairs(
    study: Study, first: Series, second: Series, values: Callable[[str, Series], np.ndarray]
) -> list[tuple[np.ndarray, np.ndarray]]:
    pairs = [(values(task, first), values(task, second)) for task in study.plan.tasks]
    return [pair for pair in pairs if all(map(len, pair))]


def _runs(tasks: Sequence[np.ndarray]) -> tuple[int, str]:
    return sum(map(len, tasks)), "runs"


def _turned_back(interval: Interval) -> Interval:
    low, estimate, high = np.exp([interval.low, interval.estimate, interval.high])
    return replace(interval, estimate=float(estimate), low=float(low), high=float(high))
