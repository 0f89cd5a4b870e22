"""What does a score cost?

Mean final score of evaluations so far, in parts of the task's range (0 the random policy, 1 the solved line), against
what training had cost by then, on a log scale. The mark is the end of training, with its 95 % interval. The grey stairs
are the front of the chosen methods: no mean to their upper left. FLOP are those of acting and updating, counted; CPU
seconds are measured on the machine that trained, all seeds of a block together, and shared out equally. Costs in
between are in proportion to training. Scores below minus one half are out of sight.
"""

import altair as alt
import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric
from rlbench.report.chart import Chart, Panel
from rlbench.report.study import Study
from rlbench.report.values import Series
from rlbench.report.vega import BELOW, CHOSEN, SPREAD, data, emphasis, look, mark_look, panel, tooltip
from rlbench.stats.intervals import t_interval

COSTS = ["flop", "cpu_s", "trained"]
ROUND = "test(/^[125]/, format(datum.value, '.0e')) ? format(datum.value, datum.value < 1e3 ? '.3~g' : '~s') : ''"
"""Labels of an axis for 1, 2, 5, 10, 20 and so on."""
TOOLTIP = {"method:N": "method", "cost:Q": "cost", "value:Q": "score", "share:Q": "of training"}
NUMBERS = {"cost:Q": ".3~s", "value:Q": ".3~f", "share:Q": ".0%"}
END = {"method:N": "method", "cost:Q": "cost", "value:Q": "final score", "low:Q": "95 % from", "high:Q": "to"}
COLUMNS = ["task", "method", "share", "value", "low", "high", *COSTS]


def chart(study: Study) -> Chart | None:
    """One panel per task, with whichever cost is chosen."""
    paths = pd.DataFrame(
        [line for task, series in study.places() for line in _path(study, task, series)], columns=COLUMNS
    )
    paths = paths.dropna(subset=["value"])
    if paths.empty:
        return None
    return Chart(
        panels=tuple(_panel(study, str(task), own) for task, own in paths.groupby("task", sort=False)),
        data={"paths": paths},
        files=("tables/compute_cost.csv", "tables/measured_cost.csv"),
        choices=dict(zip(COSTS, ("FLOP, counted", "CPU seconds, measured", study.plan.units), strict=True)),
    )


def _path(study: Study, task: str, series: Series) -> list[tuple]:
    """A line of COLUMNS for every evaluation after the first: what it costs in all, and which share of that by then."""
    runs, planned = study.cell_curves(task, *series), study.plan.tasks[task]
    if runs.empty:
        return []
    means = [planned.anchors.normalise(value) for value in runs.mean(axis=1, skipna=False)]
    end = t_interval(study.finals[task, *series]) if (task, *series) in study.finals else None
    total = tuple(_costs(study, task, series).values())
    last = len(means) - 1
    # At its end a method has its final score, a mean over several evaluations, and the interval of that.
    return [
        (task, study.plan.label(*series), place / last)
        + ((end.estimate, end.low, end.high) if end and place == last else (value, np.nan, np.nan))
        + total
        for place, value in enumerate(means)
        if place
    ]


def _costs(study: Study, task: str, series: Series) -> dict[str, float]:
    """Means per run of COSTS; NaN where it was not recorded."""
    counted = study.costs[task, *series].mean(numeric_only=True)
    blocks = [block for block in study.runs.blocks if block.cell == study.plan.cell(task, *series)]
    cpu_s = sum(block.measured["cpu_s"] for block in blocks) / sum(len(block.seeds) for block in blocks)
    trained = counted.reindex([str(Metric.ENV_STEPS), str(AnswerMetric.TOKENS)]).sum(min_count=1)
    return {"flop": float(counted.get("flop", np.nan)), "cpu_s": cpu_s, "trained": float(trained)}


def _panel(study: Study, task: str, paths: pd.DataFrame) -> Panel:
    plan = study.plan
    lowest = min(0.0, max(float(paths["value"].min()), -BELOW))
    scale = alt.Scale(domain=[lowest, max(1.0, float(paths["value"].max()))], nice=True)
    cost = alt.X(
        "cost:Q",
        title="cost so far",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(labelExpr=ROUND, labelOverlap="greedy"),
    )
    value = alt.Y("value:Q", title="score", scale=scale, axis=alt.Axis(tickCount=5))
    own = (
        alt.Chart(data("paths"))
        .transform_filter(CHOSEN)
        .transform_calculate(cost="datum[choice] * datum.share")
        .transform_filter("datum.cost > 0")
    )
    ends = own.transform_filter("datum.share == 1")
    front = own.transform_window(
        best="max(value)", frame=[None, 0], sort=[alt.SortField("cost"), alt.SortField("value", order="descending")]
    ).transform_filter("datum.value == datum.best")
    solved = alt.Chart(alt.Data(values=[{"solved": 1}])).mark_rule(strokeDash=[6, 4], color="#3c454d")
    spread = emphasis(0.7)
    layers = [
        solved.encode(y=alt.Y("solved:Q", scale=scale, title="score")),
        front.mark_line(interpolate="step-after", color="#c9cfd5", strokeWidth=5, clip=True).encode(x=cost, y=value),
        own.mark_line(strokeWidth=1.2, clip=True).encode(x=cost, y=value, **look(plan)),
        ends.transform_filter(SPREAD)
        .mark_rule(clip=True, strokeWidth=1.5)
        .encode(x=cost, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=look(plan)["color"], opacity=spread),
        ends.mark_point(size=65, filled=True).encode(
            x=cost, y=value, tooltip=tooltip(END, NUMBERS | ENDS), **mark_look(plan)
        ),
        own.transform_filter("datum.share < 1")
        .mark_point(size=50, filled=True)
        .encode(x=cost, y=value, opacity=alt.value(0), tooltip=tooltip(TOOLTIP, NUMBERS)),
    ]
    return panel(plan, layers, task, task, f"Score on {task} against cost, a line a method.", choice=COSTS[0])


ENDS = dict.fromkeys(("low:Q", "high:Q"), ".3~f")
