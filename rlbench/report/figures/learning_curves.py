"""Return during training: mean over runs with its 95 % band, by task and family.

Each column shows one family in colour and the means of all other methods in grey. The band is Student's t interval over
runs at each evaluation by itself; it says nothing of whole curves. Evaluations take the most likely action, on language
tasks sampled answers. A run that failed continues on the level of the random policy. The panels of a row share their
axes; x is environment steps or tokens that a run has learned from.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.report.appearance import QUIET, step_axis
from rlbench.report.band import band, draw_band, draw_mean
from rlbench.report.family_grid import Row, Series, family_grid, row_title, show_family
from rlbench.report.study import Study

SOLVED = {"color": "0.25", "linewidth": 0.8, "linestyle": "--"}


def figure(study: Study) -> Figure:
    """One row per task, one column per family."""
    plan = study.plan
    rows = [Row(row_title(study, task), "return") for task in plan.tasks]
    canvas, panels = family_grid(plan, rows, _footer())
    for place, task in enumerate(plan.tasks):
        curves = {series: study.cell_curves(task, *series) for series in plan.series()}
        means = {series: band(runs) for series, runs in curves.items() if len(runs)}
        for family, kin in plan.families().items():
            axes = panels[place, family]
            step_axis(axes, plan.tasks[task].budget)
            if show_family(axes, plan, task, kin, means, draw_band, draw_mean):
                axes.axhline(plan.tasks[task].anchors.solved, **SOLVED, zorder=1)
            _fit(axes, means, plan.tasks[task].anchors.solved)
    return canvas


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
