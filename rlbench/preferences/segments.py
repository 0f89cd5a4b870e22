"""What the reference does from the start of an episode, several times from each of some initial states."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from rlbench.control.acting import Acting
from rlbench.control.collect import begin_episodes
from rlbench.control.environment import Environment
from rlbench.control.observation import Filter
from rlbench.core.noise import Noise, Purpose
from rlbench.nets.heads import Head


class Draw(IntEnum):
    """What the numbers of `Purpose.DATA` are for, part of every result: append, never renumber. Those from
    `rlbench.core.reading.FIRST` on are taken."""

    STATES = 0
    ACTIONS = 1
    RANKS = 2
    FRESH_STATES = 3
    FRESH_ACTIONS = 4


@dataclass(frozen=True)
class Segments:
    """[T, S, M, *]: M segments for each seed, those from one initial state side by side."""

    inputs: np.ndarray
    """Observations as a policy is shown them."""
    action: np.ndarray
    mask: np.ndarray
    """Zero where the episode had ended."""
    returns: np.ndarray
    """The sum of each segment's rewards as the environment gave them, float64 [S, M]. Nothing that learns sees it."""


@dataclass(frozen=True)
class Source:
    """A policy at work in an environment, for a block of seeds."""

    environment: Environment
    acting: Acting
    head: Head
    shown: Filter
    noise: Noise

    def play(self, count: int, *, steps: int, group: int, states: Draw, actions: Draw) -> Segments:
        """`count` segments of at most `steps` steps with sampled actions, each `group` of them from one state."""
        streams, acting = self.environment.streams(len(self.noise), count), self.acting
        begin_episodes(streams, self.noise, Purpose.DATA, states, group)
        draws = self.head.draw(self.noise, Purpose.DATA, actions, (steps, count))
        alive = np.ones((len(self.noise), count), bool)
        mask, returns = np.zeros((steps, *alive.shape), np.float32), np.zeros(alive.shape)
        tables: list[np.ndarray] = []
        for t in range(steps):
            shown = acting.shown(streams.observation)
            action = acting.sample(acting.network(shown), draws[:, t])
            reward, terminated, truncated = streams.step(action)
            tables = tables or [np.zeros((steps, *one.shape), one.dtype) for one in (shown, action)]
            for table, one in zip(tables, (shown, action), strict=True):
                table[t][alive] = one[alive]
            mask[t] = alive
            returns += reward * alive
            alive &= ~(terminated | truncated)
        inputs, taken = tables
        return Segments(inputs, taken, mask, returns)
