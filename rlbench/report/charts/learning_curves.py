"""How fast does each method learn, and how alike are its runs?

Return of evaluations that take the most likely action, on language tasks sampled answers, against training. Thick: mean
over runs. With four methods or fewer, or for one that is pointed at: the 95 % interval of Student's t at each
evaluation by itself, and every run as a thin line, which says where it comes from when it is pointed at and can be kept
in sight by a click. A run that failed goes on at the level of the random policy. Dashed: from here on the task counts
as solved. What falls below the random policy by more than half of the distance between these two is out of sight.
"""

import altair as alt
import numpy as np
import pandas as pd

from rlbench.report.chart import Chart, Panel
from rlbench.report.run_list import run_list
from rlbench.report.study import Study
from rlbench.report.vega import BELOW, CHOSEN, SPREAD, data, emphasis, look, panel, tooltip, training
from rlbench.stats.intervals import t_interval

RUN = {
    "method:N": "method",
    "task:N": "task",
    "seed:Q": "seed",
    "outcome:N": "outcome",
    "fingerprint:N": "fingerprint",
    "commit:N": "commit",
    "command:N": "again by",
}


def chart(study: Study) -> Chart | None:
    """One panel per task that was evaluated."""
    means, runs = _means(study), _runs(study)
    if means.empty:
        return None
    return Chart(
        panels=tuple(_panel(study, str(task), own, runs) for task, own in means.groupby("task", sort=False)),
        data={"means": means, "runs": runs[["run", "step", "value"]]},
        files=("scores.parquet", "tables/final_performance.csv", "tables/sample_efficiency.csv"),
    )


def _means(study: Study) -> pd.DataFrame:
    """Columns task, method, step, mean, low, high."""
    lines = []
    for task, series in study.places():
        for step, values in study.cell_curves(task, *series).iterrows():
            made = t_interval(values.to_numpy())
            lines.append((task, study.plan.label(*series), step, made.estimate, made.low, made.high))
    return pd.DataFrame(lines, columns=["task", "method", "step", "mean", "low", "high"])


def _runs(study: Study) -> pd.DataFrame:
    """Columns task, run, step, value."""
    listed = run_list(study)[["task", "method_name", "variant", "seed", "run"]].rename(
        columns={"method_name": "method"}
    )
    return study.curves.merge(listed, on=["task", "method", "variant", "seed"]).dropna(subset="value")


def _panel(study: Study, task: str, means: pd.DataFrame, runs: pd.DataFrame) -> Panel:
    plan = study.plan
    planned = plan.tasks[task]
    step = training(planned)
    seen = np.array([*runs.loc[runs["task"] == task, "value"], *means["mean"].dropna(), planned.anchors.solved])
    depth = planned.anchors.random - BELOW * (planned.anchors.solved - planned.anchors.random)
    height = alt.Scale(domain=[float(max(seen.min(), depth)), float(seen.max())], nice=True, zero=False)
    value = alt.Y("value:Q", title="return", scale=height, axis=alt.Axis(tickCount=5))
    mean = alt.Y("mean:Q", title="return", scale=height)
    solved = alt.Chart(alt.Data(values=[{"solved": planned.anchors.solved}])).mark_rule(
        strokeDash=[6, 4], color="#3c454d", strokeWidth=1
    )
    spread = alt.Chart(data("means")).transform_filter(SPREAD)
    every = alt.Chart(data("runs")).transform_filter(f"{SPREAD} || picked == datum.run")
    lines = alt.Chart(data("means")).transform_filter(CHOSEN)
    grey = {"color": look(plan)["color"], "opacity": emphasis(0.45), "detail": "run:N"}
    wide = {"x": step, "y": value, "detail": "run:N", "tooltip": tooltip(RUN), "opacity": alt.value(0)}
    picked = every.transform_filter("picked == datum.run")
    layers = [
        solved.encode(y=alt.Y("solved:Q", scale=height, title="return")),
        spread.mark_area(clip=True).encode(
            x=step,
            y=alt.Y("low:Q", title="return", scale=height),
            y2="high:Q",
            color=grey["color"],
            opacity=emphasis(0.16),
        ),
        every.mark_line(clip=True, strokeWidth=0.8).encode(x=step, y=value, **grey),
        lines.mark_line(clip=True, strokeWidth=2).encode(x=step, y=mean, **look(plan)),
        picked.mark_line(clip=True, strokeWidth=2.5, color="black").encode(x=step, y=value, detail="run:N"),
        lines.mark_point(clip=True, size=70, filled=True).encode(
            x=step, y=mean, opacity=alt.value(0), tooltip=tooltip(MEAN, NUMBERS)
        ),
        every.mark_line(clip=True, strokeWidth=7).encode(**wide),
    ]
    return panel(
        plan, layers, task, task, f"Return on {task} against {planned.unit.replace('_', ' ')}, a line a method."
    )


MEAN = {"method:N": "method", "step:Q": "after", "mean:Q": "mean", "low:Q": "95 % from", "high:Q": "to"}
NUMBERS = {"step:Q": ",.0f", "mean:Q": ".4~g", "low:Q": ".4~g", "high:Q": ".4~g"}
