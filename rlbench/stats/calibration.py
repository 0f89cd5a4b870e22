"""Do the intervals hold what they promise? Simulated coverage, for given numbers of tasks and seeds.

A nominal 95 % interval may cover 75 % with three seeds, and no interval is honest at five if one run in five fails.
So what is used is tried: the very functions that make the tables, on data whose truth is known. Three methods share one
distribution on every task, which is the hardest case for what compares them; where a difference is wanted, the first
one is shifted by a standard deviation.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlbench.stats.intervals import Interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.populations import POPULATIONS, Floats, Population

METHODS = 3
"""Methods in each simulation."""
SIMULATIONS = 1_000
RESAMPLES = 1_000
"""Resamples and permutations in each simulation: fewer than tables use, since there are many simulations."""
COLUMNS = ["tasks", "seeds", "population", "what", "nominal", "actual", "error", "simulations"]


@dataclass(frozen=True)
class Trial:
    """One simulated study: scores [methods, tasks, seeds], all of one population."""

    scores: Floats
    population: Population
    generator: np.random.Generator


@dataclass(frozen=True)
class Check:
    """Something that promises a frequency: an interval that it covers, a test that it rejects seldom."""

    what: str
    nominal: float
    happens: Callable[[Trial], bool]


def covers(interval: Interval, truth: float) -> bool:
    """Whether the truth is inside; an interval without bounds covers nothing."""
    return bool(interval.low <= truth <= interval.high)


def calibrate(
    sizes: Iterable[tuple[int, int]],
    checks: Sequence[Check],
    populations: Sequence[Population] = POPULATIONS,
    simulations: int = SIMULATIONS,
) -> pd.DataFrame:
    """One line per (tasks, seeds) in `sizes`, population and check; `actual` is how often it happened.

    `error` is the standard error of `actual` from `simulations` tries. The same call gives the same frame, and a
    line does not depend on which other lines are asked for. All checks of `promises` on five tasks and twenty seeds
    take a quarter of a second a simulation on one core, on one task and ten seeds a twentieth.
    """
    lines = [
        {"tasks": tasks, "seeds": seeds, "population": population.name, "what": check.what}
        | _frequency(check, population, tasks, seeds, simulations)
        for tasks, seeds in sizes
        for population in populations
        for check in checks
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


def _frequency(check: Check, population: Population, tasks: int, seeds: int, simulations: int) -> dict[str, float]:
    words = ("calibration", str(tasks), str(seeds), population.name)
    scores = population.draw(keyed_generator(*words), (simulations, METHODS, tasks, seeds))
    generator = keyed_generator(*words, check.what)
    actual = float(np.mean([check.happens(Trial(one, population, generator)) for one in scores]))
    error = float(np.sqrt(actual * (1 - actual) / simulations))
    return {"nominal": check.nominal, "actual": actual, "error": error, "simulations": simulations}
