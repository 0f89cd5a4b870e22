"""Return during training: mean over runs with its 95 % band, and every single run as a thin line.

The band is Student's t interval over runs at each evaluation by itself; it says nothing of whole curves. Evaluations
take the most likely action. A run that failed continues on the level of the random policy.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rlbench.report.appearance import Look, looks, step_axis
from rlbench.report.panels import empty_panel, legend_above, task_panels
from rlbench.report.study import Study
from rlbench.stats.intervals import t_interval


def figure(study: Study) -> Figure:
    """One panel per task, one line per method."""
    style = looks(study.plan)
    canvas, panels = task_panels(list(study.plan.tasks), width=3.5, height=2.7)
    entries = {}
    for task, axes in panels.items():
        shown = {series: _runs(study, task, *series) for series in study.plan.series()}
        shown = {series: runs for series, runs in shown.items() if len(runs.columns)}
        for series, runs in shown.items():
            entries[study.plan.label(*series)] = _draw(axes, runs, style[series])
        if not shown:
            empty_panel(axes, "no evaluation recorded")
            continue
        line = study.plan.tasks[task].anchors.solved
        _fit_to_runs(axes, [runs.to_numpy() for runs in shown.values()], line)
        entries["solved"] = axes.axhline(line, color="0.25", linewidth=0.9, linestyle="--", zorder=1)
        step_axis(axes, study.plan.tasks[task].unit)
        axes.set_xlim(0, study.plan.tasks[task].budget)
        axes.set_ylabel("return")
    legend_above(canvas, _solved_last(entries))
    return canvas


def _runs(study: Study, task: str, method: str, variant: str) -> pd.DataFrame:
    """Index step, one column per seed."""
    curves = study.curves
    own = curves[(curves["task"] == task) & (curves["method"] == method) & (curves["variant"] == variant)]
    return own.pivot(index="step", columns="seed", values="value")


def _draw(axes: Axes, runs: pd.DataFrame, look: Look) -> Line2D:
    steps = runs.index.to_numpy()
    intervals = [t_interval(values) for values in runs.to_numpy()]
    bounds = np.array([(interval.estimate, interval.low, interval.high) for interval in intervals]).T
    axes.plot(steps, runs.to_numpy(), color=look.colour, linewidth=0.5, alpha=0.22, zorder=2)
    axes.fill_between(steps, bounds[1], bounds[2], color=look.colour, alpha=0.18, linewidth=0, zorder=3)
    return axes.plot(steps, bounds[0], color=look.colour, linestyle=look.dash, linewidth=1.8, zorder=4)[0]


def _fit_to_runs(axes: Axes, runs: list[np.ndarray], line: float) -> None:
    """Show every run and the solved line; the band of a few runs may reach far beyond them and leave the picture."""
    values = np.concatenate([run.ravel() for run in runs])
    low, high = min(np.nanmin(values), line), max(np.nanmax(values), line)
    margin = 0.05 * (high - low)
    axes.set_ylim(low - margin, high + margin)


def _solved_last(entries: dict[str, Line2D]) -> dict[str, Line2D]:
    return dict(sorted(entries.items(), key=lambda entry: entry[0] == "solved"))
