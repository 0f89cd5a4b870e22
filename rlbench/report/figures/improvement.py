"""How often a run of the method at the left ends above a run of the method below, over the tasks that both ran on.

Final scores with the most likely action, on language tasks with sampled answers, ties counted half, mean over tasks:
100 is always, 0 never. Hatched: the two cannot be told apart at the level .05 after Benjamini and Hochberg's correction
over all pairs. Empty: no task in common. Lines part the families. Intervals and numbers of runs are in table
improvement.
"""

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from rlbench.report.panels import nothing_to_draw
from rlbench.report.plan import Plan
from rlbench.report.study import Study
from rlbench.stats.intervals import CONFIDENCE

CELL = 0.33
"""Inches."""
MARGIN = (2.1, 2.1)
"""Inches for the names at the left and below."""
PALE = 25
"""Numbers that are at least as far from 50 are white on dark."""


def figure(study: Study) -> Figure:
    """A square of methods by methods."""
    series, pairs = study.plan.series(), study.improvements
    if not pairs:
        return nothing_to_draw("No two methods have a task in common.")
    share, open_ = np.full((2, len(series), len(series)), np.nan)
    for pair in pairs:
        first, second = series.index(pair.first), series.index(pair.second)
        share[first, second], share[second, first] = 100 * pair.better.estimate, 100 - 100 * pair.better.estimate
        open_[first, second] = open_[second, first] = not pair.p_value <= 1 - CONFIDENCE
    side = CELL * len(series)
    canvas = Figure(figsize=(side + MARGIN[0], side + MARGIN[1]), layout="constrained")
    axes = canvas.subplots()
    # Cells as shapes and not as an image: these stay sharp, and a page can hold them.
    edges = np.arange(len(series) + 1) - 0.5
    colours = sns.color_palette("vlag_r", as_cmap=True)
    axes.pcolormesh(edges, edges, np.ma.masked_invalid(share), cmap=colours, vmin=0, vmax=100)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.set_title("runs at the left that end above runs below, %", loc="left", fontsize=9)
    _numbers(axes, share, open_)
    _names(axes, study.plan)
    return canvas


def _numbers(axes: Axes, share: NDArray[np.float64], open_: NDArray[np.float64]) -> None:
    for (row, column), value in np.ndenumerate(share):
        if not np.isfinite(value):
            continue
        if open_[row, column]:
            axes.add_patch(
                Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, hatch="////", edgecolor="0.75", linewidth=0)
            )
        colour = "white" if abs(value - 50) >= PALE and not open_[row, column] else "0.15"
        axes.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=7, color=colour)


def _names(axes: Axes, plan: Plan) -> None:
    names = [plan.label(*series) for series in plan.series()]
    axes.set_yticks(range(len(names)), names, fontsize=7.5)
    axes.set_xticks(range(len(names)), names, fontsize=7.5, rotation=60, ha="right", rotation_mode="anchor")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    ends = np.cumsum([len(kin) for kin in plan.families().values()])[:-1] - 0.5
    for end in ends:
        axes.axhline(end, color="white", linewidth=2.5)
        axes.axvline(end, color="white", linewidth=2.5)
