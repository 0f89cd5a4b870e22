"""What is each method like, on all its tasks: the four comparisons in a line."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.tables.compute_cost import efforts
from rlbench.report.tables.kl_drift import paths
from rlbench.report.values import Series, Values, shared_tasks
from rlbench.report.versus import YARDSTICK, yardstick
from rlbench.stats.difference import difference_of_means
from rlbench.stats.intervals import Interval, satterthwaite_interval, turned_back, wilson_interval
from rlbench.stats.variance_ratio import log_variance_ratio

SIDES = {"control": "score on control tasks [95 %]", "language": "score on language tasks [95 %]"}
OWN = [*SIDES, "collapsed"]
RATIOS = ["spread", "path", "cost"]
PROMISES = ("mean: t", "share: Wilson", "difference of means: t", "ratio of variances")
COLUMNS = ["method", "family", "n", "tasks", *with_bounds([*OWN, *RATIOS])]


def table(study: Study) -> Table:
    """Scores of each side, collapses, and against the yardstick: spread over seeds, way of the policy, cost."""
    way, cost, known = paths(study), efforts(study), yardstick(study.plan)
    lines = []
    for series in study.plan.series():
        tasks = [task for task, other in study.places() if other == series]
        if tasks:
            made = {side: _score(study, side, series) for side in SIDES} | {
                "collapsed": _collapsed(study, tasks, series)
            }
            made |= {"spread": _spread(study.finals, series), "path": _ratio(way, series), "cost": _ratio(cost, series)}
            fewest = min(len(study.cell_scores(task, *series)) for task in tasks)
            lines.append(study.names(*series) | {"n": fewest, "tasks": len(tasks)} | filled(made))
    return Table(
        identifier="headline",
        question="What is each method like, on all its tasks?",
        frame=pd.DataFrame(lines, columns=COLUMNS),
        notes=(
            f"Scores: 0 {study.plan.floor} and 1 the solved line, mean over the tasks of a side, of methods that ran "
            "on every task there: table best. Collapsed: share of runs that fell by half of that range and did not "
            "recover: table stability.",
            f"Against {known}, on the tasks that both ran on, 1 as much as {known}: standard deviation of final "
            "scores over seeds (table variance), length of the way that updates took the policy (table kl_drift), "
            "FLOP until the task was solved (table compute_cost). Ratios are means of logarithms turned back. These "
            "tables have the tests, the single tasks and how everything was measured.",
            "n is the smallest number of runs on a task. Nothing here is corrected for many comparisons.",
            *cautions(study.calibration, PROMISES, together=True),
        ),
        place=1,
        headings=SIDES
        | {"collapsed": "collapsed [95 %]"}
        | {"spread": f"spread / {known}'s [95 %]", "path": "way of the policy / its [95 %]"}
        | {"cost": "FLOP to solve / its [95 %]"},
    )


def _score(study: Study, side: str, series: Series) -> Interval:
    """Over the tasks of a side; none where the method did not run on all of them."""
    tasks = [name for name, task in study.plan.tasks.items() if task.side == side]
    cells = [study.finals[task, *series] for task in tasks if (task, *series) in study.finals]
    return satterthwaite_interval(cells if len(cells) == len(tasks) else [])


def _collapsed(study: Study, tasks: Sequence[str], series: Series) -> Interval:
    runs = pd.concat([study.cell_falls(task, *series) for task in tasks])
    return wilson_interval(int(runs["collapsed"].sum()), len(runs))


def _spread(values: Values, series: Series) -> Interval:
    return turned_back(log_variance_ratio(*_beside_yardstick(values, series)).interval)


def _ratio(logarithms: Values, series: Series) -> Interval:
    return turned_back(difference_of_means(*_beside_yardstick(logarithms, series)))


def _beside_yardstick(values: Values, series: Series) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The method's numbers and the yardstick's on the tasks that both have, no task for the yardstick itself."""
    tasks = shared_tasks(values, series, YARDSTICK) if series != YARDSTICK else []
    return [values[task, *series] for task in tasks], [values[task, *YARDSTICK] for task in tasks]
