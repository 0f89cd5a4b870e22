"""Which methods may be the best, and which rank may each have?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rlbench.report import versus
from rlbench.report.calibrated import cautions
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.values import Series, shared_tasks
from rlbench.report.verdict import Words, decided, undecided
from rlbench.report.wording import few, paragraph
from rlbench.stats.bootstrap import REPLICATES
from rlbench.stats.improvement import improvement_interval
from rlbench.stats.intervals import Interval, satterthwaite_interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.pairing import Tasks
from rlbench.stats.ranking import ranking
from rlbench.stats.task_means import mean_of_task_means

IDENTIFIER = "best"
ESTIMATED = ["score", "improvement"]
COLUMNS = [
    *("task", "method", "family", "n", "tasks", "score", "score_low", "score_high", "among_best"),
    *("rank", "highest_rank", "lowest_rank", "improvement", "improvement_low", "improvement_high", *versus.COLUMNS),
]
PROMISES = (
    *("mean: t", "ranks of three equal methods", "best of three equal methods"),
    *("probability of improvement, none", "probability of improvement, one standard deviation", *versus.OF_MEANS),
)
WORDS = Words("scored lower", "scored higher")


def table(study: Study) -> Table:
    """Normalised final score, the set of best with 95 % confidence, ranks, and the yardstick beside each method."""
    plan, values = study.plan, study.finals
    compared = versus.against_yardstick(IDENTIFIER, plan, values, versus.of_means)
    lines, intervals = [], []
    for task in plan.tasks:
        standings = ranked(study, task)
        for series, standing in standings.items():
            score = satterthwaite_interval([values[task, *series]])
            intervals.append(score)
            lines.append(
                {"task": task, **study.names(*series), "n": len(values[task, *series])}
                | _standing(score, standing)
                | _improvement(study, task, series)
                | versus.columns(compared, task, series)
            )
    standings = ranked(study, versus.ALL_TASKS)
    for series, line in versus.whole_lines(study, values, compared).items():
        lines.append(line | _improvement(study, versus.ALL_TASKS, series))
        if series in standings:
            score = satterthwaite_interval([values[task, *series] for task in plan.tasks])
            lines[-1] |= _standing(score, standings[series])
    whole = dict.fromkeys(("tasks", "highest_rank", "lowest_rank"), "Int64")
    frame = pd.DataFrame(lines, columns=COLUMNS).astype(whole)
    frame["among_best"] = frame["among_best"].eq(True)
    return Table(
        identifier=IDENTIFIER,
        question="Which methods may be the best, and which rank may each have?",
        frame=frame,
        notes=(
            *_notes(study),
            *versus.notes(study, "permutation test of the mean"),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(intervals),
        ),
        place=21,
        section="task",
        headings={"score": "score [95 %]", "highest_rank": "rank from", "lowest_rank": "to"}
        | {"improvement": f"P(better than {versus.yardstick(plan)}) [95 %]"}
        | versus.headings(plan, "score"),
        bold={"score": "among_best"},
        summary=paragraph(_sets(study, frame), decided(frame, versus.yardstick(plan), WORDS)),
        undecided=undecided(frame, versus.yardstick(plan), WORDS),
    )


def ranked(study: Study, place: str) -> Mapping[Series, pd.Series]:
    """The line of `ranking` of every method on a task, or on all of them of those that ran on every one."""
    tasks = list(study.plan.tasks) if place == versus.ALL_TASKS else [place]
    values = study.finals
    series = [one for one in study.plan.series() if all((task, *one) in values for task in tasks)]
    methods: dict[str, Tasks] = {"/".join(one): [values[task, *one] for task in tasks] for one in series}
    lines = ranking(methods, mean_of_task_means, keyed_generator(IDENTIFIER, place))
    return {one: line for one, (_, line) in zip(series, lines.iterrows(), strict=True)}


def _standing(score: Interval, standing: pd.Series) -> dict[str, object]:
    return {
        "score": score.estimate,
        "score_low": score.low,
        "score_high": score.high,
        "among_best": bool(standing["among_best"]),
        "rank": standing["rank"],
        "highest_rank": standing["rank_low"],
        "lowest_rank": standing["rank_high"],
    }


def _improvement(study: Study, place: str, series: Series) -> dict[str, float]:
    """Probability that a run is better than one of the yardstick, on a task or on all that both ran on."""
    values = study.finals
    both = shared_tasks(values, series, versus.YARDSTICK)
    tasks = both if place == versus.ALL_TASKS else [task for task in both if task == place]
    if not tasks or series == versus.YARDSTICK:
        return dict.fromkeys(("improvement", "improvement_low", "improvement_high"), np.nan)
    own, known = ([values[task, *which] for task in tasks] for which in (series, versus.YARDSTICK))
    made = improvement_interval(own, known, keyed_generator(IDENTIFIER, place, *series))
    return {"improvement": made.estimate, "improvement_low": made.low, "improvement_high": made.high}


def _sets(study: Study, frame: pd.DataFrame) -> str:
    """The set of best over all tasks, or how large it is on each."""
    chosen = frame[frame["rank"].notna()]
    if chosen.empty:
        return ""
    sizes = {
        task: f"{int(lines['among_best'].sum())} of {len(lines)}"
        for task, lines in chosen[chosen["task"] != versus.ALL_TASKS].groupby("task", sort=False)
    }
    single = f"With 95 % confidence the best is among {'; '.join(f'{size} on {task}' for task, size in sizes.items())}."
    whole = chosen[chosen["task"] == versus.ALL_TASKS]
    if whole.empty:
        return single
    names = few(whole.loc[whole["among_best"], "method"].tolist())
    return (
        f"Of the {len(whole)} methods that ran on every task, the best one over all is, with 95 % confidence, among "
        f"{names}. {single}"
    )


def _notes(study: Study) -> tuple[str, ...]:
    return (
        "Score: mean final score with the most likely action, on language tasks with sampled answers, normalised by "
        f"the task's own fixed points, 0 {study.plan.floor} and 1 the solved line, never by the methods compared; 95 "
        "% t interval, over all tasks of the mean of task means. Bold: with 95 % confidence the best method is one of "
        "these.",
        "Rank, and from where to where it may lie with 95 % confidence, each method by itself: from the differences to "
        f"all others together (doi:10.1093/restud/rdad006), {REPLICATES:,} bootstrap resamples, widened for few runs. "
        "The set of best looks to one side only and so leaves out a little more than ranks do. Over all tasks: methods "
        "that ran on every one.",
        "P(better): how often a run of the method is above one of the yardstick, ties counted half, mean over tasks; "
        "expanded percentile bootstrap, and Clopper and Pearson's where no two runs overlap.",
    )
