"""Estimates of KL from sampled answers: how far they are off, in units of the KL, against the KL itself.

A dot is an evaluation of a run: the error of the mean over its answers, its sign left out. Lines are root mean squares
in thirds of a decade. Both axes are logarithmic; below the line at 1 an estimate is off by less than the KL itself.
What estimates are held against stands above each panel. The last panel is exact: means over pairs of random policies,
for means over 100 draws of one decision. The numbers are in table kl_estimators.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from rlbench.report.appearance import COLOURS, MARKERS, SOFT
from rlbench.report.kl_estimates import DECISIONS, DRAWS, estimated, known
from rlbench.report.panels import legend_above, nothing_to_draw, task_panels
from rlbench.report.study import Study

PER_DECADE = 3
SMALLEST, LARGEST = 1e-3, 30.0
"""Relative errors that are shown."""
FEWEST = 5
"""Evaluations of which a root mean square is drawn."""
LOOKS: dict[str, dict[str, Any]] = {
    name: {"color": COLOURS[place], "marker": MARKERS[place]}
    for place, name in enumerate(("k1", "k2", "k3", DECISIONS))
}
EXACT = "one decision, exactly"


def figure(study: Study) -> Figure:
    """One panel per task, and one for what the probe found."""
    tasks = estimated(study)
    if not tasks:
        return nothing_to_draw("No task of this plan estimates KL from samples.")
    canvas, panels = task_panels([*tasks, EXACT], width=3.3, height=2.6)
    every = pd.concat([own.evaluations["kl"] for own in tasks.values()])
    for task, own in tasks.items():
        axes, kl = panels[task], own.evaluations["kl"]
        axes.set_title(f"{task}\nheld against: {own.truth}", loc="left", fontsize=8.5)
        for name in own.estimators:
            error = (own.evaluations[name] / kl - 1).abs()
            axes.plot(kl, error, ".", color=LOOKS[name]["color"], markersize=2, alpha=0.25, zorder=2)
            _line(axes, root_mean_squares(kl, error), name)
        _frame(axes, every, "KL, nats per answer")
    found = known(study).query("pair == 'random'").groupby(["estimator", "kl"])["error"].mean()
    panels[EXACT].set_title(f"{EXACT}\nmeans over {DRAWS} draws", loc="left", fontsize=8.5)
    for name in found.index.unique("estimator"):
        _line(panels[EXACT], found[name], name)
    _frame(panels[EXACT], found.index.to_frame()["kl"], "KL, nats per decision")
    legend_above(canvas, {name: Line2D([], [], **look, markersize=4, linewidth=1.3) for name, look in LOOKS.items()})
    return canvas


def root_mean_squares(kl: pd.Series, error: pd.Series) -> pd.Series:
    """In each part of a decade that holds a few: index its geometric middle."""
    part = np.floor(np.log10(kl) * PER_DECADE)
    found = (error**2).groupby(part).agg(["mean", "count"])
    kept = found.loc[found["count"] >= FEWEST, "mean"].pow(0.5)
    return kept.set_axis(10 ** ((kept.index + 0.5) / PER_DECADE))


def _line(axes: Axes, values: pd.Series, name: str) -> None:
    axes.plot(values.index, values, **LOOKS[name], markersize=4, linewidth=1.3, zorder=4)


def _frame(axes: Axes, kl: pd.Series, words: str) -> None:
    """Both axes in decades; the panels of all tasks show the same ones."""
    low, high = np.floor(np.log10(kl.min())), np.ceil(np.log10(kl.max()))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(10**low, 10**high)
    axes.set_ylim(SMALLEST, LARGEST)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_locator(NullLocator())
    axes.axhline(1, color=SOFT, linewidth=0.7, linestyle=":", zorder=1)
    axes.set_xlabel(words)
    axes.set_ylabel("error / KL")
