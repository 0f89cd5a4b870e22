"""How every picture looks, and a fixed colour, line and marker for every method of a plan."""

from dataclasses import dataclass

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rlbench.report.plan import Plan

STYLE = {
    **sns.axes_style("ticks"),
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "0.35",
    "axes.linewidth": 0.8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}
"""Settings for matplotlib. Its own font is named because it is the only one that every machine has."""

# Okabe & Ito 2008, without yellow, which is too pale for lines on white.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
DASHES = ["-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]


@dataclass(frozen=True)
class Look:
    """What tells one series from another, also in greyscale."""

    colour: str
    dash: str | tuple
    marker: str


def looks(plan: Plan) -> dict[tuple[str, str], Look]:
    """The look of every (method, variant): colour and marker by the method's place in the plan, dash by both.

    A method that is added at the end changes no other one's look; variants share their method's colour.
    """
    methods = list(dict.fromkeys(method for method, _ in plan.series()))
    made = {}
    for index, method in enumerate(methods):
        variants = [variant for name, variant in plan.series() if name == method]
        for offset, variant in enumerate(variants):
            # 7 colours and 4 dashes have no common divisor: 28 methods before two look the same.
            dash = DASHES[(index + offset) % len(DASHES)]
            made[method, variant] = Look(COLOURS[index % len(COLOURS)], dash, MARKERS[index % len(MARKERS)])
    return made


def step_label(value: float, _position: int | None = None) -> str:
    """250000 as 250k, 1500000 as 1.5M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:g}"


def step_axis(axes: Axes, unit: str) -> None:
    """Label the x axis as training steps in `unit`."""
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(step_label))
    axes.set_xlabel(unit.replace("_", " "))
