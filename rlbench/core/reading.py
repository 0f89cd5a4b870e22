"""In which order each seed reads what was recorded before it began: all of it, then all again in another order."""

import numpy as np

from rlbench.core.noise import Noise, Purpose

FIRST = 100
"""The numbers of `Purpose.DATA` from here on are for these orders, one for each time that all is read."""


def reading_order(noise: Noise, iteration: int, count: int, size: int) -> np.ndarray:
    """Which `count` of `size` records each seed reads in an iteration, int64 [S, count]."""
    times, place = np.divmod(np.arange(iteration * count, (iteration + 1) * count), size)
    orders = {time: noise.permutation(Purpose.DATA, FIRST + time, size) for time in sorted(set(times.tolist()))}
    return np.stack([orders[time][:, p] for time, p in zip(times.tolist(), place, strict=True)], 1)
