"""Where simulated scores come from: distributions with known truth, to try intervals and tests on.

A distribution is its quantile function: uniform numbers through it are draws, a fine grid through it gives its mean,
variance and interquartile mean.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from rlbench.stats.iqm import CUT

GRID = 100_000
"""Points that integrals over a distribution are summed at."""
COLLAPSED = 0.2
"""Share of runs that fail in the collapsing distribution."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """One distribution of the scores of a method's runs on a task."""

    name: str
    quantile: Callable[[Floats], Floats]
    """(0, 1) to scores, never falling."""

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        """Independent scores of this shape."""
        return self.quantile(np.maximum(generator.random(shape), np.finfo(float).tiny))

    @cached_property
    def grid(self) -> Floats:
        """GRID equally likely scores, in order."""
        return self.quantile((np.arange(GRID) + 0.5) / GRID)

    @cached_property
    def mean(self) -> float:
        """The true mean."""
        return float(self.grid.mean())

    @cached_property
    def variance(self) -> float:
        """The true variance."""
        return float(self.grid.var())

    @cached_property
    def iqm(self) -> float:
        """The true mean of the middle half: what the interquartile mean of many runs goes to."""
        return float(self.grid[int(CUT * GRID) : int((1 - CUT) * GRID)].mean())

    def between(self, low: float, high: float) -> float:
        """The true distance of two quantiles."""
        ends = self.quantile(np.array([low, high]))
        return float(ends[1] - ends[0])


@cache
def improvement(population: Population, shift: float) -> float:
    """The true probability that a run plus `shift` is above another run of the population, ties counted half."""
    grid = population.grid
    below, to = (np.searchsorted(grid, grid + shift, side=side).mean() for side in ("left", "right"))
    return float(below + to) / 2 / GRID


def _gamma(u: Floats) -> Floats:
    return special.gammaincinv(2, u)


def _collapsing(u: Floats) -> Floats:
    """Four of five runs between .9 and 1, the fifth anywhere below a tenth."""
    return np.where(u < COLLAPSED, 0.1 * u / COLLAPSED, 0.9 + 0.1 * (u - COLLAPSED) / (1 - COLLAPSED))


POPULATIONS = (
    Population("normal", special.ndtri),
    Population("skewed: gamma with shape 2", _gamma),
    Population("collapsing: one run in five fails", _collapsing),
)
