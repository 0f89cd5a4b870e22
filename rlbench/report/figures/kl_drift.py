"""How far single updates move the policy, against a method's own bound: median and 95th percentile of exact KL.

KL(before || after) of each update, in nats per decision, on a log scale; means over runs of each run's median (the
mark) and 95th percentile (the end of the thick line), and of its largest (the end of the thin one). The upright tick
is the bound that a method sets itself, and to the right is the share of updates beyond it. The numbers are in table
kl_drift.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from rlbench.report.appearance import Look, looks
from rlbench.report.ladder import ladder, margin_words
from rlbench.report.panels import empty_panel
from rlbench.report.study import Study

DECADES = 6
"""More of them are cut off below: a step so small has no effect that could be seen."""


def figure(study: Study) -> Figure:
    """One panel per task, one rung per method."""
    style = looks(study.plan)
    canvas, panels, heights = ladder(study, _entries())
    for task, axes in panels.items():
        runs = {series: study.cell_updates(task, *series) for series in heights}
        moved = {series: own.mean(numeric_only=True) for series, own in runs.items() if own["kl_95th"].gt(0).any()}
        if not moved:
            empty_panel(axes, "no update recorded")
            continue
        for series, means in moved.items():
            _draw(axes, heights[series], means, style[series])
            if np.isfinite(means["beyond_limit"]):
                margin_words(axes, heights[series], f"{100 * means['beyond_limit']:.3g} %")
        _frame(axes, pd.DataFrame(moved))
    return canvas


def _draw(axes: Axes, height: float, means: pd.Series, look: Look) -> None:
    for end, width, alpha in (("kl_largest", 1.0, 1.0), ("kl_95th", 4.5, 0.5)):
        span = [means["kl_median"], means[end]]
        axes.plot(span, [height] * 2, color=look.colour, linewidth=width, alpha=alpha, solid_capstyle="butt", zorder=3)
    axes.scatter(
        [means["kl_median"]], [height], s=20, marker=look.marker, color=look.colour, edgecolor="white", lw=0.6, zorder=5
    )
    if np.isfinite(means["kl_limit"]):
        axes.plot([means["kl_limit"]], [height], "|", color="black", markersize=9, mew=1.4, zorder=6)


def _frame(axes: Axes, means: pd.DataFrame) -> None:
    """Limits that show every mean, with room for the shares at the right."""
    high = 12 * float(np.nanmax(means.loc[["kl_largest", "kl_limit"]].to_numpy()))
    low = float(np.nanmin(means.loc["kl_median"].where(lambda kl: kl > 0).to_numpy(dtype=float))) / 2
    axes.set_xscale("log")
    axes.set_xlim(max(low, high / 10**DECADES), high)
    axes.xaxis.set_major_locator(LogLocator(numticks=5))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("KL of an update, nats per decision")


def _entries() -> dict[str, Line2D]:
    grey = "0.25"
    return {
        "median": Line2D([], [], marker="o", linestyle="", markersize=5, color=grey),
        "to the 95th percentile": Line2D([], [], linewidth=4.5, alpha=0.5, color=grey),
        "to the largest": Line2D([], [], linewidth=1.0, color=grey),
        "own bound": Line2D([], [], marker="|", linestyle="", markersize=9, mew=1.4, color="black"),
    }
