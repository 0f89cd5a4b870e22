"""KL along x on the scale of its root, the distance of Gao et al. 2023, "Scaling Laws for Reward Model
Overoptimization", arXiv:2210.10760, with ticks in nats."""

import numpy as np
from matplotlib.axes import Axes


def root_axis(axes: Axes, farthest: float, ticks: int) -> None:
    """From 0 to a little more than `farthest` nats, with at most so many ticks."""
    reach = farthest if farthest > 0 else 1.0
    axes.set_xscale("function", functions=(_root, np.square))
    axes.set_xlim(0, 1.1 * reach)
    places = round_numbers(reach, ticks)
    axes.set_xticks(places, [f"{nats:g}" for nats in places])
    axes.minorticks_off()


def round_numbers(farthest: float, count: int) -> list[float]:
    """0 and up to `count` - 1 numbers of one digit, of which the roots are about equally far apart."""
    places = farthest * (np.arange(1, count) / (count - 1)) ** 2
    sizes = 10 ** np.floor(np.log10(places))
    # A little is added: a place that is 3 in exact arithmetic may have become 2.9999.
    found = dict.fromkeys(float(f"{value:.1g}") for value in np.floor(places / sizes + 1e-9) * sizes)
    return [0.0, *found]


def _root(kl: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(kl, 0))
