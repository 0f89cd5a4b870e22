"""What all interactive charts have in common: the look of every method, what filters say, one style.

The page sets these parameters in every chart at once: `methods` and `tasks` (the names that are chosen), `pointed` (a
method that a reader points at, or nothing) and `picked` (the number of a run, or -1).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import altair as alt
import vl_convert

from rlbench.report.appearance import family_colours
from rlbench.report.chart import Panel
from rlbench.report.plan import Plan, PlannedTask

FEW = 4
"""With so many methods, or fewer, each one's spread is drawn; with more only that of the one that is pointed at."""
CHOSEN = "indexof(methods, datum.method) >= 0"
SPREAD = f"{CHOSEN} && (length(methods) <= {FEW} || pointed == datum.method)"
FADED = 0.13
BELOW = 0.5
"""Parts of a task's range below the random policy from which on nothing is drawn: a fall into the depth, of which one
wants to see that it is one, would flatten all others."""
HEIGHT = 210
"""Pixels of a panel; as wide as it may be."""
DASHES: list[list[float]] = [
    *([1, 0], [8, 2.4], [2, 2], [9, 2.4, 2, 2.4]),
    *([16, 3], [2, 5], [7, 2, 7, 6], [12, 2, 2, 2, 2, 2]),
]
"""Lengths of dash and gap in pixels; the first is a line without gaps."""
OUTLINES = {
    "circle": "M4,0A4,4 0 1 1 -4,0A4,4 0 1 1 4,0Z",
    "square": "M-3.5,-3.5H3.5V3.5H-3.5Z",
    "triangle-up": "M0,-4.5L4.5,3.5H-4.5Z",
    "diamond": "M0,-5L4,0L0,5L-4,0Z",
    "triangle-down": "M0,4.5L4.5,-3.5H-4.5Z",
    "cross": "M-1.5,-4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5V-1.5H-1.5Z",
    "triangle-right": "M4.5,0L-3.5,4.5V-4.5Z",
}
"""Vega's names of markers, and the same as paths around 0, for legends."""
STYLE: dict[str, Any] = {
    "aria": False,  # a panel is described as a whole: thousands of marks read out one by one help nobody
    "font": "system-ui, -apple-system, Segoe UI, Roboto, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "grid": True,
        "gridColor": "#e8ecef",
        "domainColor": "#8d98a3",
        "tickColor": "#8d98a3",
        "labelColor": "#3c454d",
        "titleColor": "#3c454d",
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 12,
        "labelLimit": 200,
    },
}


@cache
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that leaves `vegaEmbed` behind."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")


def labels(plan: Plan) -> list[str]:
    """The names of all methods, by which data and filters speak of them."""
    return [plan.label(*series) for series in plan.series()]


def key(method: str, variant: str) -> str:
    """What a link calls a method."""
    return method if variant == "default" else f"{method}.{variant}"


def dashes(plan: Plan) -> list[list[float]]:
    """For every method its dash: its own one within its family, also among variants."""
    return [DASHES[place % len(DASHES)] for place in _places(plan)]


def symbols(plan: Plan) -> list[str]:
    """For every method its marker, in the same way."""
    return [list(OUTLINES)[place % len(OUTLINES)] for place in _places(plan)]


def colours(plan: Plan) -> list[str]:
    """For every method the colour of its family, which with its dash or its marker names it."""
    return [family_colours(plan)[plan.family(method)] for method, _ in plan.series()]


def _places(plan: Plan) -> list[int]:
    """For every method its place in its family."""
    return [plan.families()[plan.family(series[0])].index(series) for series in plan.series()]


def look(plan: Plan) -> dict[str, Any]:
    """Channels of a line: colour and dash by method; faint where a reader points at another one."""
    return {
        "color": alt.Color("method:N", scale=alt.Scale(domain=labels(plan), range=colours(plan)), legend=None),
        "strokeDash": alt.StrokeDash("method:N", scale=alt.Scale(domain=labels(plan), range=dashes(plan)), legend=None),
        "opacity": emphasis(),
    }


def mark_look(plan: Plan) -> dict[str, Any]:
    """Channels of a mark: colour and shape by method, faint like lines."""
    shape = alt.Shape("method:N", scale=alt.Scale(domain=labels(plan), range=symbols(plan)), legend=None)
    return {"color": look(plan)["color"], "shape": shape, "opacity": emphasis()}


def emphasis(full: float = 1.0) -> Any:
    """Opacity: full where nothing or this method is pointed at."""
    return alt.condition("pointed == '' || pointed == datum.method", alt.value(full), alt.value(FADED * full))


def data(name: str) -> alt.NamedData:
    """A frame of the chart."""
    return alt.NamedData(name=name)


def tooltip(fields: Mapping[str, str], formats: Mapping[str, str] | None = None) -> list[alt.Tooltip]:
    """What is said of a mark; `fields` are columns with their types and what they are called, `formats` d3's."""
    found = formats or {}
    plain = {name: alt.Tooltip(name, title=title) for name, title in fields.items()}
    return [one.format(found[name]) if name in found else one for name, one in plain.items()]


def training(planned: PlannedTask) -> alt.X:
    """The x axis of a task: training from nothing to the budget, in the task's unit."""
    budget = planned.budget
    return alt.X(
        "step:Q",
        title=planned.unit.replace("_", " "),
        scale=alt.Scale(domain=[0, budget]),
        axis=alt.Axis(values=[0, budget / 2, budget], labelExpr=short("~s")),
    )


def short(specifier: str) -> str:
    """Labels of an axis by a format of d3's, each by itself and 0 as 0."""
    return f"datum.value == 0 ? '0' : format(datum.value, '{specifier}')"


def panel(plan: Plan, layers: list[Any], title: str, task: str, description: str, **more: Any) -> Panel:
    """Layers as one picture with the parameters that the page sets; `more` are further ones with their first values."""
    values = {"methods": labels(plan), "tasks": list(plan.tasks), "pointed": "", "picked": -1} | more
    drawn = alt.layer(*layers).properties(width="container", height=HEIGHT)
    drawn = drawn.add_params(*(alt.param(name=name, value=value) for name, value in values.items()))
    spec = drawn.configure(**STYLE).to_dict()
    return Panel(title=title, task=task, description=description, spec=spec)
