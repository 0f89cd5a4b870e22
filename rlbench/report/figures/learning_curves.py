"""Return during training: mean over runs with its 95 % band, by task and family.

Each column shows one family in colour and the means of all other methods in grey. The band is Student's t interval
over runs at each evaluation by itself; it says nothing of whole curves. Evaluations take the most likely action. A run
that failed continues on the level of the random policy. The panels of a row share their axes; x is training steps.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.report.appearance import QUIET, Look, step_axis
from rlbench.report.family_grid import Row, Series, family_grid, row_title, show_family
from rlbench.report.study import Study
from rlbench.stats.intervals import t_interval

SOLVED = {"color": "0.25", "linewidth": 0.8, "linestyle": "--"}


def figure(study: Study) -> Figure:
    """One row per task, one column per family."""
    plan = study.plan
    rows = [Row(row_title(study, task), "return") for task in plan.tasks]
    canvas, panels = family_grid(plan, rows, _footer())
    for place, task in enumerate(plan.tasks):
        curves = {series: study.cell_curves(task, *series) for series in plan.series()}
        means = {series: _bounds(runs) for series, runs in curves.items() if len(runs)}
        for family, kin in plan.families().items():
            axes = panels[place, family]
            step_axis(axes, plan.tasks[task].budget)
            if show_family(axes, plan, task, kin, means, _draw, _draw_quietly):
                axes.axhline(plan.tasks[task].anchors.solved, **SOLVED, zorder=1)
            _fit(axes, means, plan.tasks[task].anchors.solved)
    return canvas


def _bounds(runs: pd.DataFrame) -> pd.DataFrame:
    """Index step, columns mean, low and high."""
    made = [t_interval(values) for values in runs.to_numpy()]
    lines = [(interval.estimate, interval.low, interval.high) for interval in made]
    return pd.DataFrame(lines, index=runs.index, columns=["mean", "low", "high"])


def _draw_quietly(axes: Axes, bounds: pd.DataFrame) -> None:
    axes.plot(bounds.index, bounds["mean"], color=QUIET, linewidth=0.6, zorder=2)


def _draw(axes: Axes, bounds: pd.DataFrame, look: Look) -> None:
    steps = bounds.index.to_numpy()
    axes.fill_between(steps, bounds["low"], bounds["high"], color=look.colour, alpha=0.18, linewidth=0, zorder=3)
    axes.plot(steps, bounds["mean"], color=look.colour, linestyle=look.dash, linewidth=1.5, zorder=4)


def _fit(axes: Axes, means: dict[Series, pd.DataFrame], line: float) -> None:
    """Show every mean and the solved line; the band of a few runs may reach far beyond them and leave the picture."""
    values = np.concatenate([[line], *(bounds["mean"].to_numpy() for bounds in means.values())])
    low, high = np.nanmin(values), np.nanmax(values)
    margin = 0.08 * (high - low) or 1.0
    axes.set_ylim(low - margin, high + margin)
    axes.yaxis.set_major_locator(MaxNLocator(4))


def _footer() -> dict[str, Line2D]:
    return {
        "solved": Line2D([], [], **SOLVED),
        "mean of a method of another family": Line2D([], [], color=QUIET, linewidth=0.8),
    }
