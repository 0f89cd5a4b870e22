"""Seeds and prompts at once: how sure is a mean over a table that has a row for each run and a column for each prompt?

All runs answer the same prompts. Let the expected value of run s on prompt p be the sum of a mean, of what the run, the
prompt and the two together add to it, and of what sampled answers add to that. Then the variance of the table's mean,
over further runs and further prompts, is estimated without bias by

    V = V_seeds + V_prompts - V_rest,

V_seeds being the variance of the rows' means over the number of rows, V_prompts the same of columns, and V_rest that of
what is left of a cell when both are taken away, over the number of cells: it is in either of the other two and counts
once (Cameron, Gelbach & Miller 2011, "Robust Inference With Multiway Clustering", doi:10.1198/jbes.2010.07136; for
random effects Owen 2007, "The Pigeonhole Bootstrap", arXiv:0712.1111). A part that comes out below zero is taken as
zero, so that V is never below V_seeds or V_prompts.

The three are mean squares, independent of each other where values are normal, so a t has V^2 / sum(V_i^2 / f_i) degrees
of freedom, f_i being those of each part (Satterthwaite 1946, "An Approximate Distribution of Estimates of Variance
Components"): one less than there are runs where runs are all that matters. In simulations with five runs or more and
twenty prompts or more a test at .05 rejected .02 to .06 of true means and of equal methods, whatever mattered most;
with three runs up to .08, where runs and prompts matter alike. One less than there are runs, whatever matters, rejected
no more than .05 and less than .01 where prompts matter: such intervals are too wide. Over prompts alone, a third of
equal methods were told apart whose runs have a standard deviation of .03 (`tests/stats/test_two_way.py`).

Where the runs of two methods belong together in pairs, the difference of the two tables is one table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from rlbench.stats.intervals import CONFIDENCE, Interval, MadeBy, t_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean, a difference, or a mean of such: with its variance and the degrees of freedom of that."""

    value: float
    variance: float
    freedom: float
    """NaN where nothing varies; both NaN for a single run."""

    @property
    def error(self) -> float:
        """Standard error."""
        return float(np.sqrt(self.variance))

    @property
    def p_value(self) -> float:
        """Two-sided, of the value zero; NaN where there is no freedom."""
        if not self.variance > 0:
            return float("nan")
        return float(2 * stats.t.sf(abs(self.value) / self.error, self.freedom))

    @property
    def interval(self) -> Interval:
        """By Student's t."""
        if self.variance == 0:
            return Interval(self.value, self.value, self.value, MadeBy.CONSTANT)
        half = float(special.stdtrit(self.freedom, 0.5 + CONFIDENCE / 2) * self.error)
        made_by = MadeBy.ONE_VALUE if np.isnan(half) else MadeBy.TWO_WAY
        return Interval(self.value, self.value - half, self.value + half, made_by)


@dataclass(frozen=True)
class Components:
    """Variances of one cell of a table [seeds, prompts]: between runs, between prompts, and what neither explains, the
    two together and the sampling of answers. Unbiased: the first two may be below zero."""

    seeds: float
    prompts: float
    rest: float


def components(table: ArrayLike) -> Components:
    """By the method of moments: mean squares less what the rest adds to them. NaN for a single run."""
    seeds, prompts, rest = _mean_squares(_checked(table))
    rows, columns = np.shape(table)
    return Components((seeds - rest) / columns, (prompts - rest) / rows, rest)


def mean(table: ArrayLike) -> Estimate:
    """Of a table [seeds, prompts]."""
    checked = _checked(table)
    parts = _Parts.of(checked)
    return _estimate(checked.mean(), (parts.seeds,), parts.prompts, (parts.rest,))


def difference(first: ArrayLike, second: ArrayLike) -> Estimate:
    """First minus second mean, of tables with the same prompts for columns and rows that have nothing to do with each
    other. Runs and rest are those of both; prompts are those of the difference of the columns' means, less of which
    remains the more alike prompts are to the two. Raises ValueError where the numbers of prompts differ."""
    alone = difference_over_prompts(first, second)
    parts = [_Parts.of(_checked(table)) for table in (first, second)]
    between = _Part(alone.variance, alone.freedom)
    return _estimate(alone.value, [p.seeds for p in parts], between, [p.rest for p in parts])


