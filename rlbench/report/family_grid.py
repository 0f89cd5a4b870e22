"""A grid of small panels: a row per task, a column per family, above each column its name and its methods.

Nineteen lines in one panel are a thicket; the few of one family in colour, before all others in grey, can be read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rlbench.report.appearance import SOFT, Look, looks, step_label
from rlbench.report.panels import seed_count
from rlbench.report.plan import Plan
from rlbench.report.study import Study
from rlbench.report.values import Series

PANEL = (1.42, 1.0)
"""Inches of a panel."""
GAP = (0.18, 0.56)
"""Inches between panels: for ticks, and between rows for the name of the next one."""
LEFT, RIGHT, BOTTOM = 0.75, 0.12, 0.65
LINE = 0.155
"""Inches of a line in a legend."""
ACROSS = 21
"""Characters that fit above a panel."""


@dataclass(frozen=True)
class Row:
    """A row of panels: its name, and what its y axis measures."""

    title: str
    measure: str


def family_grid(
    plan: Plan, rows: Sequence[Row], footer: Mapping[str, Artist]
) -> tuple[Figure, dict[tuple[int, str], Axes]]:
    """An empty figure and its panels by (place of the row, family); `footer` explains what all panels share."""
    families = plan.families()
    entries = [_entries(plan, kin) for kin in families.values()]
    head = LINE * (1.8 + max((sum(1 + name.count("\n") for name in names) for names in entries), default=1))
    width = LEFT + RIGHT + len(families) * PANEL[0] + (len(families) - 1) * GAP[0]
    height = head + len(rows) * sum((PANEL[1], GAP[1])) - GAP[1] + 0.3 + BOTTOM
    # Places are given in inches and not sought: that is quick, and every panel has the same size.
    canvas = Figure(figsize=(width, height))
    panels = {}
    for column, (family, names) in enumerate(zip(families, entries, strict=True)):
        left = LEFT + column * (PANEL[0] + GAP[0])
        _head(canvas, (left / width, 1 - head / height), family, names)
        for place, row in enumerate(rows):
            top = height - head - 0.3 - place * (PANEL[1] + GAP[1])
            spot = (left / width, (top - PANEL[1]) / height, PANEL[0] / width, PANEL[1] / height)
            first = panels.get((place, next(iter(families))))
            axes = panels[place, family] = canvas.add_axes(spot, sharey=first)
            axes.tick_params(labelleft=first is None)
            if first is None:
                axes.set_title(row.title, loc="left", fontsize=8.5, x=-0.36)
                axes.set_ylabel(row.measure, fontsize=8)
    canvas.legend(
        list(footer.values()), list(footer), loc="lower left", ncols=2, fontsize=8, bbox_to_anchor=(LEFT / width, 0)
    )
    return canvas, panels


def row_title(study: Study, task: str) -> str:
    """A task, the number of its training runs per method, and how long they are."""
    planned = study.plan.tasks[task]
    return f"{task} ({seed_count(study, task)}, {step_label(planned.budget)} {planned.unit.replace('_', ' ')})"


def show_family(
    axes: Axes,
    plan: Plan,
    task: str,
    kin: Sequence[Series],
    measured: Mapping[Series, pd.DataFrame],
    draw: Callable[[Axes, pd.DataFrame, Look], None],
    draw_quietly: Callable[[Axes, pd.DataFrame], None],
) -> bool:
    """A family's own lines, those of all others behind them, and what is missing; whether it has any of its own."""
    own, style = [series for series in kin if series in measured], looks(plan)
    for series in own:
        draw(axes, measured[series], style[series])
    for series, lines in measured.items() if own else ():
        if series not in kin:
            draw_quietly(axes, lines)
    absences(axes, plan, task, [series for series in kin if series not in measured])
    return bool(own)


def absences(axes: Axes, plan: Plan, task: str, absent: Sequence[Series]) -> None:
    """Say in the panel of a family whose lines are missing, and why, each reason once."""
    if not absent:
        return
    reasons: dict[str, list[str]] = {}
    for method, variant in absent:
        planned = plan.cell(task, method, variant)
        reason = "not recorded" if planned else plan.reason(task, method, variant)
        reasons.setdefault(reason, []).append(plan.label(method, variant))
    whole = len(absent) == len(plan.families()[plan.family(absent[0][0])])
    alone = whole and len(reasons) == 1
    lines = [reason if alone else f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]
    if whole:
        axes.spines[:].set_visible(False)
        axes.tick_params(bottom=False, left=False, labelbottom=False)
    axes.text(
        0.5,
        0.5 if whole else 1.02,  # above the curves of the others
        "\n".join("\n".join(wrap(line, 26 if whole else 32)) for line in lines),
        ha="center",
        va="center" if whole else "bottom",
        transform=axes.transAxes,
        color=SOFT,
        fontsize=6.5,
    )


def _entries(plan: Plan, kin: Sequence[Series]) -> dict[str, Line2D]:
    style = looks(plan)
    return {
        "\n".join(wrap(plan.label(*series), ACROSS)): Line2D(
            [], [], color=style[series].colour, linestyle=style[series].dash, linewidth=1.8
        )
        for series in kin
    }


def _head(canvas: Figure, place: tuple[float, float], family: str, entries: Mapping[str, Line2D]) -> None:
    legend = canvas.legend(
        list(entries.values()),
        list(entries),
        loc="lower left",
        bbox_to_anchor=place,
        title=family,
        alignment="left",
        fontsize=7.5,
        handlelength=2.2,
        borderpad=0,
        borderaxespad=0,
        labelspacing=0.25,
    )
    legend.get_title().set_fontweight("bold")
    legend.get_title().set_fontsize(9)
