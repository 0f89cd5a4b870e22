"""What training costs and what it gives: mean final score against FLOP of a run, by task.

FLOP of acting and updating, counted, on a log scale; scores as parts of the task's range, 0 the random policy and 1 the
solved line, with 95 % t intervals. Filled marks are more likely than not on the front of methods that no other one
beats in both, by a bootstrap over runs; the grey line joins these means. The numbers are in table compute_cost.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from rlbench.report.appearance import QUIET, family_colours, looks, step_label
from rlbench.report.panels import empty_panel, legend_above, seed_count, task_panels
from rlbench.report.plan import Plan
from rlbench.report.study import Study
from rlbench.report.tables.compute_cost import flop_fronts
from rlbench.report.values import Series
from rlbench.stats.intervals import t_interval

LIKELY = 0.5


def figure(study: Study) -> Figure:
    """One panel per task, one mark per method."""
    chances = flop_fronts(study)
    canvas, panels = task_panels(list(study.plan.tasks), width=3.3, height=2.5)
    for task, axes in panels.items():
        own = [series for series in study.plan.series() if (task, *series) in chances]
        axes.set_title(f"{task} ({seed_count(study, task)})", loc="left", fontsize=8.5)
        if not own:
            empty_panel(axes, "no cost recorded")
            continue
        likely = [series for series in own if chances[task, *series] >= LIKELY]
        for series in own:
            _mark(axes, study, task, series, likely)
        _join(axes, study, task, likely)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 3), numticks=7))
        axes.xaxis.set_major_formatter(FuncFormatter(step_label))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.axhline(1, color="0.25", linewidth=0.8, linestyle="--", zorder=1)
        axes.set_xlabel("FLOP of a run")
        axes.set_ylabel("final score")
    legend_above(canvas, _entries(study.plan))
    return canvas


def _place(study: Study, task: str, series: Series) -> tuple[float, float]:
    return float(study.costs[task, *series]["flop"].mean()), float(study.finals[task, *series].mean())


def _mark(axes: Axes, study: Study, task: str, series: Series, likely: Sequence[Series]) -> None:
    colour, marker = family_colours(study.plan)[study.plan.family(series[0])], looks(study.plan)[series].marker
    cost, score = _place(study, task, series)
    made = t_interval(study.finals[task, *series])
    if np.isfinite(made.low):
        axes.plot([cost, cost], [made.low, made.high], color=colour, linewidth=0.8, alpha=0.6, zorder=3)
    face = colour if series in likely else "white"
    axes.scatter([cost], [score], s=26, marker=marker, color=face, edgecolor=colour, lw=1.0, zorder=5)


def _join(axes: Axes, study: Study, task: str, likely: Sequence[Series]) -> None:
    front = sorted(_place(study, task, series) for series in likely)
    axes.plot(*zip(*front, strict=True), color=QUIET, linewidth=1.0, zorder=2) if front else None


def _entries(plan: Plan) -> dict[str, Line2D]:
    colours, style = family_colours(plan), looks(plan)
    return {
        plan.label(*series): Line2D(
            [], [], linestyle="", marker=style[series].marker, color=colours[plan.family(series[0])], markersize=5
        )
        for series in plan.series()
    }
