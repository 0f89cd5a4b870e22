"""S x B copies of one environment that advance together."""

from typing import Protocol, runtime_checkable

import numpy as np
from gymnasium.spaces import Box, Discrete, Space

from rlbench.nets.heads import CategoricalHead, GaussianHead, Head


@runtime_checkable
class Streams(Protocol):
    """Environments [S, B] that are restarted where and when the caller says, never by themselves.

    A stream whose episode is over may be stepped further; what it returns means nothing until it is restarted.
    """

    observation: np.ndarray
    """What each stream shows now, float32 [S, B, D]."""
    noise_size: int
    """Numbers in [0, 1) from which one initial state is made."""
    time_limit: int
    """The most steps an episode can have."""
    failures: dict[int, str]
    """Position of each seed whose environment raised, and what it said."""

    def restart(self, where: np.ndarray, noise: np.ndarray) -> None:
        """Begin new episodes where `where` [S, B] is true, from noise float64 [S, B, noise_size]."""
        ...

    def step(self, action: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Take actions [S, B, *]; returns reward float32, terminated and truncated, all [S, B]."""
        ...

    def state(self) -> dict[str, np.ndarray]:
        """All that `restore` needs to go on with the same bits."""
        ...

    def restore(self, state: dict[str, np.ndarray]) -> None: ...


def head_for(space: Space, log_std: float) -> Head:
    """The policy head that an action space asks for; `log_std` is where a Gaussian's logarithm of the standard
    deviation starts. Raises TypeError for a space that no head serves."""
    match space:
        case Discrete(n=n, start=0):
            return CategoricalHead(int(n))
        case Box(shape=(size,)):
            return GaussianHead(int(size), log_std)
        case _:
            raise TypeError(f"action space {space}: a policy can act in Discrete(n) or in a Box of one dimension")


def vector_size(space: Space) -> int:
    """Numbers in one observation. Raises TypeError for a space that is not a plain vector."""
    match space:
        case Box(shape=(size,)):
            return int(size)
        case _:
            raise TypeError(f"observation space {space}: a policy can read a Box of one dimension")


class ActionScale:
    """From a policy's action to the environment's: clipped to [-1, 1] and scaled to the bounds of a bounded Box, else
    unchanged. Some environments charge for what is asked of them beyond their bounds, and nothing is gained there."""

    def __init__(self, space: Space):
        self._bounded = isinstance(space, Box) and space.is_bounded()
        if isinstance(space, Box) and self._bounded:
            self._centre = ((space.high + space.low) / 2).astype(np.float32)
            self._half = ((space.high - space.low) / 2).astype(np.float32)

    def __call__(self, action: np.ndarray) -> np.ndarray:
        return self._centre + self._half * np.clip(action, -1, 1) if self._bounded else action
