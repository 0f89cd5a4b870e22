"""KL along x on the scale of its root, the distance of Gao et al. 2023, "Scaling Laws for Reward Model
Overoptimization", arXiv:2210.10760, with ticks in nats."""

from itertools import product

import numpy as np
from matplotlib.axes import Axes

MARGIN = 0.03
"""Part of the axis left free at either end."""


def root_axis(axes: Axes, farthest: float, ticks: int) -> None:
    """From 0 to `farthest` nats with a margin, and at most so many ticks."""
    reach = farthest if farthest > 0 else 1.0
    axes.set_xscale("function", functions=(_root, _square))
    axes.set_xlim(*_square(np.array([-MARGIN, 1 + MARGIN])) * reach)
    places = round_squares(reach, ticks)
    axes.set_xticks(places, [f"{nats:g}" for nats in places])
    axes.minorticks_off()


def round_squares(farthest: float, count: int) -> list[float]:
    """0, 1, 4, 9, ... times a round number, so that roots are equally far apart: as many as fit, at most `count`."""
    decade = np.floor(np.log10(farthest))
    steps = (digit * 10.0**power for power, digit in product(np.arange(decade - 4, decade + 1), (1, 2, 5)))
    step = next(step for step in steps if farthest < step * count**2)
    found = step * np.arange(count) ** 2
    return [float(f"{place:.6g}") for place in found[found <= farthest]]


def _root(kl: np.ndarray) -> np.ndarray:
    """Of either sign, so that there is a margin beside 0 to draw in."""
    return np.sign(kl) * np.sqrt(np.abs(kl))


def _square(root: np.ndarray) -> np.ndarray:
    return np.sign(root) * np.square(root)
