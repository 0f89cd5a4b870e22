"""Squared error of one batch's gradient by estimator: what is bias, and what is variance, on a log scale.

Every estimator at the step size that brings its expectation nearest to the true gradient, in squared lengths of that.
A part's length is no share of the whole: the scale is in tenfold steps, and squared bias comes first.
The dark part of a bar is squared bias, which larger batches would leave as it is; the light part variance, which eight
times the batch would bring down to an eighth. Where the 95 % interval of squared bias reaches down to nothing, or the
bias is less than a thousandth, no dark part is drawn. The whisker is the 95 % interval of the sum. Policies stay as
they are, and are those that runs begin with. The numbers are in table gradient_estimators.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from rlbench.report.appearance import COLOURS
from rlbench.report.columns import with_bounds
from rlbench.report.estimates import Estimates, estimates
from rlbench.report.panels import legend_above, nothing_to_draw, task_panels
from rlbench.report.study import Study

LEFT, MARGIN = 1e-3, 1.6
"""Least error that is drawn, in squared lengths of the true gradient, and room to the right as a factor."""
RUNG, BETWEEN = 0.19, 0.7
"""Inches from one estimator to the next; rungs left free between two kinds."""
VARIANCE_ALPHA = 0.35


def figure(study: Study) -> Figure:
    """One panel per task, one bar per estimator, kinds in colours of their own."""
    found = estimates(study)
    if not found:
        return nothing_to_draw("The configuration asks for no study of gradient estimators.")
    heights, kinds = _rungs(found)
    lowest = max(heights.values())
    canvas, panels = task_panels([one.task for one in found], width=3.3, height=0.75 + RUNG * (lowest + 1.3))
    right = MARGIN * max(float(np.nanmax(one.lines["scaled_squared_error_high"])) for one in found)
    for one in found:
        axes = panels[one.task]
        for kind, colour in kinds.items():
            _bars(axes, one, kind, colour, heights)
        _dress(axes, one, heights, right)
    legend_above(canvas, _entries())
    return canvas


def _rungs(found: Sequence[Estimates]) -> tuple[dict[str, float], dict[str, str]]:
    """The height of every estimator, those of a kind together, and the colour of every kind."""
    most = max((one.lines for one in found), key=len)
    kinds = dict(zip(most["kind"].unique(), COLOURS, strict=False))
    places = {kind: place for place, kind in enumerate(kinds)}
    pairs = zip(most.index, most["kind"], strict=True)
    return {name: index + BETWEEN * places[kind] for index, (name, kind) in enumerate(pairs)}, kinds


def _bars(axes: Axes, one: Estimates, kind: str, colour: str, heights: dict[str, float]) -> None:
    own = one.lines[one.lines["kind"] == kind]
    at = np.array([heights[name] for name in own.index])
    certain = own["scaled_squared_bias_low"] > 0
    bias = own["scaled_squared_bias"].where(certain, 0.0).clip(lower=LEFT).to_numpy()
    error, low, high = own[with_bounds(["scaled_squared_error"])].to_numpy().clip(LEFT).T
    axes.barh(at, bias - LEFT, left=LEFT, height=0.72, color=colour, linewidth=0)
    axes.barh(at, error - bias, left=bias, height=0.72, color=colour, alpha=VARIANCE_ALPHA, linewidth=0)
    axes.hlines(at, low, high, color="0.25", linewidth=1.0)


def _dress(axes: Axes, one: Estimates, heights: dict[str, float], right: float) -> None:
    place = axes.get_subplotspec()
    first = place is not None and place.is_first_col()
    axes.set_title(f"{one.task} ({one.policy})", loc="left", fontsize=8.5)
    axes.set_yticks(list(heights.values()), [name if first else "" for name in heights])
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    axes.set_ylim(max(heights.values()) + 0.65, -0.65)
    axes.set_xscale("log")
    axes.set_xlim(LEFT, right)
    axes.set_xlabel(f"squared error of one batch (n = {one.batches})")
    for name in heights.keys() - set(one.lines.index):
        axes.text(LEFT * 1.15, heights[name], "the same: no discount", va="center", fontsize=6, color="0.35")


def _entries() -> dict[str, Patch | Line2D]:
    grey = "0.25"
    return {
        "squared bias": Patch(color=grey),
        "variance": Patch(color=grey, alpha=VARIANCE_ALPHA),
        "95 % interval of their sum": Line2D([], [], color=grey, linewidth=1.0),
    }
