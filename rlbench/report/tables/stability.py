"""Does a method keep what it has learned?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rlbench.core.schema import Outcome
from rlbench.report import versus
from rlbench.report.calibrated import cautions
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.values import Series
from rlbench.report.verdict import Words, decided, undecided
from rlbench.report.wording import few, paragraph
from rlbench.stats.collapse import FALL, FLOOR, WINDOW
from rlbench.stats.drawdown import CURVES
from rlbench.stats.intervals import Interval, satterthwaite_interval, wilson_interval
from rlbench.stats.shares import fewest_that_differ
from rlbench.stats.tail import tail_share, upper_cvar

IDENTIFIER = "stability"
ESTIMATED = ["collapsed_share", "not_recovered", "at_random", "excess_drawdown"]
COLUMNS = [
    *("task", "method", "family", "n", "tasks", "failed", "fell", "collapsed"),
    *(name for column in ESTIMATED for name in (column, f"{column}_low", f"{column}_high")),
    *("worst_drawdowns", "worst_run", *versus.COLUMNS),
]
HEADINGS = {
    "collapsed_share": "collapsed share [95 %]",
    "not_recovered": "of those that fell [95 %]",
    "at_random": "ended at random [95 %]",
    "excess_drawdown": "excess drawdown [95 %]",
    "worst_drawdowns": "upper tail of it",
}
PROMISES = ("mean: t", "share: Wilson", *versus.OF_MEANS)
WORDS = Words("fell less", "fell more")


def table(study: Study) -> Table:
    """Failures, collapses and drawdowns per task and method, and over all tasks."""
    plan, values = study.plan, drawdowns(study)
    compared = versus.against_yardstick(IDENTIFIER, plan, values, versus.of_means)
    lines, intervals = [], []
    for task, method, variant, scores in study.cells():
        if (task, method, variant) in values:
            made, found = _lost(study, [task], (method, variant))
            intervals.append(made)
            lines.append(
                {"task": task, **study.names(method, variant), "n": len(scores)}
                | found
                | versus.columns(compared, task, (method, variant))
            )
    for series, line in versus.whole_lines(study, values, compared).items():
        lines.append(line | (_lost(study, list(plan.tasks), series)[1] if study.by_task(*series) else {}))
    counts = dict.fromkeys(("tasks", "failed", "fell", "collapsed"), "Int64")
    frame = pd.DataFrame(lines, columns=COLUMNS).astype(counts)
    return Table(
        identifier=IDENTIFIER,
        question="Does a method keep what it has learned?",
        frame=frame,
        notes=(
            *_notes(study),
            *versus.notes(study, "permutation test of the mean"),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(intervals),
        ),
        place=32,
        section="task",
        headings=HEADINGS | versus.headings(plan, "drawdown"),
        summary=paragraph(_collapses(frame), decided(frame, versus.yardstick(plan), WORDS)),
        undecided=undecided(frame, versus.yardstick(plan), WORDS),
    )


def drawdowns(study: Study) -> dict[tuple[str, str, str], np.ndarray]:
    """The excess drawdown of every run, by cell; what was never evaluated is absent."""
    found = {(task, *series): study.cell_falls(task, *series) for task, series in study.places()}
    return {cell: runs["excess_drawdown"].to_numpy(dtype=float) for cell, runs in found.items() if len(runs)}


def _lost(study: Study, tasks: Sequence[str], series: Series) -> tuple[Interval, dict[str, float]]:
    """What the runs of a method lost on some tasks: its mean drawdown, and the columns of the table."""
    by_task = [study.cell_falls(task, *series) for task in tasks]
    runs = pd.concat(by_task)
    drawdown = satterthwaite_interval([one["excess_drawdown"].to_numpy(dtype=float) for one in by_task])
    outcomes = pd.concat([study.cell_scores(task, *series)["outcome"] for task in tasks])
    fell, collapsed, random = (int(runs[name].sum()) for name in ("fell", "collapsed", "at_random"))
    made = {
        "collapsed_share": wilson_interval(collapsed, len(runs)),
        "not_recovered": wilson_interval(collapsed, fell),
        "at_random": wilson_interval(random, len(runs)),
        "excess_drawdown": drawdown,
    }
    tails = [tail for one in by_task if (tail := _tail(one["excess_drawdown"].to_numpy(dtype=float))) is not None]
    return drawdown, (
        {"failed": int((outcomes != Outcome.FINISHED).sum()), "fell": fell, "collapsed": collapsed}
        | {name: interval.estimate for name, interval in made.items()}
        | {f"{name}_low": interval.low for name, interval in made.items()}
        | {f"{name}_high": interval.high for name, interval in made.items()}
        | {"worst_drawdowns": float(np.mean(tails)) if tails else float("nan")}
        | {"worst_run": float(min(study.normalised(task, *series).min() for task in tasks))}
    )


def _tail(drawdowns: np.ndarray) -> float | None:
    """Mean of the worst runs; None where that would be all of them."""
    share = tail_share(len(drawdowns))
    return float(upper_cvar(drawdowns, share)) if share < 1 else None


def _collapses(frame: pd.DataFrame) -> str:
    """How many runs collapsed, and where most of them are."""
    lines = frame[frame["task"] != versus.ALL_TASKS]
    if lines.empty:
        return ""
    collapsed, failed, fell = (int(lines[name].sum()) for name in ("collapsed", "failed", "fell"))
    said = f"Of {int(lines['n'].sum()):,} runs {failed} failed, {fell} fell by half of the task's range or more"
    if not collapsed:
        return f"{said}, and all of these came back." if fell else f"{said}."
    by_method = lines.groupby("method", sort=False)["collapsed"].sum().sort_values(ascending=False, kind="stable")
    most = [f"{method} {count}" for method, count in by_method.items() if count]
    return f"{said}, and {collapsed} of these never came back ({few(most)})."


def _notes(study: Study) -> tuple[str, ...]:
    runs = max((len(cell.seeds) for cell in study.plan.cells), default=0)
    differ = fewest_that_differ(runs)
    could = (
        f" Of {runs} runs, {differ} must have collapsed to differ from 0 of {runs} (Boschloo, .05)."
        if differ
        else f" With {runs} runs no share differs from another."
    )
    return (
        "Evaluations take the most likely action, on language tasks sampled answers, and are read as parts of the "
        f"task's range, 0 the random policy and 1 the solved line. Fell: a running median of {WINDOW} evaluations was "
        f"more than {FALL:g} below its best so far; collapsed: it still is at the end, so the run fell and did not "
        f"recover. Ended at random: it ends below {FLOOR:g}, whether or not it ever learned. A failed run falls to "
        f"the random policy. Shares: 95 % Wilson intervals.{could}",
        "Excess drawdown: the largest distance below the best evaluation so far, less what evaluation noise makes of "
        f"the closest curve that never falls ({CURVES:,} draws for each run); below 0 as often as not where nothing "
        "fell. What is worse than the random policy counts as that. 95 % t interval over runs, over all tasks of the "
        "mean of task means. Upper tail: mean of the largest tenth of the runs, or of four where that is more; a "
        "dash where all runs would be in it, and over all tasks a mean of the others. Worst run: its final score. "
        "Over all tasks only of methods that ran on every task.",
    )
