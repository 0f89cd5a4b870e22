"""How far does each update move the policy, and does a method keep to its own bound?

Exact KL(before || after) of single updates, a mean over the batch in nats per decision, on a log scale. A line is the
median over runs of the median of a run's updates in each fortieth of training, the band its quartiles over runs. A
dotted line in a method's colour is the bound that it sets itself. A value of 0 (no step taken) cannot be drawn.
"""

import altair as alt
import pandas as pd

from rlbench.report.chart import Chart, Panel
from rlbench.report.study import Study
from rlbench.report.vega import CHOSEN, SPREAD, data, emphasis, look, panel, tooltip, training

DECADES = 6
"""More of them are cut off below: a step so small has no effect that could be seen."""
TOOLTIP = {
    "method:N": "method",
    "step:Q": "after",
    "median:Q": "median KL",
    "low:Q": "lower quartile",
    "high:Q": "upper",
    "bound:Q": "own bound",
}
NUMBERS = {"step:Q": ",.0f", **dict.fromkeys(("median:Q", "low:Q", "high:Q", "bound:Q"), ".3~g")}


def chart(study: Study) -> Chart | None:
    """One panel per task whose updates were recorded."""
    traces = _traces(study)
    if traces.empty:
        return None
    return Chart(
        panels=tuple(_panel(study, str(task), own) for task, own in traces.groupby("task", sort=False)),
        data={"traces": traces},
        files=("tables/kl_drift.csv", "tables/updates.csv"),
    )


def _traces(study: Study) -> pd.DataFrame:
    """Columns task, method, step, low, median, high (NaN where there is no logarithm) and bound."""
    made = []
    for task, series in study.places():
        runs = study.cell_kl(task, *series)
        if runs.empty:
            continue
        quartiles = runs.quantile([0.25, 0.5, 0.75], axis=1).T.where(lambda kl: kl > 0)
        lines = quartiles.set_axis(["low", "median", "high"], axis=1).reset_index()
        bound = study.cell_updates(task, *series)["kl_limit"].max()
        made.append(lines.assign(task=task, method=study.plan.label(*series), bound=bound))
    frame = (
        pd.concat(made) if made else pd.DataFrame(columns=["task", "method", "step", "low", "median", "high", "bound"])
    )
    return frame[["task", "method", "step", "low", "median", "high", "bound"]].dropna(subset="median")


def _panel(study: Study, task: str, traces: pd.DataFrame) -> Panel:
    plan, planned = study.plan, study.plan.tasks[task]
    unit = planned.unit.replace("_", " ")
    values = traces[["low", "median", "high", "bound"]].to_numpy(dtype=float)
    highest = float(pd.DataFrame(values).max().max())
    lowest = max(float(pd.DataFrame(values).min().min()), highest / 10**DECADES)
    step = training(planned)
    scale = alt.Scale(type="log", domain=[lowest, highest], nice=True, clamp=True)
    axis = alt.Axis(format="~e", tickCount=5)
    median = alt.Y("median:Q", title="KL, nats per decision", scale=scale, axis=axis)
    lines = alt.Chart(data("traces")).transform_filter(CHOSEN)
    spread = alt.Chart(data("traces")).transform_filter(SPREAD)
    bounds = lines.transform_filter("isValid(datum.bound)").transform_aggregate(bound="max(bound)", groupby=["method"])
    channels = look(plan)
    layers = [
        spread.mark_area(clip=True).encode(
            x=step, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=channels["color"], opacity=emphasis(0.18)
        ),
        bounds.mark_rule(strokeDash=[1, 3], strokeWidth=1.8).encode(
            y=alt.Y("bound:Q", scale=scale), color=channels["color"], opacity=channels["opacity"]
        ),
        lines.mark_line(clip=True, strokeWidth=1.8).encode(x=step, y=median, **channels),
        lines.mark_point(clip=True, size=60, filled=True).encode(
            x=step, y=median, opacity=alt.value(0), tooltip=tooltip(TOOLTIP, NUMBERS)
        ),
    ]
    return panel(plan, layers, task, task, f"KL of an update on {task} against {unit}, a line a method.")
