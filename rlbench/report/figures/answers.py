"""How answers change in training: share right and mean length, by task and family.

Answers to held-out prompts with sampled tokens; mean over runs with its 95 % band, Student's t interval at each
evaluation by itself. Length counts tokens, the end of an answer among them. Other methods are grey. A run that failed
is in no mean. The panels of a row share their axes; x is tokens that a run has learned from.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric
from rlbench.report.appearance import QUIET, step_axis
from rlbench.report.at_the_end import recorded
from rlbench.report.band import band, draw_band, draw_mean
from rlbench.report.family_grid import Row, family_grid, row_title, show_family
from rlbench.report.frontier import evaluated
from rlbench.report.panels import nothing_to_draw
from rlbench.report.study import Study

LEAST = 0.05
"""Of the largest mean, shown on either side: what changes by less looks flat."""
SHOWN = {AnswerMetric.RIGHT: "share right", Metric.LENGTH_MEAN: "tokens"}


def figure(study: Study) -> Figure:
    """Two rows per task, one column per family."""
    plan, tasks = study.plan, recorded(study, AnswerMetric.RIGHT)
    if not tasks:
        return nothing_to_draw("No task of this plan asks for answers.")
    places = [(task, metric) for task in tasks for metric in SHOWN]
    rows = [
        Row(row_title(study, task) if metric == AnswerMetric.RIGHT else "", SHOWN[metric]) for task, metric in places
    ]
    canvas, panels = family_grid(plan, rows, _footer())
    for place, (task, metric) in enumerate(places):
        runs = {series: study.on_grid(task, evaluated(study, task, series, metric)) for series in plan.series()}
        means = {series: band(values) for series, values in runs.items() if len(values)}
        for family, kin in plan.families().items():
            axes = panels[place, family]
            step_axis(axes, plan.tasks[task].budget)
            show_family(axes, plan, task, kin, means, draw_band, draw_mean)
            _fit(axes, means)
    return canvas


def _fit(axes: Axes, means: dict[tuple[str, str], pd.DataFrame]) -> None:
    """Show every mean; the band of a few runs may reach far beyond them and leave the picture."""
    values = np.concatenate([bounds["mean"].to_numpy() for bounds in means.values()])
    low, high = np.nanmin(values), np.nanmax(values)
    margin = max(0.08 * (high - low), LEAST * high) or LEAST
    axes.set_ylim(low - margin, high + margin)
    axes.yaxis.set_major_locator(MaxNLocator(4))


def _footer() -> dict[str, Line2D]:
    return {"mean of a method of another family": Line2D([], [], color=QUIET, linewidth=0.8)}
