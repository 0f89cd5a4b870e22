"""How often does a run of the method at the left end above a run of the method below?

Final scores with the most likely action, on language tasks with sampled answers, ties counted half, in per cent, mean
over the chosen tasks that both ran on: 100 is always, 0 never. With every task chosen these are the numbers of table
improvement: bold and on full colour where the two can be told apart at the level .05 after Benjamini and Hochberg's
correction over all pairs; over other tasks nothing was tested, and no number is bold. Empty: no chosen task in common.
"""

from itertools import permutations

import altair as alt
import pandas as pd

from rlbench.report.chart import Chart, Panel
from rlbench.report.study import Study
from rlbench.report.values import shared_tasks
from rlbench.report.vega import STYLE, data, labels, tooltip
from rlbench.stats.improvement import probability_of_improvement
from rlbench.stats.intervals import CONFIDENCE

CELL = 31
"""Pixels of a square."""
PALE = 0.27
"""Numbers that are at least as far from one half are white on dark."""
BOTH_CHOSEN = "indexof(methods, datum.first) >= 0 && indexof(methods, datum.second) >= 0"
TOOLTIP = {
    "first:N": "a run of",
    "second:N": "ends above one of",
    "share:Q": "how often",
    "tasks:Q": "tasks",
    "low:Q": "95 % from (all tasks)",
    "high:Q": "to",
    "p_value:Q": "p, corrected (all tasks)",
}
NUMBERS = {"share:Q": ".1%", "low:Q": ".1%", "high:Q": ".1%", "p_value:Q": ".2~g"}


def chart(study: Study) -> Chart | None:
    """A square of methods by methods."""
    if not study.improvements:
        return None
    return Chart(
        panels=(_panel(study),),
        data={"shares": _shares(study), "tests": _tests(study)},
        files=("tables/improvement.csv",),
    )


def _shares(study: Study) -> pd.DataFrame:
    """Columns on (the task), first, second, share: one line for each order of two methods on each task."""
    plan, finals = study.plan, study.finals
    lines = [
        (
            task,
            plan.label(*one),
            plan.label(*other),
            probability_of_improvement([finals[task, *one]], [finals[task, *other]]),
        )
        for one, other in permutations(plan.series(), 2)
        for task in shared_tasks(finals, one, other)
    ]
    return pd.DataFrame(lines, columns=["on", "first", "second", "share"])


def _tests(study: Study) -> pd.DataFrame:
    """Columns pair (both names), low, high, p_value: over all tasks, for either order."""
    lines = []
    for pair in study.improvements:
        first, second, better = study.plan.label(*pair.first), study.plan.label(*pair.second), pair.better
        lines.append((f"{first} / {second}", better.low, better.high, pair.p_value))
        lines.append((f"{second} / {first}", 1 - better.high, 1 - better.low, pair.p_value))
    return pd.DataFrame(lines, columns=["pair", "low", "high", "p_value"])


def _panel(study: Study) -> Panel:
    plan = study.plan
    names = labels(plan)
    lookup = alt.LookupData(data=data("tests"), key="pair", fields=["low", "high", "p_value"])
    everything = len(plan.tasks)
    base = (
        alt.Chart(data("shares"))
        .transform_filter(f"{BOTH_CHOSEN} && indexof(tasks, datum.on) >= 0")
        .transform_aggregate(share="mean(share)", tasks="count()", groupby=["first", "second"])
        .transform_calculate(pair="datum.first + ' / ' + datum.second")
        .transform_lookup(lookup="pair", from_=lookup)
        .transform_calculate(decided=f"length(tasks) == {everything} && datum.p_value <= {1 - CONFIDENCE:.2f}")
        .encode(
            x=alt.X("second:N", sort=names, title=None, axis=alt.Axis(labelAngle=-55, grid=False, ticks=False)),
            y=alt.Y("first:N", sort=names, title=None, axis=alt.Axis(grid=False, ticks=False)),
        )
    )
    # Blue and orange, pale in between: told apart by those who see no red and green, and lightness is distance from 50.
    colour = alt.Scale(domain=[0, 0.5, 1], range=["#b35806", "#f7f7f7", "#08519c"], interpolate="lab")
    pointed = "pointed == '' || pointed == datum.first || pointed == datum.second"
    decided = "datum.decided && (" + pointed + ")"
    light = f"datum.decided && abs(datum.share - 0.5) >= {PALE}"
    layers = [
        base.mark_rect(stroke="white", strokeWidth=1).encode(
            color=alt.Color("share:Q", scale=colour, legend=None),
            opacity=alt.condition(decided, alt.value(1), alt.value(0.45)),
            tooltip=tooltip(TOOLTIP, NUMBERS),
        ),
        base.transform_calculate(percent="round(100 * datum.share)")
        .mark_text(fontSize=11, tooltip=None, fontWeight=alt.ExprRef("datum.decided ? 'bold' : 'normal'"))
        .encode(
            text=alt.Text("percent:Q", format=".0f"),
            color=alt.condition(light, alt.value("white"), alt.value("#1d2329")),
            opacity=alt.condition(pointed, alt.value(1), alt.value(0.35)),
        ),
    ]
    values = {"methods": names, "tasks": list(plan.tasks), "pointed": "", "picked": -1}
    square = alt.layer(*layers).properties(width=alt.Step(CELL), height=alt.Step(22))
    square = square.add_params(*(alt.param(name=name, value=value) for name, value in values.items()))
    return Panel(
        title="",
        task="",
        description="How often a run of one method ends above a run of another, for every two methods.",
        spec=square.configure(**STYLE).to_dict(),
    )
