"""A grid of panels, one per task, under one legend."""

from collections.abc import Mapping
from math import ceil

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rlbench.report.study import Study

PER_ROW = 3
NARROWEST = 5.5
"""Inches of width that the legend needs."""


def task_panels(tasks: list[str], width: float, height: float) -> tuple[Figure, dict[str, Axes]]:
    """An empty figure with an axes per task; `width` and `height` are a panel's, in inches."""
    columns = min(PER_ROW, max(1, len(tasks)))
    rows = max(1, ceil(len(tasks) / columns))
    figure = Figure(figsize=(max(width * columns, NARROWEST), height * rows + 0.45), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(tasks) :]:
        axes.set_visible(False)
    return figure, dict(zip(tasks, grid, strict=False))


def seed_count(study: Study, task: str) -> str:
    """How many training runs each method has on a task; the smallest and the largest number where these differ."""
    numbers = study.seeds(task)
    return f"{' to '.join(dict.fromkeys(map(str, (numbers[0], numbers[-1]))))} seeds" if numbers else "no run"


def empty_panel(axes: Axes, sentence: str) -> None:
    """Say in the panel why there is nothing in it."""
    axes.text(0.5, 0.5, sentence, ha="center", va="center", transform=axes.transAxes, color="0.35")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def nothing_to_draw(sentence: str) -> Figure:
    """A small figure that says why it is empty."""
    figure = Figure(figsize=(NARROWEST, 0.8))
    empty_panel(figure.subplots(), sentence)
    return figure


def legend_above(figure: Figure, entries: Mapping[str, Artist]) -> None:
    """One legend for all panels, in as many columns as fit above them."""
    if not entries:
        return
    longest = max(map(len, entries))
    columns = max(1, min(len(entries), int(figure.get_figwidth() / (0.085 * longest + 0.6))))
    figure.legend(list(entries.values()), list(entries), loc="outside upper center", ncols=columns, handlelength=2.8)
