"""Return at the end of training: mean over runs with its 95 % t interval, and every run as a dot.

Evaluations take the most likely action, on language tasks sampled answers; a run that failed is a dot on the level of
the random policy, the dotted line where it is in sight. The dashed line is where the task counts as solved. Dots are
spread up and down only to be seen side by side. An interval that leaves its panel has no bar at its end.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.report.appearance import Look, looks
from rlbench.report.ladder import ladder
from rlbench.report.panels import empty_panel
from rlbench.report.plan import PlannedTask
from rlbench.report.study import Study
from rlbench.stats.intervals import Interval, t_interval


def figure(study: Study) -> Figure:
    """One panel per task, one rung per method."""
    style = looks(study.plan)
    canvas, panels, heights = ladder(study, _entries())
    for task, axes in panels.items():
        scores = {series: study.cell_scores(task, *series)["final"].dropna() for series in heights}
        scores = {series: values.to_numpy() for series, values in scores.items() if len(values)}
        if not scores:
            empty_panel(axes, "no evaluation recorded")
            continue
        drawn = [_draw(axes, heights[series], values, style[series]) for series, values in scores.items()]
        _frame(axes, np.concatenate(list(scores.values())), drawn, study.plan.tasks[task])
    return canvas


def _draw(axes: Axes, height: float, values: np.ndarray, look: Look) -> Interval:
    made = t_interval(values)
    # Neighbours in value get different heights, so that equal scores stay countable.
    offset = np.resize([0.0, 0.13, -0.13, 0.26, -0.26], len(values))[np.argsort(np.argsort(values, kind="stable"))]
    axes.scatter(values, height + offset, s=7, color=look.colour, alpha=0.4, linewidth=0, zorder=2)
    if np.isfinite(made.low):
        axes.plot([made.low, made.high], [height, height], color=look.colour, linewidth=1.6, zorder=4)
        axes.plot([made.low, made.high], [height, height], "|", color=look.colour, markersize=7, mew=1.4, zorder=4)
    axes.scatter(
        [made.estimate], [height], s=20, marker=look.marker, color=look.colour, edgecolor="white", lw=0.6, zorder=5
    )
    return made


def _frame(axes: Axes, values: np.ndarray, intervals: list[Interval], task: PlannedTask) -> None:
    """Limits that show every run and the solved line, and of far-reaching intervals no more than half as much again.

    The random policy is often far away: its line is seen where runs come near it, and does not squeeze the rest.
    """
    low, high = min(values.min(), task.anchors.solved), max(values.max(), task.anchors.solved)
    reach = (high - low) / 2
    ends = np.array([(interval.low, interval.high) for interval in intervals])
    left, right = np.nanmin([low, *ends[:, 0]]), np.nanmax([high, *ends[:, 1]])
    margin = 0.06 * (high - low) or 1.0
    axes.set_xlim(max(left, low - reach) - margin, min(right, high + reach) + margin)
    axes.axvline(task.anchors.solved, color="0.25", linewidth=0.9, linestyle="--", zorder=1)
    axes.axvline(task.anchors.random, color="0.25", linewidth=0.9, linestyle=":", zorder=1)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.set_xlabel("return")


def _entries() -> dict[str, Line2D]:
    grey = "0.25"
    return {
        "mean and 95 % interval": Line2D([], [], marker="o", linewidth=1.8, markersize=5, color=grey),
        "one run": Line2D([], [], marker="o", linestyle="", markersize=3.5, alpha=0.5, color=grey),
        "solved": Line2D([], [], linestyle="--", linewidth=0.9, color=grey),
        "random policy": Line2D([], [], linestyle=":", linewidth=0.9, color=grey),
    }
