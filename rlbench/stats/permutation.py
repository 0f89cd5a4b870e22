"""Are two methods the same? A permutation test over tasks and seeds.

If a task's runs of two methods come from one distribution, then which run is whose is arbitrary: the labels are
dealt anew within each task, and the observed difference is compared with what such dealing gives. The difference
is studentised, so that the test also holds for many seeds where only the means are equal and the variances are
not (Chung and Romano 2013, "Exact and asymptotically robust permutation tests"). Labels are never dealt
among more than two methods at once, which would be no test of one pair where a third differs; for many pairs
see `multiplicity`.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

from rlbench.stats.pairing import Tasks, fewest, same_tasks

PERMUTATIONS = 9_999
"""Deals drawn where there are too many to go through. The smallest p-value is then 1e-4."""
EXACT_UP_TO = 20_000
"""All deals are gone through if there are no more than this."""
TINY = 1e-12
"""What is smaller than this part of a task's range is 0: deals that are equal on paper must be equal here."""
SAME = 1 - 1e-9
"""The same for two statistics."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Permutation:
    """What a permutation test found."""

    difference: float
    """First minus second mean of task means, in the values' unit."""
    statistic: float
    """The difference divided by its standard error."""
    p_value: float
    """Two-sided; NaN where a task has fewer than two seeds of a method, or a value is NaN."""
    deals: int
    """Deals that the observed one was compared with."""
    exact: bool
    """Whether these were all there are; else they were drawn."""


def permutation_test(
    first: Tasks, second: Tasks, generator: np.random.Generator, count: int = PERMUTATIONS
) -> Permutation:
    """Two-sided test that two methods are the same on every task, sensitive to the mean of task means.

    The statistic is sum_m(d_m) / sqrt(sum_m(v_m)), with d_m the difference of means on task m and v_m its squared
    standard error s1^2 / n1 + s2^2 / n2: Welch's t for one task. Tasks count as they are scaled: normalise first.
    Of all deals p is the share at least as extreme; of `count` drawn ones it is (1 + their number) / (1 + count),
    since the observed deal is one too (Phipson and Smyth 2010, "Permutation P-values Should Never Be Zero").
    """
    pairs = same_tasks(first, second)
    nan = float("nan")
    if fewest(first, second) < 2 or not all(np.isfinite(values).all() for pair in pairs for values in pair):
        return Permutation(nan, nan, nan, 0, False)
    exact = number_of_deals(pairs) <= EXACT_UP_TO
    deals = [_every_deal(*pair) if exact else some_deals(*pair, generator, count) for pair in pairs]
    tables = [_compared(dealt, len(x)) for dealt, (x, _) in zip(deals, pairs, strict=True)]
    differences, squares = (_combined([table[part] for table in tables], exact) for part in (0, 1))
    dealt = _studentised(differences, squares)
    # The first is the observed deal, of all deals as of drawn ones.
    extreme = int((np.abs(dealt) >= SAME * abs(dealt[0])).sum())
    difference = float(np.mean([x.mean() - y.mean() for x, y in pairs]))
    return Permutation(difference, float(dealt[0]), extreme / len(dealt), len(dealt) - (not exact), exact)


def number_of_deals(tasks: list[tuple[Floats, Floats]]) -> int:
    """In how many ways the labels can be dealt: the product over tasks of binomial(n1 + n2, n1)."""
    return prod(comb(len(x) + len(y), len(x)) for x, y in tasks)


def smallest_p_value(seeds: int, tasks: int = 1) -> float:
    """The p-value of a complete separation: 2 over the number of deals, with `seeds` of each method on each task.

    Above the level that is asked for, the test cannot reject whatever the runs give.
    """
    return 2 / comb(2 * seeds, seeds) ** tasks


def _every_deal(first: Floats, second: Floats) -> Floats:
    """[n1 + n2, deals]: in each column the runs that are dealt to the first method come first; column 0 is observed."""
    total = len(first) + len(second)
    chosen = np.array(list(combinations(range(total), len(first))))
    own = np.zeros((len(chosen), total), dtype=bool)
    np.put_along_axis(own, chosen, True, axis=1)
    return np.concatenate([first, second])[np.argsort(~own, axis=1, kind="stable").T]


def some_deals(first: Floats, second: Floats, generator: np.random.Generator, count: int) -> Floats:
    """[n1 + n2, 1 + count]: the same, with drawn deals beside the observed one."""
    observed = np.concatenate([first, second])[:, None]
    return np.concatenate([observed, generator.permuted(np.repeat(observed, count, axis=1), axis=0)], axis=1)


def _compared(deals: Floats, first: int) -> tuple[Floats, Floats]:
    """Difference of means and its squared standard error, [deals] each; `first` runs are the first method's."""
    values = deals - deals[:, 0].min()
    x, y = values[:first], values[first:]
    difference = x.mean(0) - y.mean(0)
    square = x.var(0, ddof=1) / len(x) + y.var(0, ddof=1) / len(y)
    floor = TINY * values[:, 0].max()
    return np.where(np.abs(difference) <= floor, 0, difference), np.where(square <= floor**2, 0, square)


def _combined(tables: list[Floats], exact: bool) -> Floats:
    """Sums over tasks: of every deal of one task with every deal of the others, or of drawn deals row by row."""
    if not exact:
        return np.sum(tables, axis=0)
    total = np.zeros(1)
    for table in tables:
        total = np.add.outer(total, table).ravel()
    return total


def _studentised(differences: Floats, squares: Floats) -> Floats:
    """Sums over tasks, [deals], to the statistic; 0 without a difference, infinite with one and without spread."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(differences == 0, 0.0, differences / np.sqrt(squares))
