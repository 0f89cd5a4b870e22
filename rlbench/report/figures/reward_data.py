"""What a learned reward gains from comparisons and loses to label noise: accuracy on fresh pairs, by task.

One reward model at each point; bars are Wilson's 95 % intervals over fresh pairs, which all points of a task share. The
number of comparisons is on a log scale, lines are shares of rankings turned round, and the circle is the reward that
runs begin from. At the dotted line, pairs are ordered by chance. The numbers are in table reward_data.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rlbench.report.appearance import COLOURS, DASHES, MARKERS, SOFT, step_label
from rlbench.report.panels import legend_above, nothing_to_draw, task_panels
from rlbench.report.study import Study
from rlbench.report.tables.reward_data import accuracy

PUBLISHED = {"marker": "o", "markersize": 10, "markerfacecolor": "none", "markeredgecolor": "black", "linestyle": ""}
APART = 1.04
"""Factor between the places of neighbouring lines, so that their bars do not cover each other."""


def figure(study: Study) -> Figure:
    """One panel per task, one line per share of rankings turned round."""
    points = study.reward_points
    if points.empty:
        return nothing_to_draw("The configuration asks for no study of reward models.")
    canvas, panels = task_panels(points["task"].unique().tolist(), width=3.6, height=2.9)
    levels = sorted(points["flipped"].unique())
    for task, axes in panels.items():
        axes.set_title(task, loc="left")
        own = points[points["task"] == task]
        for place, level in enumerate(levels):
            _draw(axes, own[own["flipped"] == level], place, APART ** (place - (len(levels) - 1) / 2))
        _frame(axes, own)
    entries = {f"{100 * level:g} % turned round": Line2D([], [], **_look(place)) for place, level in enumerate(levels)}
    legend_above(canvas, entries | {"runs begin from it": Line2D([], [], **PUBLISHED)})
    return canvas


def _draw(axes: Axes, line: pd.DataFrame, place: int, shift: float) -> None:
    at = line["comparisons"] * shift
    made = [accuracy(*pair) for pair in zip(line["accuracy"], line["pairs"], strict=True)]
    for x, one in zip(at, made, strict=True):
        axes.plot([x, x], [one.low, one.high], color=COLOURS[place], linewidth=0.9, alpha=0.7, zorder=3)
    axes.plot(at, line["accuracy"], **_look(place), zorder=4)
    chosen = line["published"].astype(bool)
    axes.plot(at[chosen], line.loc[chosen, "accuracy"], **PUBLISHED, zorder=5)


def _look(place: int) -> dict:
    look = {"color": COLOURS[place], "linestyle": DASHES[place % len(DASHES)], "marker": MARKERS[place % len(MARKERS)]}
    return look | {"markersize": 4, "linewidth": 1.3}


def _frame(axes: Axes, own: pd.DataFrame) -> None:
    axes.axhline(0.5, color=SOFT, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_xscale("log")
    places = sorted(own["comparisons"].unique())
    axes.set_xticks(places, [step_label(place) for place in places])
    axes.minorticks_off()
    axes.set_xlabel("comparisons fitted to")
    axes.set_ylabel("accuracy on fresh pairs")
