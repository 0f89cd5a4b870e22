"""Spread over runs: how differently training ends when only the seed changes.

The thin line reaches from the worst run to the best, the thick one over the middle half of the runs, and the mark is
the median; nothing is estimated. Evaluations take the most likely action; a run that failed counts as the random
policy. The dashed line is where the task counts as solved.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.report.appearance import Look, looks
from rlbench.report.ladder import ladder
from rlbench.report.panels import empty_panel
from rlbench.report.study import Study

SOLVED = {"color": "0.25", "linewidth": 0.9, "linestyle": "--"}


def figure(study: Study) -> Figure:
    """One panel per task, one rung per method."""
    style = looks(study.plan)
    canvas, panels, heights = ladder(study, _entries())
    for task, axes in panels.items():
        scores = {series: study.cell_scores(task, *series)["final_deterministic"].dropna() for series in heights}
        scores = {series: values.to_numpy() for series, values in scores.items() if len(values)}
        if not scores:
            empty_panel(axes, "no evaluation recorded")
            continue
        for series, values in scores.items():
            _draw(axes, heights[series], values, style[series])
        axes.axvline(study.plan.tasks[task].anchors.solved, **SOLVED, zorder=1)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlabel("return")
    return canvas


def _draw(axes: Axes, height: float, values: np.ndarray, look: Look) -> None:
    worst, low, middle, high, best = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    axes.plot([worst, best], [height, height], color=look.colour, linewidth=1.0, zorder=2)
    axes.plot([low, high], [height, height], color=look.colour, linewidth=4.5, alpha=0.5, zorder=3)
    axes.scatter([middle], [height], s=20, marker=look.marker, color=look.colour, edgecolor="white", lw=0.6, zorder=5)


def _entries() -> dict[str, Line2D]:
    grey = "0.25"
    return {
        "worst to best run": Line2D([], [], linewidth=1.0, color=grey),
        "middle half": Line2D([], [], linewidth=4.5, alpha=0.5, color=grey),
        "median": Line2D([], [], marker="o", linestyle="", markersize=5, color=grey),
        "solved": Line2D([], [], **SOLVED),
    }
