"""How much does the size of a method's steps matter?

Mean final score in parts of the task's range (0 the random policy, 1 the solved line) with its 95 % t interval, or the
share of runs that fell by half of that range and did not recover, against the length of a step in parts of the
published one, on a log scale: learning rates in proportion, bounds on KL by their root. All else is as published.
Scores far below the random policy are out of sight.
"""

import altair as alt
import numpy as np
import pandas as pd

from rlbench.report.chart import Chart, Panel
from rlbench.report.setting_curves import Curve
from rlbench.report.step_curves import lengths, step_curves
from rlbench.report.study import Study
from rlbench.report.vega import BELOW, CHOSEN, SPREAD, data, emphasis, look, mark_look, panel, tooltip
from rlbench.stats.intervals import t_interval

MEASURES = {"score": "final score", "collapsed": "runs that fell for good"}
LENGTH = "step, in parts of the published one"
TOOLTIP = {"method:N": "method", "setting:N": "step", "step:Q": "of", "score:Q": "final score"}
BOUNDS = {"low:Q": "95 % from", "high:Q": "to", "collapsed:Q": "fell for good", "failed:Q": "failed runs"}
NUMBERS = {"step:Q": ".2~e", "collapsed:Q": ".0%", **dict.fromkeys(("score:Q", "low:Q", "high:Q"), ".3~f")}


def chart(study: Study) -> Chart | None:
    """One panel per task of the study; none where no study was asked for."""
    lines = pd.DataFrame([line for one in step_curves(study) for line in _points(study, one)])
    if lines.empty:
        return None
    return Chart(
        panels=tuple(_panel(study, str(task), own) for task, own in lines.groupby("task", sort=False)),
        data={"points": lines},
        files=("tables/step_sizes.csv",),
        choices=MEASURES,
    )


def _points(study: Study, curve: Curve) -> list[dict[str, object]]:
    """A line for every step of a curve."""
    made = [t_interval(scores) for scores in curve.scores.T]
    return [
        {
            "task": curve.task,
            "method": study.plan.label(*curve.series),
            "setting": curve.name,
            "step": step,
            "length": length,
            "score": score.estimate,
            "low": score.low,
            "high": score.high,
            "collapsed": collapsed,
            "failed": failed,
        }
        for step, length, score, collapsed, failed in zip(
            curve.values, lengths(curve), made, curve.collapsed, curve.failed, strict=True
        )
    ]


def _panel(study: Study, task: str, points: pd.DataFrame) -> Panel:
    plan = study.plan
    lowest = min(0.0, max(float(points["score"].min()), -BELOW))
    scale = alt.Scale(domain=[lowest, max(1.0, float(points["score"].max()))], nice=True)
    log = alt.Scale(type="log", nice=False)
    length = alt.X(
        "length:Q",
        title=LENGTH,
        scale=log,
        axis=alt.Axis(format="~g", values=(10.0 ** np.arange(-4, 5)).tolist()),
    )
    value = alt.Y("value:Q", title="score, or share of runs", scale=scale, axis=alt.Axis(tickCount=5))
    own = alt.Chart(data("points")).transform_filter(CHOSEN).transform_calculate(value="datum[choice]")
    published = alt.Chart(alt.Data(values=[{"published": 1}])).mark_rule(strokeDash=[2, 3], color="#3c454d")
    layers = [
        published.encode(x=alt.X("published:Q", title=LENGTH, scale=log)),
        own.mark_line(strokeWidth=1.2, clip=True).encode(x=length, y=value, order="length:Q", **look(plan)),
        own.transform_filter(SPREAD)
        .transform_filter("choice == 'score'")
        .mark_rule(clip=True, strokeWidth=1.5)
        .encode(x=length, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=look(plan)["color"], opacity=emphasis(0.7)),
        own.mark_point(size=65, filled=True, clip=True).encode(
            x=length, y=value, tooltip=tooltip(TOOLTIP | BOUNDS, NUMBERS), **mark_look(plan)
        ),
    ]
    words = f"Final score on {task} against the length of a step, a line a method."
    return panel(plan, layers, task, task, words, choice="score")
