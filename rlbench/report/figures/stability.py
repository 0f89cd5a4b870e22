"""What runs lost of what they had learned: excess drawdown of every run, and its mean with 95 % t interval.

The largest distance of a run's evaluations below its best so far, less what evaluation noise makes of a run that never
fell, in parts of the task's range; 1 is all that lies between the random policy and the solved line. To the right, how
many runs fell by half of the range for good, of all. The numbers are in table stability.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.report.appearance import Look, looks
from rlbench.report.ladder import ladder, margin_words
from rlbench.report.panels import empty_panel
from rlbench.report.study import Study
from rlbench.report.tables.stability import drawdowns
from rlbench.stats.collapse import FALL
from rlbench.stats.intervals import t_interval


def figure(study: Study) -> Figure:
    """One panel per task, one rung per method."""
    style, values = looks(study.plan), drawdowns(study)
    canvas, panels, heights = ladder(study, _entries())
    for task, axes in panels.items():
        own = [series for series in heights if (task, *series) in values]
        if not own:
            empty_panel(axes, "no evaluation recorded")
            continue
        for series in own:
            _draw(axes, heights[series], values[task, *series], style[series])
            runs = study.cell_falls(task, *series)
            if collapsed := int(runs["collapsed"].sum()):
                margin_words(axes, heights[series], f"{collapsed}/{len(runs)}")
        highest = max(float(values[task, *series].max()) for series in own)
        axes.set_xlim(-0.15, 1.15 * max(highest, 1.0))
        axes.axvline(0, color="0.25", linewidth=0.9, linestyle=":", zorder=1)
        axes.axvline(FALL, color="0.25", linewidth=0.9, linestyle="--", zorder=1)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlabel("excess drawdown")
    return canvas


def _draw(axes: Axes, height: float, values: np.ndarray, look: Look) -> None:
    made = t_interval(values)
    axes.scatter(values, np.full(len(values), height), s=8, color=look.colour, alpha=0.35, linewidth=0, zorder=2)
    if np.isfinite(made.low):
        axes.plot([made.low, made.high], [height, height], color=look.colour, linewidth=1.6, zorder=4)
    axes.scatter(
        [made.estimate], [height], s=20, marker=look.marker, color=look.colour, edgecolor="white", lw=0.6, zorder=5
    )


def _entries() -> dict[str, Line2D]:
    grey = "0.25"
    return {
        "mean and 95 % interval": Line2D([], [], marker="o", linewidth=1.6, markersize=5, color=grey),
        "one run": Line2D([], [], marker="o", linestyle="", markersize=3.5, alpha=0.5, color=grey),
        "half of the range": Line2D([], [], linestyle="--", linewidth=0.9, color=grey),
    }
