"""Final score against one setting at a time: mean over seeds with its 95 % interval, by setting and task.

Values stand at equal distances, whatever they are; all other settings are as published. A ring marks the published
value, which may differ between tasks; intervals may leave a panel. Scores are parts of the task's range, 0 the random
policy and 1 the solved line; a run that failed counts as the random policy. The numbers are in table other_settings.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rlbench.report.appearance import COLOURS, DASHES, MARKERS
from rlbench.report.other_curves import by_setting
from rlbench.report.panels import legend_above, nothing_to_draw, task_panels
from rlbench.report.setting_curves import Curve, title
from rlbench.report.study import Study
from rlbench.stats.intervals import t_interval

PUBLISHED = {"marker": "o", "markersize": 10, "markerfacecolor": "none", "markeredgecolor": "0.25", "linestyle": ""}
APART = 0.08
"""Between the places of neighbouring lines, so that their bars do not cover each other."""


def figure(study: Study) -> Figure:
    """One panel per method and setting, one line per task."""
    found = {title(study.plan, own[0]): own for own in by_setting(study)}
    if not found:
        return nothing_to_draw("The configuration asks for no study of other settings.")
    tasks = list(dict.fromkeys(one.task for own in found.values() for one in own))
    canvas, panels = task_panels(list(found), width=2.9, height=2.2)
    for name, axes in panels.items():
        axes.set_title(name, loc="left", fontsize=8.5)
        values = sorted({value for one in found[name] for value in one.values})
        axes.set_xticks(range(len(values)), [f"{value:g}" for value in values])
        for one in found[name]:
            _draw(axes, one, values, tasks)
        axes.set_ylim(*_reach(found.values()))
        place = axes.get_subplotspec()
        if place is not None and place.is_first_col():
            axes.set_ylabel("final score")
    entries = {task: Line2D([], [], **_look(place)) for place, task in enumerate(tasks)}
    legend_above(canvas, entries | {"published value": Line2D([], [], **PUBLISHED)})
    return canvas


def _reach(found: Iterable[Sequence[Curve]]) -> tuple[float, float]:
    """Every mean, alike in all panels; the interval of a few runs may reach far beyond them and leave the picture."""
    means = np.concatenate([[0.0, 1.0], *(one.scores.mean(0) for own in found for one in own)])
    margin = 0.08 * (means.max() - means.min())
    return means.min() - margin, means.max() + margin


def _draw(axes: Axes, curve: Curve, values: Sequence[float], tasks: Sequence[str]) -> None:
    place = tasks.index(curve.task)
    shift = APART * (place - (len(tasks) - 1) / 2)
    at = np.array([values.index(value) for value in curve.values]) + shift
    made = [t_interval(scores) for scores in curve.scores.T]
    for x, one in zip(at, made, strict=True):
        axes.plot([x, x], [one.low, one.high], color=COLOURS[place], linewidth=0.9, alpha=0.7, zorder=3)
    means = [one.estimate for one in made]
    axes.plot(at, means, **_look(place), zorder=4)
    own = curve.values.index(curve.published)
    axes.plot(at[own], means[own], **PUBLISHED, zorder=5)


def _look(place: int) -> dict:
    look = {"color": COLOURS[place % len(COLOURS)], "linestyle": DASHES[place % len(DASHES)]}
    return look | {"marker": MARKERS[place % len(MARKERS)], "markersize": 4, "linewidth": 1.3}
