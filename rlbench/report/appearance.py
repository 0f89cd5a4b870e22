"""How every picture looks, and a fixed colour, line and marker for every method of a plan."""

from dataclasses import dataclass
from typing import Any

import seaborn as sns
from matplotlib.axes import Axes

from rlbench.core.families import FAMILIES
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
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}
"""Settings for matplotlib. Its own font is named because it is the only one that every machine has."""

# Okabe & Ito 2008, without yellow, which is too pale for lines on white.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
DASHES = ["-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
QUIET = "0.8"
"""The grey of what is only there to be compared with."""
SOFT = "0.35"
"""The grey of words that explain."""


@dataclass(frozen=True)
class Look:
    """What tells one series from another, also in greyscale."""

    colour: str
    dash: Any
    marker: str


def looks(plan: Plan) -> dict[tuple[str, str], Look]:
    """The look of every (method, variant): colour and marker by the method's place in its family, dash by both.

    Seventeen colours cannot be told apart, so a picture puts families apart and colours tell kin from kin. A method
    that is added at the end of its family changes no other one's look; variants share their method's colour.
    """
    made = {}
    for kin in plan.families().values():
        methods = list(dict.fromkeys(method for method, _ in kin))
        for index, method in enumerate(methods):
            variants = [variant for name, variant in kin if name == method]
            for offset, variant in enumerate(variants):
                # 7 colours and 4 dashes have no common divisor: 28 methods before two kin look the same.
                dash = DASHES[(index + offset) % len(DASHES)]
                made[method, variant] = Look(COLOURS[index % len(COLOURS)], dash, MARKERS[index % len(MARKERS)])
    return made


def family_colours(plan: Plan) -> dict[str, str]:
    """A colour for every family of a plan: with a method's marker, which is its own within the family, it names one."""
    return {family: COLOURS[FAMILIES.index(family) % len(COLOURS)] for family in plan.families()}


def step_label(value: float, _position: int | None = None) -> str:
    """250000 as 250k, 1500000 as 1.5M."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:g}"


def step_axis(axes: Axes, budget: int) -> None:
    """Training steps from nothing to the budget along x: three ticks, whose words stay inside the panel."""
    axes.set_xlim(0, budget)
    axes.set_xticks([0, budget / 2, budget], [step_label(step) for step in (0, budget / 2, budget)])
    for label, side in zip(axes.get_xticklabels(), ("left", "center", "right"), strict=True):
        label.set_horizontalalignment(side)
