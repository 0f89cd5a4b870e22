"""Spread over seeds: standard deviation of final scores without evaluation noise, with its 95 % interval.

In parts of the task's range from the random policy to the solved line, on a log scale; evaluations take the most likely
action, on language tasks sampled answers. A mark at the left edge has an estimate of 0 or one too small to draw, so
only its upper limit is seen. The grey tick is what evaluation noise alone would make of the scores. The numbers are in
table variance.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rlbench.report.appearance import Look, looks
from rlbench.report.ladder import ladder
from rlbench.report.panels import empty_panel
from rlbench.report.study import Study
from rlbench.report.tables.variance import between_seeds, evaluation_sd
from rlbench.stats.intervals import Interval

LEFT, RIGHT = 1e-3, 3.0
"""Limits of the axis: below a thousandth of the range nobody cares."""


def figure(study: Study) -> Figure:
    """One panel per task, one rung per method."""
    style = looks(study.plan)
    canvas, panels, heights = ladder(study, _entries())
    for task, axes in panels.items():
        own = [series for series in heights if (task, *series) in study.finals]
        if not own:
            empty_panel(axes, "no evaluation recorded")
            continue
        for series in own:
            _draw(axes, heights[series], between_seeds(study, task, *series), style[series])
            noise = evaluation_sd(study, task, *series)
            axes.plot([noise], [heights[series]], "|", color="0.6", markersize=8, mew=1.2, zorder=2)
        axes.set_xscale("log")
        axes.set_xlim(LEFT, RIGHT)
        axes.set_xlabel("SD between seeds")
    return canvas


def _draw(axes: Axes, height: float, made: Interval, look: Look) -> None:
    low, estimate, high = (max(value, LEFT) for value in (made.low, made.estimate, made.high))
    if np.isfinite(made.high):
        axes.plot([low, high], [height, height], color=look.colour, linewidth=1.6, zorder=4)
    face = look.colour if made.estimate > LEFT else "white"
    axes.scatter(
        [estimate],
        [height],
        s=20,
        marker=look.marker,
        color=face,
        edgecolor=look.colour,
        lw=0.9,
        zorder=5,
        clip_on=False,
    )


def _entries() -> dict[str, Line2D]:
    grey = "0.25"
    return {
        "standard deviation between seeds and 95 % interval": Line2D(
            [], [], marker="o", linewidth=1.6, markersize=5, color=grey
        ),
        "evaluation noise": Line2D([], [], linestyle="", marker="|", markersize=8, mew=1.2, color="0.6"),
    }
