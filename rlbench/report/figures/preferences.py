"""What divergence from the reference bought: hidden and learned return against KL, on tasks with preferences.

A line is one method during training, from the reference policy (the diamond, at KL 0) outwards: means over the
runs that finished at each evaluation, with sampled actions. Hidden is the environment's own return, which no
method saw, learned the sum of the rewards that were fitted to comparisons. KL(policy || reference) is exact and
summed over an episode. A learned return that rises while the hidden one falls is over-optimisation. Other methods
are grey.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.core.schema import Metric
from rlbench.report.appearance import QUIET, Look
from rlbench.report.family_grid import Row, Series, family_grid, row_title, show_family
from rlbench.report.frontier import path, preference_tasks
from rlbench.report.panels import nothing_to_draw
from rlbench.report.study import Study

RETURNS = {Metric.RETURN_MEAN: "hidden return", Metric.PROXY_RETURN: "learned return"}


def figure(study: Study) -> Figure:
    """Two rows per task, one column per family."""
    tasks = preference_tasks(study)
    if not tasks:
        return nothing_to_draw("No task of this plan has preferences.")
    places = [(task, metric) for task in tasks for metric in RETURNS]
    rows = [
        Row(row_title(study, task) if metric == Metric.RETURN_MEAN else "", RETURNS[metric]) for task, metric in places
    ]
    canvas, panels = family_grid(study.plan, rows, _footer())
    for place, (task, metric) in enumerate(places):
        paths = {series: path(study, task, series, metric) for series in study.plan.series()}
        paths = {series: line for series, line in paths.items() if len(line)}
        for family, kin in study.plan.families().items():
            _panel(panels[place, family], study, task, kin, paths)
            panels[place, family].set_xlim(*_reach(paths))
    return canvas


def _panel(axes: Axes, study: Study, task: str, kin: list[Series], paths: dict[Series, pd.DataFrame]) -> None:
    if show_family(axes, study.plan, task, kin, paths, _draw, _draw_quietly):
        axes.set_xlabel("KL, nats per episode", fontsize=6.5, labelpad=1)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.yaxis.set_major_locator(MaxNLocator(4))


def _draw(axes: Axes, line: pd.DataFrame, look: Look) -> None:
    axes.plot(line["kl"], line["value"], color=look.colour, linestyle=look.dash, linewidth=1.3, zorder=4)
    axes.plot(line["kl"].iloc[-1:], line["value"].iloc[-1:], look.marker, color=look.colour, markersize=4, zorder=5)
    axes.plot(line["kl"].iloc[:1], line["value"].iloc[:1], "D", color="black", markersize=3.5, zorder=6)


def _draw_quietly(axes: Axes, line: pd.DataFrame) -> None:
    axes.plot(line["kl"], line["value"], color=QUIET, linewidth=0.6, zorder=2)


def _reach(paths: dict[Series, pd.DataFrame]) -> tuple[float, float]:
    far = max((line["kl"].max() for line in paths.values()), default=1.0) or 1.0
    return -0.04 * far, 1.06 * far


def _footer() -> dict[str, Line2D]:
    return {
        "the reference, where every method begins": Line2D(
            [], [], marker="D", color="black", markersize=3.5, linewidth=0
        ),
        "a method of another family": Line2D([], [], color=QUIET, linewidth=0.8),
    }
