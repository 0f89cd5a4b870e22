"""Groups that teach nothing, in training: share of groups whose answers all earned the same, all wrong or all right.

Stacked, mean over runs in each fortieth of training that had a batch; white is what there was to learn from. Rewards
are those before any price of KL. Only methods that compare the answers of a group; x is tokens learned from. Means
over the whole of training, with intervals, are in table silent_groups.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from rlbench.report.appearance import COLOURS, SOFT, step_axis
from rlbench.report.family_grid import row_title
from rlbench.report.panels import NARROWEST, empty_panel, legend_above, nothing_to_draw
from rlbench.report.silence import SILENT, grouped
from rlbench.report.study import Study
from rlbench.report.values import Series

PANEL = (1.8, 1.25)
"""Inches of a panel with its ticks and its name."""
HEAD = 0.25
"""Inches for the name of a row."""
FILLS = dict(zip(SILENT, (COLOURS[1], COLOURS[5]), strict=True))


def figure(study: Study) -> Figure:
    """One row per task, one column per method that has groups."""
    found = grouped(study)
    if not found:
        return nothing_to_draw("No run of this plan looked at groups of answers.")
    columns = [series for series in study.plan.series() if any(series in kin for kin in found.values())]
    width, height = max(NARROWEST, PANEL[0] * len(columns) + 0.4), (PANEL[1] + HEAD) * len(found) + 0.4
    canvas = Figure(figsize=(width, height), layout="constrained")
    rows = canvas.subfigures(len(found), 1, squeeze=False).ravel()
    for row, (task, kin) in zip(rows, found.items(), strict=True):
        row.suptitle(row_title(study, task), x=0.01, ha="left", fontsize=8.5, fontweight="bold")
        panels = row.subplots(1, len(columns), squeeze=False).ravel()
        panels[0].set_ylabel("share of groups", fontsize=8)
        for axes, series in zip(panels, columns, strict=True):
            axes.tick_params(labelleft=axes is panels[0])
            axes.set_title(study.plan.label(*series), loc="left", fontsize=8, fontweight="normal")
            _panel(axes, study, task, series, series in kin)
    legend_above(canvas, {words: Patch(color=FILLS[metric]) for metric, words in SILENT.items()})
    return canvas


def _panel(axes: Axes, study: Study, task: str, series: Series, recorded: bool) -> None:
    if not recorded:
        empty_panel(axes, study.plan.reason(task, *series))
        return
    axes.set_ylim(0, 1)
    step_axis(axes, study.plan.tasks[task].budget)
    stacked = shares(study, task, series)
    if not stacked.to_numpy().any():
        axes.text(0.5, 0.5, "none", ha="center", va="center", transform=axes.transAxes, color=SOFT, fontsize=8)
    axes.stackplot(stacked.index, *(stacked[metric] for metric in SILENT), colors=list(FILLS.values()), linewidth=0)


def shares(study: Study, task: str, series: Series) -> pd.DataFrame:
    """Means over runs: index step, a column for each of SILENT."""
    parts = {metric: study.cell_collected(task, *series, metric) for metric in SILENT}
    return pd.DataFrame({metric: own.groupby("step")["value"].mean() for metric, own in parts.items()})
