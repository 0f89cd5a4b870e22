"""What a nat bought: return at the end of training against the root of KL to the reference, all methods of a task.

Marks are means over the runs that finished, with 95 % t intervals in both directions; the thin line is the way there
from the reference (the diamond, at KL 0). Actions are sampled; returns that no method saw are called hidden. KL(policy
|| reference) is exact, per episode or answer; the axis is its root (arXiv:2210.10760) and its ticks are nats. Where all
answers can be listed, return and KL are means over all of them. On the dashed line, return less the price of KL is what
the best policy of all comes to: no policy lies above it, and the optimum lies on it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric
from rlbench.report.appearance import family_colours, looks
from rlbench.report.at_the_end import recorded
from rlbench.report.frontier import DISTANCE, finished_ends, path, reference_tasks, returns
from rlbench.report.optimum import Optimum, optimum
from rlbench.report.panels import legend_above, nothing_to_draw, seed_count, task_panels
from rlbench.report.plan import Plan
from rlbench.report.root_axis import root_axis
from rlbench.report.study import Study
from rlbench.report.values import Series
from rlbench.stats.intervals import t_interval

Pair = tuple[Metric | AnswerMetric, Metric | AnswerMetric]
SAMPLED: Pair = (DISTANCE, Metric.RETURN_MEAN)
LISTED: Pair = (AnswerMetric.EXACT_KL_REFERENCE, AnswerMetric.EXACT_RETURN)
"""Distance and return, as measured on sampled episodes and on all answers."""
BEST = {"color": "0.25", "linewidth": 0.9, "linestyle": "--"}
START = {"marker": "D", "color": "black", "markersize": 4, "linewidth": 0}
TICKS = 6


def figure(study: Study) -> Figure:
    """One panel per task, one mark per method."""
    tasks = reference_tasks(study)
    if not tasks:
        return nothing_to_draw("No task of this plan measures how far policies are from a reference.")
    listed = recorded(study, AnswerMetric.EXACT_RETURN)
    bests = {task: best for task in tasks if (best := optimum(study, task))}
    canvas, panels = task_panels(tasks, width=3.3, height=2.7)
    for task, axes in panels.items():
        axes.set_title(f"{task} ({seed_count(study, task)})", loc="left", fontsize=8.5)
        axes.set_xlabel(f"KL to the reference, nats per {study.plan.tasks[task].trial}")
        axes.set_ylabel(next(iter(returns(study, task).values())))
        pair = LISTED if task in listed else SAMPLED
        ways = {series: path(study, task, series, pair[1], pair[0]) for series in study.plan.series()}
        ways = {series: way for series, way in ways.items() if len(way)}
        for series, way in ways.items():
            _draw(axes, study, series, way, [finished_ends(study, task, series, metric) for metric in pair])
        if ways:
            _frame(axes, pd.concat(ways.values()), bests.get(task))
    legend_above(canvas, _entries(study.plan, bool(bests)))
    return canvas


def _draw(axes: Axes, study: Study, series: Series, way: pd.DataFrame, ends: Sequence[pd.Series]) -> None:
    """One method's way, and the mean and interval of where its runs ended, in KL and in return."""
    colour, marker = family_colours(study.plan)[study.plan.family(series[0])], looks(study.plan)[series].marker
    axes.plot(way["kl"], way["value"], color=colour, linewidth=0.6, alpha=0.55, zorder=2)
    kl, value = map(t_interval, ends)
    for x, y in (([kl.low, kl.high], [value.estimate] * 2), ([kl.estimate] * 2, [value.low, value.high])):
        axes.plot(x, y, color=colour, linewidth=0.8, alpha=0.7, zorder=3)
    axes.scatter(kl.estimate, value.estimate, s=24, marker=marker, color=colour, edgecolor="white", lw=0.5, zorder=5)


def _frame(axes: Axes, ways: pd.DataFrame, best: Optimum | None) -> None:
    """Limits that show every mean, and the worth of the optimum; an interval may leave the picture."""
    farthest, low, high = ways["kl"].max(), ways["value"].min(), ways["value"].max()
    if best:
        low, high = min(low, best.worth), max(high, best.worth)
        kl = np.linspace(0, 1.1 * farthest, 200)
        axes.plot(kl, best.worth + best.price * kl, **BEST, zorder=1)
    margin = 0.07 * (high - low) or 1.0
    axes.set_ylim(low - margin, high + margin)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    start = ways.loc[ways.index == 0]
    axes.plot(start["kl"], start["value"], **START, zorder=6)
    root_axis(axes, farthest, TICKS)


def _entries(plan: Plan, best: bool) -> dict[str, Line2D]:
    colours, style = family_colours(plan), looks(plan)
    methods = {
        plan.label(*series): Line2D(
            [], [], linestyle="", marker=style[series].marker, color=colours[plan.family(series[0])], markersize=5
        )
        for series in plan.series()
    }
    worth = {"worth of the optimum": Line2D([], [], **BEST)} if best else {}
    return methods | {"the reference": Line2D([], [], **START)} | worth
