"""How good is each method at the end of training?"""

import numpy as np
import pandas as pd

from rlbench.core.schema import Outcome
from rlbench.report.calibrated import cautions
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.bootstrap import REPLICATES, expanded_percentile_interval
from rlbench.stats.intervals import satterthwaite_interval
from rlbench.stats.iqm import pooled_iqm
from rlbench.stats.keyed import keyed_generator

IDENTIFIER = "final_performance"
EVALUATIONS = {"deterministic": "final_deterministic", "stochastic": "final_stochastic"}
ALL_TASKS = "All tasks, normalised"
SCORE = ["mean", "mean_low", "mean_high", "iqm", "iqm_low", "iqm_high"]
PROMISES = ("mean: t", "IQM: expanded percentile")
COLUMNS = ["task", "method", "family", "evaluation", "n", "runs", *SCORE, "failed"]


def table(study: Study) -> Table:
    """Mean, IQM and failed runs per task and method, and of normalised scores over all tasks."""
    lines, intervals = [], []
    for task in [*study.plan.tasks, ALL_TASKS]:
        for method, variant in study.plan.series():
            cells = _cells(study, task, method, variant)
            for evaluation, column in EVALUATIONS.items():
                if cells:
                    values = _values(study, task, cells, column)
                    mean = satterthwaite_interval(values)
                    generator = keyed_generator(IDENTIFIER, task, method, variant, column)
                    iqm = expanded_percentile_interval(values, pooled_iqm, generator)
                    intervals += [mean, iqm]
                    lines.append(
                        {"task": task, **study.names(method, variant), "evaluation": evaluation}
                        | {"n": min(map(len, values)), "runs": sum(map(len, values))}
                        | {"mean": mean.estimate, "mean_low": mean.low, "mean_high": mean.high}
                        | {"iqm": iqm.estimate, "iqm_low": iqm.low, "iqm_high": iqm.high}
                        | {"failed": _failures(cells)}
                    )
    return Table(
        identifier=IDENTIFIER,
        question="How good is each method at the end of training?",
        frame=pd.DataFrame(lines, columns=COLUMNS),
        notes=(*_notes(study), *cautions(study.calibration, PROMISES, together=True), *remarks(intervals)),
        place=20,
        section="task",
        headings={"mean": "mean [95 %]", "iqm": "IQM [95 %]"},
    )


def _cells(study: Study, task: str, method: str, variant: str) -> dict[str, pd.DataFrame]:
    if task == ALL_TASKS:
        return study.by_task(method, variant) or {}
    scores = study.cell_scores(task, method, variant)
    return {task: scores} if len(scores) else {}


def _values(study: Study, task: str, cells: dict[str, pd.DataFrame], column: str) -> list[np.ndarray]:
    values = {name: scores[column].to_numpy() for name, scores in cells.items()}
    if task != ALL_TASKS:
        return list(values.values())
    anchors = {name: study.plan.tasks[name].anchors for name in values}
    return [np.array([anchors[name].normalise(score) for score in scores]) for name, scores in values.items()]


def _failures(cells: dict[str, pd.DataFrame]) -> int:
    return sum(int((scores["outcome"] != Outcome.FINISHED).sum()) for scores in cells.values())


def _notes(study: Study) -> tuple[str, ...]:
    trials = sorted({(task.trial, task.episodes) for task in study.plan.tasks.values()}, reverse=True)
    each = " or ".join(f"{count} {trial}s" for trial, count in trials)
    return (
        f"A run's score is the mean return of the last tenth of its evaluations, of {each} each, with the most likely "
        "action or token (deterministic) or sampled ones (stochastic). Tables that judge take the first on control "
        "tasks and the second on language tasks, whose models are trained and used for sampled answers. A failed run "
        "is not dropped: it counts as the task's random policy.",
        "n is the number of training runs (seeds) per task, for all tasks the smallest one.",
        "mean: 95 % t interval over runs; for all tasks the mean of task means, with Satterthwaite's degrees of "
        f"freedom. IQM: expanded percentile bootstrap, {REPLICATES:,} resamples of runs within tasks. "
        "A t interval may pass a bound of the returns themselves, a bootstrap never does.",
        f"All tasks: 0 is {study.plan.floor} and 1 the solved line; only methods that ran on every task. The IQM pools "
        "the runs of all tasks, so the easiest and the hardest may fall outside its middle half.",
        "Each interval speaks for its own line: nothing is corrected for many comparisons, and overlap is no test. "
        "Table best says which methods may be the best one.",
    )
