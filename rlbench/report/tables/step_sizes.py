"""How much does the size of a method's steps matter?"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from rlbench.report import versus
from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.digits import shown
from rlbench.report.remarks import remarks
from rlbench.report.setting_curves import Curve
from rlbench.report.step_curves import places, step_curves
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.values import Series, Values
from rlbench.report.verdict import Words, decided, undecided
from rlbench.report.wording import between, counted, listed, paragraph
from rlbench.stats.bootstrap import expanded_percentile_interval
from rlbench.stats.intervals import Interval, t_interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.step_response import NEAR, average_score, cost_of_one_step, near_best_width, scores_at_best

IDENTIFIER = "step_sizes"
ESTIMATED = ["published_score", "best_score", "average", "width", "one_step"]
COLUMNS = [
    *("task", "method", "family", "n", "tasks", "setting", "steps", "published", *with_bounds(["published_score"])),
    *("best", *with_bounds(["best_score", "average", "width", "one_step"]), "collapsed", "failed", "flop"),
    *versus.COLUMNS,
]
HEADINGS = {
    "published_score": "its score [95 %]",
    "best": "best step",
    "best_score": "its score to other runs [95 %]",
    "average": "score of a random step [95 %]",
    "width": "decades near the best [95 %]",
    "one_step": "lost by one step for all tasks [95 %]",
    "collapsed": "collapsed runs",
    "failed": "failed runs",
    "flop": "FLOP of all steps",
}
PROMISES = ("mean: t", *versus.OF_MEANS)
WORDS = Words("lost more to a step that was drawn at random", "lost less to a step that was drawn at random")
FEWEST = 3
"""Steps that all tasks must share for one of them to be chosen for all."""


def table(study: Study) -> Table:
    """Scores at the published and at the best step, over all steps, and how wide it is near the best."""
    plan, found = study.plan, step_curves(study)
    values: Values = {(one.task, *one.series): average_score(one.scores, places(one)) for one in found}
    compared = versus.against_yardstick(IDENTIFIER, plan, values, versus.of_means)
    lines, intervals = [], []
    for one in found:
        made = _intervals(one)
        intervals += made.values()
        lines.append(
            {"task": one.task, **study.names(*one.series), "n": len(one.scores), **_facts(one), **filled(made)}
            | versus.columns(compared, one.task, one.series)
        )
    for series, line in versus.whole_lines(study, values, compared).items():
        lines.append(
            line | _over_tasks([one for one in found if one.series == series], study.points.get(IDENTIFIER), series)
        )
    counts = dict.fromkeys(("tasks", "steps", "collapsed", "failed"), "Int64")
    frame = pd.DataFrame(lines, columns=COLUMNS).astype(counts)
    return Table(
        identifier=IDENTIFIER,
        question="How much does the size of a method's steps matter?",
        frame=frame,
        notes=(
            *_notes(found),
            *versus.notes(study.points.get(IDENTIFIER, study), "permutation test of the mean score of a random step"),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(intervals),
        ),
        place=33,
        section="task",
        headings=HEADINGS | versus.headings(plan, "score of a random step"),
        summary=paragraph(_widths(frame), _collapses(found), decided(frame, versus.yardstick(plan), WORDS)),
        undecided=undecided(frame, versus.yardstick(plan), WORDS),
    )


def _intervals(curve: Curve) -> Mapping[str, Interval]:
    """The estimated columns of a line."""
    return {
        "published_score": t_interval(curve.at(curve.published)),
        "best_score": t_interval(scores_at_best(curve.scores)),
        "average": t_interval(average_score(curve.scores, places(curve))),
        "width": expanded_percentile_interval(
            [curve.scores],
            partial(near_best_width, places=places(curve)),
            keyed_generator(IDENTIFIER, curve.task, *curve.series),
        ),
    }


def _facts(curve: Curve) -> dict[str, object]:
    """What a line says without an interval."""
    return {
        "setting": curve.name,
        "steps": len(curve.values),
        "published": curve.published,
        "best": curve.values[int(curve.scores.mean(0).argmax())],
        "collapsed": round(float(curve.collapsed.sum() * len(curve.scores))),
        "failed": int(curve.failed.sum()),
        "flop": curve.flop,
    }


def _over_tasks(own: Sequence[Curve], points: Study | None, series: Series) -> dict[str, float]:
    """What one step for all tasks loses, of a method that is given several on each task of the study."""
    shared = sorted(set.intersection(*(set(one.values) for one in own)))
    if points is None or len(own) < len(points.plan.tasks) or len(own) < 2 or len(shared) < FEWEST:
        return {}
    scores = [one.scores[:, [one.values.index(step) for step in shared]] for one in own]
    lost = expanded_percentile_interval(scores, cost_of_one_step, keyed_generator(IDENTIFIER, *series))
    return filled({"one_step": lost})


def _widths(frame: pd.DataFrame) -> str:
    """Which method is the most forgiving and which the least, by the mean width over the tasks that most have."""
    lines = frame[frame["task"] != versus.ALL_TASKS]
    if lines.empty:
        return ""
    tasks = lines.groupby("method", sort=False)["task"].nunique()
    everywhere = lines[lines["method"].isin(tasks[tasks == tasks.max()].index)]
    widths = everywhere.groupby("method", sort=False)["width"].mean().sort_values(kind="stable")
    least, most = widths.index[0], widths.index[-1]
    return (
        f"On a mean of {counted(int(tasks.max()), 'task')}, {most} is within {100 * (1 - NEAR):.0f} % of its best "
        f"score on {shown(float(widths.iloc[-1]))} decades of a step's length, the most of all methods, and {least} on "
        f"{shown(float(widths.iloc[0]))}, the least."
    )


def _collapses(found: Sequence[Curve]) -> str:
    """How many runs fell for good, below the published step, at it and above it."""
    if not found:
        return ""
    sides = {"a smaller step than the published one": np.less, "that one": np.equal, "a larger one": np.greater}
    shares = []
    for words, compare in sides.items():
        chosen = [one.collapsed[compare(one.values, one.published)] for one in found]
        runs = sum(len(one) * len(curve.scores) for one, curve in zip(chosen, found, strict=True))
        fell = sum(float(one.sum()) * len(curve.scores) for one, curve in zip(chosen, found, strict=True))
        shares.append(f"{100 * fell / max(runs, 1):.1f} % of {counted(runs, 'run')} with {words}")
    return f"By half of the task's range, and without recovering, fell {listed(shares)}."


def _notes(found: Sequence[Curve]) -> tuple[str, ...]:
    if not found:
        return ("The configuration asks for no study of step sizes.",)
    runs = between([len(one.scores) for one in found])
    return (
        f"Every method with one step after another, all else as published: {listed(_ranges(found))}, and the published "
        "one. The length of a step goes with its learning rate, or with the root of its bound on KL. "
        f"{runs} runs at each step, the same seeds; scores are final scores as in table best, as parts of the task's "
        "range.",
        "Best step: with the highest mean. Its score to other runs: each run at the step that was best without it, so "
        "that choosing does not flatter; t interval. Score of a random step: mean over a step's length that is drawn "
        "log-uniformly from the range (the curve's trapezoids), t interval over runs.",
        f"Decades near the best: where the mean curve, straight between its points, is at least {NEAR:g} of its "
        "highest; 0 where it is nowhere above the random policy. Lost by one step for all tasks: mean over tasks of "
        "the best score there, less the best mean over tasks of one and the same step (the sensitivity of "
        "arXiv:2412.07165, with fixed points instead of percentiles for its scale), of methods that ran on every task "
        "of the study. Both: expanded percentile bootstrap over seeds, whole curves at a time, best steps chosen anew.",
        "Collapsed: fell by half of the task's range and did not recover, as in table stability. FLOP of all steps: "
        "of all runs of the line together, what choosing the step cost.",
    )


def _ranges(found: Sequence[Curve]) -> list[str]:
    """From where to where each setting went."""
    steps: dict[str, set[float]] = {}
    for one in found:
        steps.setdefault(one.name, set()).update(one.values)
    return [f"a {name} from {min(values):g} to {max(values):g}" for name, values in steps.items()]
