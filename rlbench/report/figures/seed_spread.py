"""Spread over runs: the share of runs that end with at least a given return.

A line far to the right is good, a steep one is reliable. Evaluations take the most likely action; a run that failed
counts as the random policy. The dashed line is where the task counts as solved.
"""

import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from rlbench.report.appearance import looks
from rlbench.report.panels import empty_panel, legend_above, task_panels
from rlbench.report.study import Study


def figure(study: Study) -> Figure:
    """One panel per task, one falling staircase per method."""
    style = looks(study.plan)
    canvas, panels = task_panels(list(study.plan.tasks), width=3.5, height=2.5)
    entries = {}
    for task, axes in panels.items():
        drawn = False
        for method, variant in study.plan.series():
            values = study.cell_scores(task, method, variant)["final_deterministic"].dropna().to_numpy()
            if len(values):
                look = style[method, variant]
                sns.ecdfplot(
                    x=values, complementary=True, ax=axes, color=look.colour, linestyle=look.dash, linewidth=1.8
                )
                entries[study.plan.label(method, variant)] = axes.lines[-1]
                drawn = True
        if not drawn:
            empty_panel(axes, "no evaluation recorded")
            continue
        entries["solved"] = axes.axvline(
            study.plan.tasks[task].anchors.solved, color="0.25", linewidth=0.9, linestyle="--", zorder=1
        )
        axes.set_xlabel("return")
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_ylabel("runs with at least this")
        axes.set_ylim(-0.02, 1.04)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    legend_above(canvas, dict(sorted(entries.items(), key=lambda entry: entry[0] == "solved")))
    return canvas
