"""The last so many steps of each seed, to learn from more than once."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rlbench.control.collect import Trace
from rlbench.core.noise import Noise, Purpose

KEPT = ("observation", "next_observation", "action", "reward", "terminated", "cut")


class Memory:
    """A ring of steps for each seed, observations as the environment gave them.

    Lin 1992, "Self-Improving Reactive Agents Based on Reinforcement Learning, Planning and Teaching",
    doi:10.1007/BF00992699, section 3.3.
    """

    def __init__(self, seeds: int, capacity: int):
        self._seeds, self._capacity = seeds, capacity
        self._tables: dict[str, np.ndarray] = {}
        self._written = 0

    def add(self, trace: Trace) -> None:
        """Write over the oldest steps."""
        for name in KEPT:
            rows = getattr(trace, name).swapaxes(0, 1)
            rows = rows.reshape(self._seeds, -1, *rows.shape[3:])
            table = self._tables.setdefault(name, np.zeros((self._seeds, self._capacity, *rows.shape[2:]), rows.dtype))
            table[:, np.arange(self._written, self._written + rows.shape[1]) % self._capacity] = rows
        self._written += trace.mask.shape[0] * trace.mask.shape[2]

    def draw(self, noise: Noise, iteration: int, samples: int) -> Iterator[tuple[str, np.ndarray]]:
        """Each seed's own uniform draw with replacement, by name, [1, S, samples, *]."""
        held = min(self._written, self._capacity)
        chosen = np.stack([g.integers(held, size=samples) for g in noise.generators(Purpose.REPLAY, iteration)])
        for name, table in self._tables.items():
            yield name, table[np.arange(self._seeds)[:, None], chosen][None]

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on with the same bits."""
        return {"written": self._written, **self._tables}

    def restore(self, state: dict[str, Any]) -> None:
        self._written = state["written"]
        self._tables = {name: state[name] for name in KEPT if name in state}
