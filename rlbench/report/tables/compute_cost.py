"""What does a training run cost, counted, and what does that buy?"""

import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric
from rlbench.report import versus
from rlbench.report.calibrated import cautions
from rlbench.report.costs import fronts
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.verdict import Words, decided, factor, undecided
from rlbench.report.wording import few, paragraph
from rlbench.stats.bootstrap import REPLICATES
from rlbench.stats.intervals import Interval, MadeBy, t_interval

IDENTIFIER = "compute_cost"
COUNTED = {
    Metric.ENV_STEPS: "env steps",
    AnswerMetric.TOKENS: "tokens",
    Metric.LABELLED_STEPS: "labelled steps",
    AnswerMetric.LABELLED_TOKENS: "labelled tokens",
    Metric.UPDATES: "optimiser steps",
    Metric.GRADIENT_SAMPLES: "gradient samples",
    Metric.PARAMETERS: "parameters",
    Metric.ROLLOUT_FLOP: "rollout FLOP",
    Metric.UPDATE_FLOP: "update FLOP",
}
TO_SOLVED = ["flop_to_solved", "flop_to_solved_low", "flop_to_solved_high"]
COLUMNS = ["solved", *TO_SOLVED, "on_front", *versus.COLUMNS]
PROMISES = ("restricted mean: t", *versus.OF_MEANS)
WORDS = Words("needed fewer FLOP to solve a task", "needed more", factor)


def table(study: Study) -> Table:
    """Counts per run, FLOP until the task is solved, and the chance of being on the front of return against FLOP."""
    plan, values = study.plan, efforts(study)
    compared = versus.against_yardstick(IDENTIFIER, plan, values, versus.of_means)
    front = flop_fronts(study)
    counted = _recorded(study)
    lines, intervals = [], []
    for task, method, variant, scores in study.cells():
        costs = study.costs[task, method, variant]
        if costs["flop"].isna().all():
            continue
        reached = int(scores["solved"].sum())
        to_solved = t_interval(costs["flop_to_solved"].to_numpy()) if reached else NEVER
        intervals += [to_solved] if reached else []
        lines.append(
            {"task": task, **study.names(method, variant), "n": len(scores)}
            | costs[counted].mean().to_dict()
            | {"solved": reached, "on_front": front.get((task, method, variant), np.nan)}
            | dict(zip(TO_SOLVED, (to_solved.estimate, to_solved.low, to_solved.high), strict=True))
            | versus.columns(compared, task, (method, variant))
        )
    lines += versus.whole_lines(study, values, compared).values()
    columns = ["task", "method", "family", "n", "tasks", *counted, *COLUMNS]
    frame = pd.DataFrame(lines, columns=columns).astype({"tasks": "Int64", "solved": "Int64"})
    return Table(
        identifier=IDENTIFIER,
        question="What does one training run cost, in counts that no machine changes, and what does that buy?",
        frame=frame,
        notes=(
            *_notes(),
            *versus.notes(study, "permutation test of the mean logarithm"),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(intervals),
        ),
        place=40,
        section="task",
        headings={str(name): heading for name, heading in COUNTED.items()}
        | {"flop_to_solved": "FLOP to solved [95 %]", "on_front": "P(on front)"}
        | versus.headings(plan, "log ratio of FLOP to solved"),
        never={"flop_to_solved": "never"},
        summary=paragraph(_extremes(frame), decided(frame, versus.yardstick(plan), WORDS)),
        undecided=undecided(frame, versus.yardstick(plan), WORDS),
    )


def _recorded(study: Study) -> list[str]:
    """The counts that some run recorded: env steps on control tasks, tokens on language tasks."""
    found = {name for costs in study.costs.values() for name in costs.columns}
    return [str(metric) for metric in COUNTED if metric in found]


NEVER = Interval(float("inf"), float("nan"), float("nan"), MadeBy.NO_VALUE)
"""No run reached the line, so nothing is known of the cost but that it is more than all that was spent."""


def flop_fronts(study: Study) -> dict[tuple[str, str, str], float]:
    """Chance of each cell to be on its task's front of final score against FLOP."""
    return fronts(study.finals, IDENTIFIER, {cell: runs["flop"].to_numpy() for cell, runs in study.costs.items()})


def efforts(study: Study) -> dict[tuple[str, str, str], np.ndarray]:
    """Logarithm of each run's FLOP until solved or the end, by cell, where it or the yardstick solved the task at all.

    Where neither did, these would be the costs of training and say nothing of solving. Solved is read off at
    evaluations, so none is below the cost between two of these.
    """
    solved = {
        (task, *series): bool(study.cell_scores(task, *series)["solved"].any()) for task, series in study.places()
    }
    between = {cell: runs["flop"] / study.plan.tasks[cell[0]].evaluations for cell, runs in study.costs.items()}
    costs = {
        cell: np.maximum(runs["flop_to_solved"].to_numpy(), between[cell].to_numpy())
        for cell, runs in study.costs.items()
    }
    return {
        cell: np.log(flop)
        for cell, flop in costs.items()
        if (flop > 0).all() and (solved[cell] or solved.get((cell[0], *versus.YARDSTICK), False))
    }


def _extremes(frame: pd.DataFrame) -> str:
    """What a run costs at least and at most, and who is on the front of how many tasks."""
    lines = frame[frame["on_front"].notna()]
    if lines.empty:
        return ""
    flop = lines["rollout_flop"] + lines["update_flop"]
    dear, cheap = lines.iloc[int(flop.argmax())], lines.iloc[int(flop.argmin())]
    sure = lines[lines["on_front"] >= 0.5].groupby("method", sort=False)["task"].nunique()
    ranked = sure.sort_values(ascending=False, kind="stable")
    most = [f"{method} on {count}" for method, count in ranked.items()]
    return (
        f"A run costs from {flop.min():.2g} FLOP ({cheap['method']} on {cheap['task']}) to {flop.max():.2g} "
        f"({dear['method']} on {dear['task']}). More likely than not on the front of return against FLOP, by number "
        f"of the {lines['task'].nunique()} tasks: {few(most)}."
    )


def _notes() -> tuple[str, ...]:
    return (
        "Counts: mean per training run (seed); evaluation is excluded. A run that failed is counted as far as it came, "
        "where it left a count. Labelled: in the segments or answers that were compared. FLOP: multiplications and "
        "additions of matrix products; an update's are counted once and multiplied.",
        "Solved: runs that reached the task's line, as in table sample_efficiency. FLOP to solved: restricted mean, in "
        "which a run that never got there counts with all FLOP of its training; so it is a lower bound unless every "
        "run did, and a comparison of the budgets where few did. 95 % t interval over runs.",
        "P(on front): how often no other method costs at most as many FLOP, ends at least as well, and is better in "
        f"one of both, so that the cheapest is on it whatever it reaches; {REPLICATES:,} bootstrap resamples of every "
        "method's runs. It is a share of resamples and no confidence, and was not tried by simulation.",
        "Log ratio: of FLOP to solved, over tasks that the method or the yardstick solved in some run; a task that no "
        "run of the method solved shows it cheaper only as far as its budget is.",
    )
