"""How fast does each method learn?"""

import numpy as np
import pandas as pd

from rlbench.report.calibrated import cautions
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.intervals import Interval, satterthwaite_interval, wilson_interval

ALL_TASKS = "All tasks, normalised"
PROMISES = ("mean: t", "share: Wilson")
SPEED = ["average_return", "average_return_low", "average_return_high"]
SOLVED = ["solved", "solved_share", "solved_share_low", "solved_share_high", "median_steps_to_solved"]
COLUMNS = ["task", "method", "family", "n", *SPEED, *SOLVED]


def table(study: Study) -> Table:
    """Average return over training, share of runs that solve the task, and median steps until then."""
    lines, intervals = [], []
    for task, method, variant, scores in study.cells():
        average = satterthwaite_interval([scores["area_under_curve"].to_numpy()])
        lines.append(_average(task, study.names(method, variant), len(scores), average) | _solved(scores))
        intervals.append(average)
    for method, variant in study.plan.series():
        cells = study.by_task(method, variant)
        if cells:
            average = satterthwaite_interval(
                [
                    np.array([study.plan.tasks[task].anchors.normalise(area) for area in scores["area_under_curve"]])
                    for task, scores in cells.items()
                ]
            )
            smallest = min(map(len, cells.values()))
            lines.append(_average(ALL_TASKS, study.names(method, variant), smallest, average))
            intervals.append(average)
    return Table(
        identifier="sample_efficiency",
        question="How fast does each method learn?",
        frame=pd.DataFrame(lines, columns=COLUMNS).astype({"solved": "Int64"}),
        notes=(*_notes(study), *cautions(study.calibration, PROMISES, together=True), *remarks(intervals)),
        place=30,
        section="task",
        headings={"average_return": "average return [95 %]", "solved_share": "solved share [95 %]"},
        never={"median_steps_to_solved": "not reached"},
    )


def _solved(scores: pd.DataFrame) -> dict[str, object]:
    if scores["area_under_curve_deterministic"].isna().any():
        return {}  # Without an evaluation nobody knows whether the run solved the task.
    solved = int(scores["solved"].sum())
    share = wilson_interval(solved, len(scores))
    return {
        "solved": solved,
        "solved_share": share.estimate,
        "solved_share_low": share.low,
        "solved_share_high": share.high,
        "median_steps_to_solved": median_time(scores["steps_to_solved"].to_numpy()),
    }


def median_time(steps: np.ndarray) -> float:
    """The step by which half of the runs had solved the task, at least one run; NaN among `steps` is never.

    Infinite if more than half never did. The lower of the two middle ones for an even number.
    """
    return float(np.sort(np.where(np.isnan(steps), np.inf, steps))[(len(steps) - 1) // 2])


def _average(task: str, names: dict[str, str], n: int, average: Interval) -> dict[str, object]:
    return {
        "task": task,
        **names,
        "n": n,
        "average_return": average.estimate,
        "average_return_low": average.low,
        "average_return_high": average.high,
    }


def _notes(study: Study) -> tuple[str, ...]:
    lines = ", ".join(f"{name} {task.anchors.solved:g}" for name, task in study.plan.tasks.items())
    return (
        f"Steps are {study.plan.units}. "
        "Average return: area under the curve of evaluations with sampled actions over training steps, divided by the "
        "range of steps. 95 % t interval over n runs (seeds); for all tasks the mean of task means, normalised to "
        "random policy 0 and solved 1, with Satterthwaite's degrees of freedom, of the methods that ran on every task.",
        "Solved: some evaluation with the most likely action, on language tasks with sampled answers, reached the line "
        f"({lines}) and the run did not fail. Share: 95 % Wilson interval.",
        "Median steps: runs that never got there count as later than all others; where they are more than half, the "
        'median is "not reached" (inf in the CSV). It is read off at evaluations, so it may be late by the '
        "steps between two of them.",
    )
