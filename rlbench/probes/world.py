"""Decision processes so small that all of their episodes can be gone through, drawn at random in any number.

Axes: X state, A action, T step. Worlds are numbered: of one size, world 7 is the same in every probe.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import torch
from torch import Tensor

from rlbench.core.noise import Noise, Purpose


class Use(IntEnum):
    """What a world's noise is for: the step of its key."""

    WORLD = 0
    POLICY = 1
    CRITIC = 2
    DIRECTION = 3
    SAMPLE = 4
    SPREAD = 5
    LENGTH = 6


@dataclass(frozen=True)
class World:
    """Where it begins [X], where actions lead [X, A, X], what they pay [X, A]; float64."""

    start: Tensor
    moves: Tensor
    pays: Tensor


def generator(number: int, use: Use) -> np.random.Generator:
    """The noise of a world for one use."""
    return Noise([number]).generator(number, Purpose.DATA, use)


def random_world(number: int, states: int, actions: int) -> World:
    """Standard normal rewards and uneven moves: Dirichlet with concentration 1/2, so that a few states are likely."""
    g = generator(number, Use.WORLD)
    moves = g.dirichlet([0.5] * states, (states, actions))
    start = g.dirichlet([1.0] * states)
    return World(*map(torch.from_numpy, (start, moves, g.standard_normal((states, actions)))))


def random_logits(number: int, states: int, actions: int, *, use: Use = Use.POLICY, size: float = 1.0) -> Tensor:
    """Normal logits [X, A] of this size: at one, an action's odds are most often between 1 to 4 and 4 to 1."""
    return size * torch.from_numpy(generator(number, use).standard_normal((states, actions)))
