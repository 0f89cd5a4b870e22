"""Which methods may be the best one, and which rank may each have?

Ranks are worked out from differences, not from each other: a method's rank is at least one more than the number
of methods that are surely better, and its worst rank leaves behind only those that are surely worse (Mogstad et al.
2023, "Inference for Ranks with Applications to Mobility across Neighbourhoods and Academic Achievement across
Countries", doi:10.1093/restud/rdad006). Methods that cannot be told apart share all their ranks. `surely` holds for
all comparisons of one method with the others together, by the bootstrap distribution of the largest of them.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from rlbench.stats.bootstrap import REPLICATES, Floats, Statistic, expansion, replicates
from rlbench.stats.intervals import CONFIDENCE
from rlbench.stats.pairing import Tasks

COLUMNS = ["method", "estimate", "rank", "rank_low", "rank_high", "among_best"]


def ranking(
    methods: Mapping[str, Tasks], statistic: Statistic, generator: np.random.Generator, count: int = REPLICATES
) -> pd.DataFrame:
    """One line per method, in the given order; rank 1 has the highest `statistic`, ties share the mean of their ranks.

    `rank_low` and `rank_high` hold a method's rank with 95 % confidence; with the same confidence the best method is
    one of `among_best`, each by itself. The set looks to one side only and so excludes a little more: a method outside
    it may still reach rank 1. A method with fewer than two seeds somewhere has no spread: it has every rank, may be
    the best, and excludes no other. Raises ValueError where a value is NaN or methods differ in tasks.
    """
    strata = {name: [np.asarray(values, dtype=float) for values in tasks] for name, tasks in methods.items()}
    if len({len(tasks) for tasks in strata.values()}) > 1:
        raise ValueError("all methods are compared on the same tasks")
    if not all(len(values) and np.isfinite(values).all() for tasks in strata.values() for values in tasks):
        raise ValueError("every method has runs on every task, and no score is NaN: a failed run counts as a low score")
    estimate = np.array([float(statistic(*tasks)) for tasks in strata.values()])
    drawn = np.array([replicates(tasks, statistic, generator, count) for tasks in strata.values()])
    seeds = [[len(values) for values in tasks] for tasks in strata.values()]
    low, high, best = [], [], []
    for own in range(len(estimate)):
        others = np.delete(np.arange(len(estimate)), own)
        lead = estimate[others] - estimate[own]
        noise = drawn[others] - drawn[own] - lead[:, None]
        widths = np.array([_width(seeds[own] + seeds[other]) for other in others]).reshape(-1, 2)
        either = _limits(np.abs(noise), noise.std(1), widths)
        low.append(1 + int((lead > either).sum()))
        high.append(len(estimate) - int((-lead > either).sum()))
        best.append(not (lead > _limits(noise, noise.std(1), widths)).any())
    return pd.DataFrame(
        {"method": list(strata), "estimate": estimate, "rank": stats.rankdata(-estimate)}
        | {"rank_low": low, "rank_high": high, "among_best": best},
        columns=COLUMNS,
    )


def _width(seeds: list[int]) -> tuple[float, float]:
    """`expansion` of a comparison, with a width and degrees of freedom that bound nothing below two seeds."""
    return expansion(seeds) if min(seeds, default=0) >= 2 else (np.inf, 1.0)


def _limits(noise: Floats, spread: Floats, widths: Floats) -> Floats:
    """How far another method must lead to be surely better, [others], from resampled leads [others, replicates].

    The largest noise of all comparisons, each in units of its spread, stays below a bound in 95 % of resamples. Few
    seeds make resamples too narrow, so the bound is widened as the expanded percentile interval is: the normal
    quantile is exchanged for Student's at the same level, the spread is multiplied by r.
    """
    if not len(noise):
        return np.empty(0)
    units = np.divide(noise, spread[:, None], out=np.zeros_like(noise), where=spread[:, None] > 0)
    bound = np.quantile(units.max(0), CONFIDENCE)
    limits, known = np.full(len(noise), np.inf), np.isfinite(widths[:, 0])
    ratio, freedom = widths[known].T
    limits[known] = ratio * spread[known] * stats.t.isf(stats.norm.sf(bound), freedom)
    return limits
