"""How much does the learning rate matter?

Mean final score in parts of the task's range (0 the random policy, 1 the solved line) with its 95 % t interval, against
the learning rate of the policy, on a log scale: methods of which the plan holds three or more variants that differ in
learning rates and in nothing else.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from rlbench.report.chart import Chart, Panel
from rlbench.report.study import Study
from rlbench.report.values import Series
from rlbench.report.vega import CHOSEN, data, look, mark_look, panel, tooltip
from rlbench.stats.intervals import t_interval

RATE = "lr"
FEWEST = 3
"""Two rates make a slope and no curve."""
COLUMNS = ["task", "kin", "method", "rate", "mean", "low", "high"]
TOOLTIP = {"method:N": "method", "rate:Q": "learning rate", "mean:Q": "mean", "low:Q": "95 % from", "high:Q": "to"}
NUMBERS = {"rate:Q": ".2~e", **dict.fromkeys(("mean:Q", "low:Q", "high:Q"), ".3~f")}


def chart(study: Study) -> Chart | None:
    """One panel per task on which some method was trained with several learning rates; none where no method was."""
    swept = _swept(study)
    if swept.empty:
        return None
    return Chart(
        panels=tuple(_panel(study, str(task), own) for task, own in swept.groupby("task", sort=False)),
        data={"swept": swept},
        files=("tables/final_performance.csv", "tables/settings.csv"),
    )


def _swept(study: Study) -> pd.DataFrame:
    """A line of COLUMNS for every variant that is part of a sweep; `kin` numbers the sweeps."""
    lines = []
    for kin, ((task, *_), cells) in enumerate(_kin(study).items()):
        if len({rate for _, rate in cells}) < FEWEST:
            continue
        for series, rate in cells:
            made = t_interval(study.finals[task, *series])
            lines.append((task, kin, study.plan.label(*series), rate, made.estimate, made.low, made.high))
    return pd.DataFrame(lines, columns=COLUMNS)


def _kin(study: Study) -> dict[tuple[str, str, str], list[tuple[Series, float]]]:
    """Variants of one method on one task by all their settings but learning rates, with the policy's own rate."""
    found: dict[tuple[str, str, str], list[tuple[Series, float]]] = {}
    settings = {(b.cell.task, b.cell.method, b.cell.variant): b.settings for b in study.runs.blocks}
    for (task, method, variant), own in settings.items():
        rate = own.get("update", {}).get(RATE, own.get(RATE))
        if rate is not None and (task, method, variant) in study.finals:
            found.setdefault((task, method, repr(_without_rates(own))), []).append(((method, variant), float(rate)))
    return found


def _without_rates(settings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [
        (name, _without_rates(value) if isinstance(value, Mapping) else value)
        for name, value in sorted(settings.items())
        if name != RATE
    ]


def _panel(study: Study, task: str, swept: pd.DataFrame) -> Panel:
    plan = study.plan
    rate = alt.X("rate:Q", title="learning rate", scale=alt.Scale(type="log"), axis=alt.Axis(format="~e", tickCount=4))
    values = swept[["mean", "low", "high"]].to_numpy(dtype=float)
    scale = alt.Scale(
        domain=[float(pd.DataFrame(values).min().min()), float(pd.DataFrame(values).max().max())], nice=True
    )
    mean = alt.Y("mean:Q", title="final score", scale=scale)
    own = alt.Chart(data("swept")).transform_filter(CHOSEN)
    channels, marks = look(plan), mark_look(plan)
    layers = [
        own.mark_line(strokeWidth=1.2, color="#8d98a3").encode(x=rate, y=mean, detail="kin:N", order="rate:Q"),
        own.mark_rule(strokeWidth=1.5).encode(
            x=rate, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=channels["color"], opacity=channels["opacity"]
        ),
        own.mark_point(size=65, filled=True).encode(x=rate, y=mean, tooltip=tooltip(TOOLTIP, NUMBERS), **marks),
    ]
    return panel(plan, layers, task, task, f"Final score on {task} against the learning rate, a mark a variant.")
