"""Which methods give the most for what they cost? The front of those that no other one beats in both.

Few seeds say little of who is on it: how often a method is there when all seeds are drawn anew says how much.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rlbench.stats.bootstrap import REPLICATES, replicates

Floats = NDArray[np.float64]
CHUNK = 1_000
"""Replicates held against each other at a time."""


def on_front(cost: Floats, gain: Floats) -> NDArray[np.bool_]:
    """[..., methods] each, to the same: whether no other method costs at most as much, gains as much, and beats it."""
    cheaper, better = cost[..., None, :], gain[..., None, :]
    own_cost, own_gain = cost[..., :, None], gain[..., :, None]
    weakly = (cheaper <= own_cost) & (better >= own_gain)
    strictly = (cheaper < own_cost) | (better > own_gain)
    return np.asarray(~(weakly & strictly).any(-1))


def probability_on_front(
    costs: Sequence[ArrayLike], gains: Sequence[ArrayLike], generator: np.random.Generator, count: int = REPLICATES
) -> Floats:
    """Share of bootstrap replicates in which each method is on the front of mean gain against mean cost; [methods].

    One [seeds] of costs and one of gains per method; a run's own two are drawn together.
    """
    drawn = [_means(cost, gain, generator, count) for cost, gain in zip(costs, gains, strict=True)]
    if not drawn:
        return np.empty(0)
    cost, gain = np.stack(drawn, axis=-1)
    parts = [on_front(cost[at : at + CHUNK], gain[at : at + CHUNK]) for at in range(0, count, CHUNK)]
    return np.concatenate(parts).mean(0)


def _means(cost: ArrayLike, gain: ArrayLike, generator: np.random.Generator, count: int) -> Floats:
    """Mean cost and mean gain of each replicate, [2, count]."""
    runs = np.stack([np.asarray(cost, dtype=float), np.asarray(gain, dtype=float)])
    return replicates([np.arange(runs.shape[1])], lambda at: runs[:, at.astype(int)].mean(-1).T, generator, count).T
