"""What divergence from the reference bought: return, and learned return where there is one, against the root of KL.

A line is one method during training, from the reference policy (the diamond, at KL 0) outwards: means over the
runs that finished at each evaluation, with sampled actions. Hidden is a return that no method saw, learned the sum of
the rewards that were fitted to comparisons; where nobody knows another reward, there is only that one. KL(policy ||
reference) is exact and summed over an episode or an answer; the axis is its root, the distance of arXiv:2210.10760,
and its ticks are nats. A learned return that rises while the hidden one falls is over-optimisation. Other methods are
grey.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.report.appearance import QUIET, Look
from rlbench.report.family_grid import Row, Series, family_grid, row_title, show_family
from rlbench.report.frontier import path, reference_tasks, returns
from rlbench.report.panels import nothing_to_draw
from rlbench.report.root_axis import root_axis
from rlbench.report.study import Study

TICKS = 4


def figure(study: Study) -> Figure:
    """A row for each return of a task, one column per family."""
    named = {task: returns(study, task) for task in reference_tasks(study)}
    if not named:
        return nothing_to_draw("No task of this plan measures how far policies are from a reference.")
    places = [(task, metric) for task, names in named.items() for metric in names]
    rows = [
        Row(row_title(study, task) if metric == next(iter(named[task])) else "", named[task][metric])
        for task, metric in places
    ]
    canvas, panels = family_grid(study.plan, rows, _footer())
    for place, (task, metric) in enumerate(places):
        paths = {series: path(study, task, series, metric) for series in study.plan.series()}
        paths = {series: line for series, line in paths.items() if len(line)}
        for family, kin in study.plan.families().items():
            _panel(panels[place, family], study, task, kin, paths)
    return canvas


def _panel(axes: Axes, study: Study, task: str, kin: list[Series], paths: dict[Series, pd.DataFrame]) -> None:
    root_axis(axes, max((line["kl"].max() for line in paths.values()), default=0.0), TICKS)
    if show_family(axes, study.plan, task, kin, paths, _draw, _draw_quietly):
        axes.set_xlabel(f"KL, nats per {study.plan.tasks[task].trial}", fontsize=6.5, labelpad=1)
    axes.yaxis.set_major_locator(MaxNLocator(4))


def _draw(axes: Axes, line: pd.DataFrame, look: Look) -> None:
    axes.plot(line["kl"], line["value"], color=look.colour, linestyle=look.dash, linewidth=1.3, zorder=4)
    axes.plot(line["kl"].iloc[-1:], line["value"].iloc[-1:], look.marker, color=look.colour, markersize=4, zorder=5)
    axes.plot(line["kl"].iloc[:1], line["value"].iloc[:1], "D", color="black", markersize=3.5, zorder=6, clip_on=False)


def _draw_quietly(axes: Axes, line: pd.DataFrame) -> None:
    axes.plot(line["kl"], line["value"], color=QUIET, linewidth=0.6, zorder=2)


def _footer() -> dict[str, Line2D]:
    return {
        "the reference, where every method begins": Line2D(
            [], [], marker="D", color="black", markersize=3.5, linewidth=0
        ),
        "a method of another family": Line2D([], [], color=QUIET, linewidth=0.8),
    }
