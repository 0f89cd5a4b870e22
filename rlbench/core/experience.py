"""What a session hands to the training loop: decisions to learn from, and what came of gathering them."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from rlbench.core.types import Decisions


@dataclass(frozen=True)
class Experience:
    """What the seeds at `positions` are to learn from, in this order, and the episodes that ended in gathering it:
    index into `positions`, return and length of each."""

    positions: list[int]
    decisions: Decisions
    used: np.ndarray
    """Of the task's unit, what each of them spent of its budget, int64."""
    episodes: tuple[np.ndarray, np.ndarray, np.ndarray]
    measured: dict[StrEnum, np.ndarray] = field(default_factory=dict)
    """What else there is to say of the gathering, one number for each of `positions` by the metric's name."""


def no_episodes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`Experience.episodes` where none is told one by one."""
    return np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64)
