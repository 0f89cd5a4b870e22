"""Do the intervals hold what they promise? Simulated coverage, for given numbers of tasks and seeds.

A nominal 95 % interval may cover 75 % with three seeds, and no interval is honest at five if one run in five fails.
So what is used is tried: the very functions that make the tables, on data whose truth is known. Three methods share one
distribution on every task, which is the hardest case for what compares them; where a difference is wanted, the first
one is shifted by a standard deviation.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from rlbench.core.design import Design
from rlbench.stats.intervals import Interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.populations import POPULATIONS, Floats, Population

METHODS = 3
"""Methods in each simulation."""
SIMULATIONS = 1_000
RESAMPLES = 1_000
"""Resamples and permutations in each simulation: fewer than tables use, since there are many simulations."""
T = TypeVar("T")
COLUMNS = ["design", "population", "what", "bound", "nominal", "happened", "simulations"]


@dataclass(frozen=True)
class Trial:
    """One simulated study: for each method one [seeds] per task, all of one population; `words` name it."""

    scores: tuple[tuple[Floats, ...], ...]
    population: Population
    words: tuple[str, ...]
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def generator(self, *purpose: str) -> np.random.Generator:
        """A generator for this purpose in this trial, whatever else is drawn in it."""
        return keyed_generator(*self.words, *purpose)

    def once(self, make: Callable[["Trial"], T]) -> T:
        """What `make` gives of this trial, worked out once though several checks ask for it."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]


class Bound(StrEnum):
    """On which side of the promised frequency the true one may lie."""

    AT_LEAST = "at least"
    """An interval that covers more often is wide, and honest."""
    AT_MOST = "at most"
    """A test that rejects less often is blunt, and honest."""


@dataclass(frozen=True)
class Check:
    """Something that promises a frequency: an interval that it covers, a test that it rejects seldom."""

    what: str
    nominal: float
    happens: Callable[[Trial], bool]
    bound: Bound = Bound.AT_LEAST
    one_task: bool = False
    """Whether it is about a single task, and is not tried on several."""


def covers(interval: Interval, truth: float) -> bool:
    """Whether the truth is inside; an interval without bounds covers nothing."""
    return bool(interval.low <= truth <= interval.high)


def calibrate(
    designs: Iterable[Design],
    checks: Sequence[Check],
    populations: Sequence[Population] = POPULATIONS,
    simulations: int = SIMULATIONS,
) -> pd.DataFrame:
    """One line per design, population and check, with how often it `happened` in so many `simulations`.

    The same call gives the same frame, and a line does not depend on which other lines are asked for.
    """
    lines = [
        line
        for design in designs
        for population in populations
        for line in simulate(design, population, checks, range(simulations))
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


def simulate(design: Design, population: Population, checks: Sequence[Check], numbers: range) -> list[dict[str, Any]]:
    """A line per check that is tried on such a design, from the simulations of these numbers alone.

    Counts of separate numbers add up to those of all. On one core a simulation of all of `promises` takes 8 ms for one
    task and three seeds, 12 ms for twenty, 48 ms for nine tasks.
    """
    tried = [check for check in checks if len(design) == 1 or not check.one_task]
    happened = np.zeros(len(tried), dtype=np.int64)
    for number in numbers:
        trial = _trial(design, population, number)
        happened += np.array([check.happens(trial) for check in tried], dtype=np.int64)
    return [
        {"design": name(design), "population": population.name, "what": check.what, "bound": str(check.bound)}
        | {"nominal": check.nominal, "happened": int(count), "simulations": len(numbers)}
        for check, count in zip(tried, happened, strict=True)
    ]


def name(design: Design) -> str:
    """A design as a word of a table: `3`, `3 10 20`."""
    return " ".join(map(str, design))


def _trial(design: Design, population: Population, number: int) -> Trial:
    words = ("calibration", name(design), population.name, str(number))
    scores = population.draw(keyed_generator(*words, "scores"), (METHODS, sum(design)))
    ends = np.cumsum(design)[:-1]
    return Trial(tuple(tuple(np.split(own, ends)) for own in scores), population, words)
