"""From recorded runs and probes to a number with an interval: the training run, the world or the task is the unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from rlbench.report.study import Study
from rlbench.report.values import Series
from rlbench.stats.difference import difference_of_means
from rlbench.stats.intervals import Interval, MadeBy, satterthwaite_interval, t_interval, turned_back, wilson_interval
from rlbench.stats.variance_ratio import has_ratio, log_variance_ratio

PerRun = Callable[[str, Series], np.ndarray]
"""A number of each run of a method on a task, [seeds]; empty where there is none."""

Cost = Callable[[str, Series], float]
"""What a method costs on a task."""


@dataclass(frozen=True)
class Evidence:
    """A number, its interval, and how many units of which kind are behind it."""

    interval: Interval
    n: int
    units: str
    by_task: tuple[float, ...] = ()
    """The same number on each task alone, where it is a mean over tasks."""


def exact(values: ArrayLike, units: str, *, largest: bool = True) -> Evidence:
    """The largest (or the smallest) of numbers that were computed and not sampled."""
    numbers = np.asarray(values, dtype=float)
    extreme = float(numbers.max() if largest else numbers.min())
    return Evidence(Interval(extreme, extreme, extreme, MadeBy.EXACT), len(numbers), units)


def over_units(values: ArrayLike, units: str = "worlds") -> Evidence:
    """The mean of one number of each unit, with Student's interval."""
    numbers = np.asarray(values, dtype=float)
    return Evidence(t_interval(numbers), len(numbers), units)


def geometric(ratios: ArrayLike, units: str = "worlds") -> Evidence:
    """The geometric mean of one ratio of each unit: the mean of logarithms and its interval, turned back."""
    logarithms = over_units(np.log(np.asarray(ratios, dtype=float)), units)
    return replace(logarithms, interval=turned_back(logarithms.interval))


def share(happens: pd.Series, units: str = "worlds") -> Evidence:
    """The share of units in which something happens, with Wilson's interval."""
    return Evidence(wilson_interval(int(happens.sum()), len(happens)), len(happens), units)


def of_updates(study: Study, series: Series, column: Callable[[pd.DataFrame], pd.Series]) -> Evidence | None:
    """The mean over tasks of a number of each run's updates; None where no run recorded it."""
    cells = [column(study.cell_updates(task, *series)).to_numpy(dtype=float) for task in study.plan.tasks]
    kept = [finite for cell in cells if len(finite := cell[np.isfinite(cell)])]
    return _over_tasks(satterthwaite_interval(kept), kept, [cell.mean() for cell in kept]) if kept else None


def difference(study: Study, first: Series, second: Series, values: PerRun) -> Evidence | None:
    """First minus second mean of task means of a number of each run, on the tasks that both ran on; None without."""
    return difference_between(_pairs(study, first, second, values))


def difference_between(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> Evidence | None:
    """The same of two numbers [runs] of each task; None without a task."""
    if not pairs:
        return None
    one, other = zip(*pairs, strict=True)
    alone = [x.mean() - y.mean() for x, y in pairs]
    return _over_tasks(difference_of_means(one, other), [*one, *other], alone)


def over_seeds(tasks: Sequence[np.ndarray]) -> Evidence | None:
    """The mean over tasks of a number of each seed, [seeds] a task, that several runs of it went into."""
    if not tasks:
        return None
    alone = tuple(float(values.mean()) for values in tasks)
    return Evidence(satterthwaite_interval(tasks), sum(map(len, tasks)), "seeds", alone)


def spread_ratio(study: Study, first: Series, second: Series, values: PerRun) -> Evidence | None:
    """How many times as far the runs of the first spread as those of the second, over the tasks with a ratio."""
    pairs = [pair for pair in _pairs(study, first, second, values) if has_ratio(*pair)]
    if not pairs:
        return None
    one, other = zip(*pairs, strict=True)
    ratio = turned_back(log_variance_ratio(one, other).interval)
    return _over_tasks(ratio, [*one, *other], [x.std(ddof=1) / y.std(ddof=1) for x, y in pairs])


def ratio_of_costs(
    study: Study, first: Series, second: Series, cost: Callable[[str, Series], float]
) -> Evidence | None:
    """The geometric mean over tasks of a ratio of costs. The task is the unit: costs hardly vary with the seed."""
    tasks = [task for task in study.plan.tasks if all(len(study.cell_scores(task, *one)) for one in (first, second))]
    ratios = [cost(task, first) / cost(task, second) for task in tasks]
    if not ratios or not np.isfinite(ratios).all():
        return None
    return replace(geometric(ratios, "tasks"), by_task=tuple(ratios))


def normalised_final(study: Study) -> PerRun:
    """Final return of each run with sampled actions, 0 for the random policy and 1 for the solved line."""

    def final(task: str, series: Series) -> np.ndarray:
        normalise = study.plan.tasks[task].anchors.normalise
        return np.array([normalise(value) for value in study.cell_scores(task, *series)["final_stochastic"]])

    return final


def time_to_solve(study: Study) -> PerRun:
    """Steps until solved as a share of the budget, at most all of it: what a run that never solved it is known to need.

    The mean of that is the restricted mean time, which no run is left out of.
    """

    def share_of_budget(task: str, series: Series) -> np.ndarray:
        steps = study.cell_scores(task, *series)["steps_to_solved"].to_numpy()
        return np.minimum(np.nan_to_num(steps, nan=np.inf) / study.plan.tasks[task].budget, 1.0)

    return share_of_budget


def collapsed(study: Study) -> PerRun:
    """Whether each run fell by half the task's range below its peak and did not recover, as 0 or 1."""
    return lambda task, series: study.cell_falls(task, *series)["collapsed"].to_numpy(dtype=float)


def _pairs(study: Study, first: Series, second: Series, values: PerRun) -> list[tuple[np.ndarray, np.ndarray]]:
    pairs = [(values(task, first), values(task, second)) for task in study.plan.tasks]
    return [pair for pair in pairs if all(map(len, pair))]


def _over_tasks(interval: Interval, cells: Sequence[np.ndarray], by_task: Sequence[float]) -> Evidence:
    return Evidence(interval, sum(map(len, cells)), "runs", tuple(map(float, by_task)))
