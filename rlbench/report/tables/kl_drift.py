"""How far do updates move the policy, and does a method keep to its own bound?"""

import numpy as np
import pandas as pd

from rlbench.report import versus
from rlbench.report.calibrated import cautions
from rlbench.report.digits import interval
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.verdict import Words, decided, factor, undecided
from rlbench.report.wording import listed, paragraph
from rlbench.stats.bootstrap import expanded_percentile_interval
from rlbench.stats.intervals import Interval, t_interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.task_means import mean_of_task_means
from rlbench.stats.updates import TOLERANCE

IDENTIFIER = "kl_drift"
AVERAGED = {
    "kl_median": "median KL [95 %]",
    "kl_95th": "95th percentile of KL [95 %]",
    "overshoot": "largest KL / bound [95 %]",
    "kl_path": "path length [95 %]",
}
SHARES = {"beyond_limit": "above bound [95 %]", "above_limit": f"above {TOLERANCE} x bound [95 %]"}
SHOWN = ["kl_median", "kl_95th", "beyond_limit", "above_limit", "overshoot", "kl_path"]
COLUMNS = [
    *("task", "method", "family", "n", "tasks", "updates", "kl_limit"),
    *(name for column in SHOWN for name in (column, f"{column}_low", f"{column}_high")),
    *versus.COLUMNS,
]
PROMISES = ("mean: t", "mean: expanded percentile", *versus.OF_MEANS)
WORDS = Words("went a shorter way", "went a longer way", factor)


def table(study: Study) -> Table:
    """Per-run summaries of the exact KL of each update, over runs, and the length of the way against the yardstick."""
    plan, values = study.plan, paths(study)
    compared = versus.against_yardstick(IDENTIFIER, plan, values, versus.of_means)
    lines, intervals = [], []
    for task, method, variant, _ in study.cells():
        runs = study.cell_updates(task, method, variant)
        if len(runs):
            made = {name: over_runs(runs[name].to_numpy()) for name in AVERAGED}
            made |= {name: _share(runs[name].to_numpy(), task, method, variant, name) for name in SHARES}
            intervals += [interval for interval in made.values() if np.isfinite(interval.estimate)]
            lines.append(
                {"task": task, **study.names(method, variant), "n": len(runs), "updates": runs["updates"].mean()}
                | {"kl_limit": runs["kl_limit"].max()}
                | {name: interval.estimate for name, interval in made.items()}
                | {f"{name}_low": interval.low for name, interval in made.items()}
                | {f"{name}_high": interval.high for name, interval in made.items()}
                | versus.columns(compared, task, (method, variant))
            )
    lines += versus.whole_lines(study, values, compared).values()
    frame = pd.DataFrame(lines, columns=COLUMNS).astype({"tasks": "Int64"})
    return Table(
        identifier=IDENTIFIER,
        question="How far do updates move the policy, and does a method keep to its own bound?",
        frame=frame,
        notes=(
            *_notes(),
            *versus.notes(study, "permutation test of the mean logarithm"),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(intervals),
        ),
        place=34,
        section="task",
        headings=AVERAGED
        | SHARES
        | {"updates": "updates per run", "kl_limit": "own bound on KL"}
        | versus.headings(plan, "log ratio of path length"),
        summary=paragraph(_largest(frame), _bounds(frame), decided(frame, versus.yardstick(plan), WORDS)),
        undecided=undecided(frame, versus.yardstick(plan), WORDS),
    )


def over_runs(values: np.ndarray) -> Interval:
    """t interval over the runs that recorded it; a run that failed at once has no update to be averaged."""
    return t_interval(values[np.isfinite(values)])


def paths(study: Study) -> dict[tuple[str, str, str], np.ndarray]:
    """Logarithm of each run's path length, by cell; a run that never moved has none."""
    found = {(task, *series): study.cell_updates(task, *series)["kl_path"] for task, series in study.places()}
    moved = {cell: lengths[lengths > 0].to_numpy() for cell, lengths in found.items()}
    return {cell: np.log(lengths) for cell, lengths in moved.items() if len(lengths)}


def _share(values: np.ndarray, *words: str) -> Interval:
    """Mean over runs of a share, with an interval that stays between the smallest and the largest of them."""
    recorded = values[np.isfinite(values)]
    return expanded_percentile_interval([recorded], mean_of_task_means, keyed_generator(IDENTIFIER, *words))


def _largest(frame: pd.DataFrame) -> str:
    """Between which cells the median KL of an update lies."""
    lines = frame[frame["kl_median"].notna()]
    if lines.empty:
        return ""
    said = []
    for at in (int(lines["kl_median"].argmin()), int(lines["kl_median"].argmax())):
        line = lines.iloc[at]
        size = interval(line["kl_median"], line["kl_median_low"], line["kl_median_high"])
        said.append(f"{size} nats ({line['method']} on {line['task']}, n = {line['n']})")
    return f"The median KL of a run's updates goes from {said[0]} to {said[1]}."


def _bounds(frame: pd.DataFrame) -> str:
    """How often methods with a bound of their own passed it, at most over all tasks; nothing without such."""
    bounded = frame[frame["above_limit"].notna()]
    worst = bounded.loc[bounded.groupby("method", sort=False)["above_limit"].idxmax()]
    lines = worst[["method", "above_limit", "task"]].itertuples(index=False, name=None)
    parts = [f"{method} in {100 * share:.3g} % ({task})" for method, share, task in lines]
    if not parts:
        return ""
    return f"Updates above {TOLERANCE} times the method's own bound on KL, on the task with most: {listed(parts)}."


def _notes() -> tuple[str, ...]:
    return (
        "KL: exact KL(policy before || after the update) in nats per decision, mean over the update's batch. Updates "
        "of one run depend on each other, so each run gives one number and brackets are over the n runs (seeds): "
        "Student's t interval, which may pass a bound of the quantity itself, and for shares the expanded percentile "
        "bootstrap. A dash: the method has no such thing.",
        "Own bound: max_kl or target_kl of the method's settings. An update without a finite KL is in no median and no "
        "path and counts as above the bound. Failed runs count as far as they came.",
        "Path length: the sum over a run's updates of the root of 2 KL, which unlike KL can be added; how far the "
        "end is from the beginning it does not say: table kl_initial does. Log ratio: of these lengths. How far "
        "policies went from a reference is in tables preferences and answers.",
    )
