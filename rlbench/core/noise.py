"""Randomness as a function: every number is keyed by (seed, purpose, step), never drawn from a running stream.

So seed 3 sees the same noise whether it is trained alone or beside nine others, a resumed run needs no
generator state, and no purpose can shift another one's numbers. Keys come from a NumPy SeedSequence tree, the
numbers from Philox, whose counter takes the step (Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3").
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import cache

import numpy as np

ROOT = 0x726C62656E6368  # "rlbench"


class Purpose(IntEnum):
    """What randomness is for. The numbers are part of every result: append, never renumber."""

    INITIALISATION = 0
    ENVIRONMENT = 1
    ACTION = 2
    MINIBATCH = 3
    EVALUATION_ENVIRONMENT = 4
    EVALUATION_ACTION = 5
    DATA = 6
    REPLAY = 7


class Noise:
    """The noise of a block of S seeds."""

    def __init__(self, seeds: Sequence[int]):
        self.seeds = tuple(seeds)
        self._orders: dict[tuple[Purpose, int, int], np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.seeds)

    def subset(self, which: Sequence[int]) -> "Noise":
        """The noise of some seeds of the block, given by their positions."""
        return Noise([self.seeds[position] for position in which])

    def generator(self, seed: int, purpose: Purpose, step: int) -> np.random.Generator:
        """A fresh generator, the same one for the same three keys."""
        counter = np.array([0, 0, 0, step], np.uint64)
        return np.random.Generator(np.random.Philox(key=_key(seed, purpose), counter=counter))

    def generators(self, purpose: Purpose, step: int) -> list[np.random.Generator]:
        """One generator for each seed of the block, in order."""
        return [self.generator(seed, purpose, step) for seed in self.seeds]

    def uniform(self, purpose: Purpose, step: int, shape: tuple[int, ...], dtype: type = np.float32) -> np.ndarray:
        """Numbers in [0, 1), [S, *shape]."""
        out = np.empty((len(self), *shape), dtype)
        for row, generator in zip(out, self.generators(purpose, step), strict=True):
            generator.random(dtype=dtype, out=row)
        return out

    def normal(self, purpose: Purpose, step: int, shape: tuple[int, ...]) -> np.ndarray:
        """Standard normal numbers, float32 [S, *shape]."""
        out = np.empty((len(self), *shape), np.float32)
        for row, generator in zip(out, self.generators(purpose, step), strict=True):
            generator.standard_normal(dtype=np.float32, out=row)
        return out

    def permutation(self, purpose: Purpose, step: int, size: int) -> np.ndarray:
        """A random order of range(size) for each seed, int64 [S, size].

        Kept for as long as this object is: an actor and its critic go through their rows in the same order.
        """
        key = (purpose, step, size)
        if key not in self._orders:
            self._orders[key] = np.stack([g.permutation(size) for g in self.generators(purpose, step)])
        return self._orders[key]


@cache
def _key(seed: int, purpose: Purpose) -> np.ndarray:
    return np.random.SeedSequence(ROOT, spawn_key=(seed, purpose)).generate_state(2, np.uint64)
