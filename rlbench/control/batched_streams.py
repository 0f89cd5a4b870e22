"""Streams of an environment that is written as arithmetic on arrays."""

import numpy as np

from rlbench.control.streams import ActionScale
from rlbench.envs.dynamics import Dynamics


class BatchedStreams:
    """Every stream's state in one array; a step costs the same few NumPy calls however many there are."""

    def __init__(self, dynamics: Dynamics, seeds: int, streams: int):
        self._dynamics = dynamics
        self._to_environment = ActionScale(dynamics.single_action_space)
        self._state = dynamics.initial(np.zeros((seeds, streams, dynamics.noise_size), np.float32))
        self._age = np.zeros((seeds, streams), np.int64)
        self.observation = dynamics.observe(self._state)
        self.noise_size = dynamics.noise_size
        self.time_limit = dynamics.time_limit
        self.failures: dict[int, str] = {}

    def restart(self, where: np.ndarray, noise: np.ndarray) -> None:
        fresh = self._dynamics.initial(noise.astype(np.float32))
        self._state = np.where(where[..., None], fresh, self._state)
        self._age = np.where(where, 0, self._age)
        self.observation = self._dynamics.observe(self._state)

    def step(self, action: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        self._state, reward, terminated = self._dynamics.step(self._state, self._to_environment(action))
        self._age += 1
        self.observation = self._dynamics.observe(self._state)
        return reward, terminated, self._age >= self.time_limit

    def state(self) -> dict[str, np.ndarray]:
        return {"state": self._state, "age": self._age}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self._state, self._age = state["state"], state["age"]
        self.observation = self._dynamics.observe(self._state)
