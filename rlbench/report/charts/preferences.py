"""What did divergence from the reference buy?

Return against KL(policy || reference), exact and summed over an episode, on tasks that record it; the axis is the root
of KL (Gao et al. 2023, arXiv:2210.10760), its numbers are nats. A line is one method during training, from the
reference outwards: means over the runs that finished, with sampled actions; the mark is its end. Where a reward was
learned from comparisons, what it gives (the proxy) stands beside the return that no method saw (gold): a proxy that
rises while gold falls is over-optimisation.
"""

import altair as alt
import pandas as pd

from rlbench.report.chart import Chart, Panel
from rlbench.report.frontier import path, reference_tasks, returns
from rlbench.report.study import Study
from rlbench.report.vega import CHOSEN, data, look, mark_look, panel, short, tooltip

MEASURES = {
    "hidden return": "gold return, which nobody saw",
    "learned return": "proxy return, which was learned",
    "return": "return",
}
TOOLTIP = {"method:N": "method", "place:Q": "evaluation", "kl:Q": "KL, nats per episode", "value:Q": "return"}
NUMBERS = {"kl:Q": ".3~g", "value:Q": ".4~g"}


def chart(study: Study) -> Chart | None:
    """A panel for each return that was recorded on each task with a divergence."""
    paths = _paths(study)
    if paths.empty:
        return None
    return Chart(
        panels=tuple(
            _panel(study, str(task), str(measure), own, both=paths.loc[paths["task"] == task, "measure"].nunique() > 1)
            for (task, measure), own in paths.groupby(["task", "measure"], sort=False)
        ),
        data={"paths": paths},
        files=("tables/preferences.csv",),
    )


def _paths(study: Study) -> pd.DataFrame:
    """Columns task, measure, method, place (of the evaluation, from 0), last, kl, value."""
    made = [pd.DataFrame(columns=["task", "measure", "method", "place", "last", "kl", "value"])]
    for task in reference_tasks(study):
        for metric, measure in returns(study, task).items():
            for series in study.plan.series():
                line = path(study, task, series, metric)
                if len(line):
                    names = {"task": task, "measure": measure, "method": study.plan.label(*series)}
                    places = range(len(line))
                    last = [place == len(line) - 1 for place in places]
                    made.append(line.assign(place=places, last=last, **names)[made[0].columns])
    return pd.concat(made[1:], ignore_index=True) if made[1:] else made[0]


def _panel(study: Study, task: str, measure: str, paths: pd.DataFrame, *, both: bool) -> Panel:
    plan = study.plan
    own = alt.Chart(data("paths")).transform_filter(f"datum.measure == '{measure}' && {CHOSEN}")
    far = float(paths["kl"].max()) or 1.0
    kl = alt.X(
        "kl:Q",
        title="KL, nats per episode",
        scale=alt.Scale(type="sqrt", domain=[0, far]),
        axis=alt.Axis(tickCount=4, labelExpr=short(".3~g")),
    )
    values = alt.Scale(domain=[float(paths["value"].min()), float(paths["value"].max())], nice=True, zero=False)
    value = alt.Y("value:Q", title=MEASURES[measure], scale=values, axis=alt.Axis(tickCount=5))
    start = own.transform_filter("datum.place == 0")
    layers = [
        own.mark_line(strokeWidth=1.8).encode(x=kl, y=value, order="place:Q", **look(plan)),
        start.mark_point(shape="diamond", size=45, filled=True, color="black").encode(x=kl, y=value),
        own.transform_filter("datum.last").mark_point(size=65, filled=True).encode(x=kl, y=value, **mark_look(plan)),
        own.mark_point(size=60, filled=True).encode(
            x=kl, y=value, opacity=alt.value(0), tooltip=tooltip(TOOLTIP, NUMBERS)
        ),
    ]
    title = f"{task}, {measure}" if both else task
    return panel(plan, layers, title, task, f"{title}: return against KL to the reference, a line a method.")
