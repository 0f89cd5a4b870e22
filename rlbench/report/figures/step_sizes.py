"""Final score against the size of a method's steps: mean over seeds with its 95 % band, by task and family.

Each column shows one family in colour and the means of all other methods in grey. x is the length of a step in parts of
the published one, which stands at 1: learning rates in proportion, bounds on KL by their root. Scores are parts of the
task's range, 0 the random policy and 1 the solved line; a run that failed counts as the random policy. The numbers are
in table step_sizes.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from rlbench.report.appearance import QUIET
from rlbench.report.band import band, draw_band, draw_mean
from rlbench.report.family_grid import Row, family_grid, show_family
from rlbench.report.panels import nothing_to_draw
from rlbench.report.setting_curves import Curve
from rlbench.report.step_curves import lengths, step_curves
from rlbench.report.study import Study

PUBLISHED = {"color": "0.25", "linewidth": 0.8, "linestyle": ":"}


def figure(study: Study) -> Figure:
    """One row per task of the study, one column per family."""
    found = step_curves(study)
    if not found:
        return nothing_to_draw("The configuration asks for no study of step sizes.")
    plan = study.plan.of_step_sizes()
    runs = {one.task: len(one.scores) for one in found}
    rows = [Row(f"{task} (n = {runs[task]} at each step)", "final score") for task in plan.tasks]
    canvas, panels = family_grid(plan, rows, _footer())
    reach = [float(place) for one in found for place in lengths(one)[[0, -1]]]
    for place, task in enumerate(plan.tasks):
        means = {one.series: band(_runs(one)) for one in found if one.task == task}
        for family, kin in plan.families().items():
            axes = panels[place, family]
            axes.set_xscale("log")
            axes.set_xlim(min(reach), max(reach))
            axes.xaxis.set_major_locator(LogLocator(numticks=5))
            axes.xaxis.set_minor_locator(NullLocator())
            if show_family(axes, plan, task, kin, means, draw_band, draw_mean):
                axes.axvline(1, **PUBLISHED, zorder=1)
            _fit(axes, means)
            if place == len(rows) - 1:
                axes.set_xlabel("step / published one", fontsize=7.5)
    return canvas


def _runs(curve: Curve) -> pd.DataFrame:
    """Index length of a step, one column per seed."""
    return pd.DataFrame(curve.scores.T, index=pd.Index(lengths(curve), name="step"))


def _fit(axes: Axes, means: dict) -> None:
    """Show every mean; the band of a few runs may reach far beyond them and leave the picture."""
    values = np.concatenate([[0.0, 1.0], *(bounds["mean"].to_numpy() for bounds in means.values())])
    low, high = max(np.nanmin(values), -1.0), np.nanmax(values)
    margin = 0.08 * (high - low)
    axes.set_ylim(low - margin, high + margin)
    axes.yaxis.set_major_locator(MaxNLocator(4))


def _footer() -> dict[str, Line2D]:
    return {
        "published step": Line2D([], [], **PUBLISHED),
        "mean of a method of another family": Line2D([], [], color=QUIET, linewidth=0.8),
    }
