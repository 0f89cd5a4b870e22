"""How far each update moved the policy: exact KL(before || after), by task and family.

Each update's KL is a mean over its batch, in nats per decision. A line is the median over runs of the median of a
run's updates in each fortieth of training, the band its quartiles over runs; medians of other methods are grey. A
dotted line is the bound that a method sets itself, in that method's colour. Both axes are shared by the panels of a
row and KL is on a log scale, where a value of 0 (no step taken) cannot be drawn.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from rlbench.report.appearance import QUIET, Look, looks, step_axis
from rlbench.report.family_grid import Row, Series, family_grid, row_title, show_family
from rlbench.report.study import Study

DECADES = 6
"""More of them are cut off below: a step so small has no effect that could be seen."""


def figure(study: Study) -> Figure:
    """One row per task, one column per family."""
    plan, style = study.plan, looks(study.plan)
    rows = [Row(row_title(study, task), "KL, nats") for task in plan.tasks]
    canvas, panels = family_grid(plan, rows, _footer())
    for place, task in enumerate(plan.tasks):
        traces = {series: study.cell_kl(task, *series) for series in plan.series()}
        quartiles = {series: _quartiles(runs) for series, runs in traces.items() if len(runs)}
        limits = {series: study.cell_updates(task, *series)["kl_limit"].max() for series in quartiles}
        for family, kin in plan.families().items():
            axes = panels[place, family]
            step_axis(axes, plan.tasks[task].budget)
            show_family(axes, plan, task, kin, quartiles, _draw, _draw_quietly)
            _bound(axes, [(limits[series], style[series]) for series in kin if series in quartiles])
            _fit(axes, quartiles, limits)
    return canvas


def _quartiles(runs: pd.DataFrame) -> pd.DataFrame:
    """Index step, columns .25, .5 and .75 over runs; no logarithm is taken of a value that has none."""
    return runs.quantile([0.25, 0.5, 0.75], axis=1).T.where(lambda kl: kl > 0)


def _draw(axes: Axes, lines: pd.DataFrame, look: Look) -> None:
    axes.fill_between(lines.index, lines[0.25], lines[0.75], color=look.colour, alpha=0.2, linewidth=0, zorder=3)
    axes.plot(lines.index, lines[0.5], color=look.colour, linestyle=look.dash, linewidth=1.4, zorder=4)


def _bound(axes: Axes, limits: list[tuple[float, Look]]) -> None:
    for limit, look in limits:
        if np.isfinite(limit):
            axes.axhline(limit, color=look.colour, linestyle=":", linewidth=1.0, zorder=2.5)


def _draw_quietly(axes: Axes, lines: pd.DataFrame) -> None:
    axes.plot(lines.index, lines[0.5], color=QUIET, linewidth=0.6, zorder=2)


def _fit(axes: Axes, quartiles: dict[Series, pd.DataFrame], limits: dict[Series, float]) -> None:
    values = np.concatenate([lines.to_numpy().ravel() for lines in quartiles.values()] or [np.array([1.0])])
    values = np.concatenate([values, list(limits.values())])
    values = values[np.isfinite(values)]
    high = 2 * values.max(initial=1e-3)
    axes.set_yscale("log")
    axes.set_ylim(max(values.min(initial=high) / 2, high / 10**DECADES), high)
    axes.yaxis.set_major_locator(LogLocator(numticks=4))
    axes.yaxis.set_minor_locator(NullLocator())


def _footer() -> dict[str, Line2D]:
    return {
        "a method's own bound": Line2D([], [], color="0.25", linestyle=":", linewidth=1.0),
        "median of a method of another family": Line2D([], [], color=QUIET, linewidth=0.8),
    }