def difference_over_prompts(first: ArrayLike, second: ArrayLike) -> Estimate:
    """The same over further prompts, these runs being all that is spoken of: a paired test of the prompts' means."""
    one, other = _checked(first), _checked(second)
    if one.shape[1] != other.shape[1]:
        raise ValueError(f"{one.shape[1]} prompts against {other.shape[1]}")
    prompts = one.mean(0) - other.mean(0)
    return Estimate(float(prompts.mean()), _variance(prompts) / prompts.size, prompts.size - 1)


def mean_of(estimates: Sequence[Estimate]) -> Estimate:
    """The mean of independent estimates, as on several tasks."""
    whole = _together([_Part(one.variance, one.freedom) for one in estimates])
    count = len(estimates)
    return Estimate(float(np.mean([one.value for one in estimates])), whole.variance / count**2, whole.freedom)


def over_both(table: ArrayLike) -> Interval:
    """For the mean of [seeds, prompts], over further runs and prompts; of a single run over further prompts alone,
    which says nothing of the method but of this checkpoint."""
    if np.shape(table)[0] > 1:
        return mean(table).interval
    alone = over_prompts(table)
    return alone if alone.made_by is MadeBy.CONSTANT else Interval(*_bounds(alone), MadeBy.CHECKPOINT)


def over_prompts(table: ArrayLike) -> Interval:
    """For the mean of [seeds, prompts] over further prompts, these runs being all that is spoken of."""
    return t_interval(_checked(table).mean(0))


@dataclass(frozen=True)
class _Part:
    """A share of the variance, and on how many degrees of freedom it is known."""

    variance: float
    freedom: float


@dataclass(frozen=True)
class _Parts:
    """The three of one table."""

    seeds: _Part
    prompts: _Part
    rest: _Part

    @classmethod
    def of(cls, table: Floats) -> "_Parts":
        (rows, columns), cells = table.shape, table.size
        over_rows = rows - 1 if rows > 1 else float("nan")
        freedom = (over_rows, columns - 1, over_rows * (columns - 1))
        return cls(*(_Part(square / cells, free) for square, free in zip(_mean_squares(table), freedom, strict=True)))


def _estimate(value: float, seeds: Sequence[_Part], prompts: _Part, rest: Sequence[_Part]) -> Estimate:
    """With the variance that no part is negative in."""
    runs, left = _together(seeds), _together(rest)
    both = _together((runs, prompts, _Part(-left.variance, left.freedom)))
    largest = max((runs, prompts, both), key=lambda part: part.variance)
    if np.isnan(both.variance):  # a single run
        largest = both
    return Estimate(float(value), largest.variance, largest.freedom)


def _together(parts: Sequence[_Part]) -> _Part:
    """The sum, with Satterthwaite's degrees of freedom; NaN of these where nothing varies."""
    total = sum(part.variance for part in parts)
    spread = sum(part.variance**2 / part.freedom for part in parts if part.variance)
    return _Part(total, total**2 / spread if spread else float("nan"))


def _mean_squares(table: Floats) -> tuple[float, float, float]:
    """Of rows, of columns and of what is left of the cells; NaN where there is one row."""
    rows, columns = table.shape
    by_row, by_column = table.mean(1), table.mean(0)
    left = table - by_row[:, None] - by_column + table.mean()
    if rows == 1:
        return float("nan"), _variance(by_column), float("nan")
    # What is left of equal cells is zero and no last digit.
    rest = 0.0 if table.min() == table.max() else float((left**2).sum() / ((rows - 1) * (columns - 1)))
    return columns * _variance(by_row), rows * _variance(by_column), rest


def _variance(values: Floats) -> float:
    return 0.0 if values.min() == values.max() else float(values.var(ddof=1))


def _checked(table: ArrayLike) -> Floats:
    """As floats. Raises ValueError unless there are rows and at least two columns."""
    checked = np.asarray(table, dtype=float)
    if checked.ndim != 2 or not len(checked) or checked.shape[1] < 2:
        raise ValueError(f"a table of seeds and two or more prompts is wanted, not {checked.shape}")
    return checked


def _bounds(interval: Interval) -> tuple[float, float, float]:
    return interval.estimate, interval.low, interval.high
