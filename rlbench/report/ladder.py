"""Panels with a rung for every method: families one below the other, tasks side by side and on the same rungs."""

from collections.abc import Mapping
from textwrap import shorten

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rlbench.report.appearance import SOFT
from rlbench.report.panels import legend_above, seed_count, task_panels
from rlbench.report.plan import Plan
from rlbench.report.study import Study

RUNG = 0.19
"""Inches from one method to the next."""
BETWEEN = 0.7
"""Rungs left free between two families."""


def ladder(study: Study, entries: Mapping[str, Artist]) -> tuple[Figure, dict[str, Axes], dict[tuple[str, str], float]]:
    """An empty figure, its panels by task, and the height of every (method, variant), under one legend.

    Methods that were not run on a task keep their rung and say why.
    """
    plan, heights = study.plan, _heights(study.plan)
    lowest = max(heights.values(), default=0.0)
    canvas, panels = task_panels(list(plan.tasks), width=3.3, height=0.75 + RUNG * max(4.0, lowest + 1.3))
    for task, axes in panels.items():
        place = axes.get_subplotspec()
        first = place is not None and place.is_first_col()
        axes.set_title(f"{task} ({seed_count(study, task)})", loc="left", fontsize=8.5)
        axes.set_yticks(list(heights.values()), [plan.label(*series) if first else "" for series in heights])
        axes.tick_params(axis="y", length=0, labelsize=7.5)
        axes.set_ylim(lowest + 0.65, -0.65)
        for (method, variant), height in heights.items():
            if plan.cell(task, method, variant) is None:
                _say(axes, height, plan.reason(task, method, variant))
        for height in _lines(plan, heights):
            axes.axhline(height, color="0.85", linewidth=0.8, zorder=0)
    legend_above(canvas, entries)
    return canvas, panels, heights


def margin_words(axes: Axes, height: float, words: str) -> None:
    """A few words at the right end of a rung."""
    axes.text(
        0.995,
        height,
        words,
        ha="right",
        va="center",
        transform=axes.get_yaxis_transform(),
        color=SOFT,
        fontsize=6,
        bbox={"facecolor": "white", "linewidth": 0, "pad": 0.6, "alpha": 0.8},
        zorder=6,
    )


def _heights(plan: Plan) -> dict[tuple[str, str], float]:
    heights, height = {}, 0.0
    for kin in plan.families().values():
        for series in kin:
            heights[series] = height
            height += 1
        height += BETWEEN
    return heights


def _lines(plan: Plan, heights: Mapping[tuple[str, str], float]) -> list[float]:
    """Where one family ends and the next begins."""
    return [heights[kin[0]] - (1 + BETWEEN) / 2 for kin in list(plan.families().values())[1:]]


def _say(axes: Axes, height: float, reason: str) -> None:
    axes.text(
        0.5,
        height,
        shorten(reason, 44, placeholder=" …"),
        ha="center",
        va="center",
        transform=axes.get_yaxis_transform(),
        color=SOFT,
        fontsize=6,
        bbox={"facecolor": "white", "linewidth": 0, "pad": 1},
    )
