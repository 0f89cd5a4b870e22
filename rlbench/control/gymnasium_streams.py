"""Streams of any environment that Gymnasium can make, through its vector API.

Automatic resets are off (AutoresetMode.DISABLED): no step is ever a disguised reset, the last observation of an
episode is returned by the step that ended it, and each episode begins from a seed of its own. An episode is then
a function of its seed and its actions, so a killed run finds its way back by playing them again.
"""

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from rlbench.control.streams import ActionScale

UNLIMITED = 10_000
"""Steps after which an environment that registers no time limit is cut off."""


class Guarded(gymnasium.Wrapper):
    """Keeps an exception inside the environment that raised it, so that other seeds' streams go on."""

    def __init__(self, env: gymnasium.Env):
        super().__init__(env)
        self.failure: str | None = None
        self._nothing = np.zeros(env.observation_space.shape or (), env.observation_space.dtype)

    def reset(self, **arguments):
        if self.failure is None:
            try:
                return self.env.reset(**arguments)
            except Exception as error:
                self.failure = f"reset raised {type(error).__name__}: {error}"
        return self._nothing, {}

    def step(self, action):
        if self.failure is None:
            try:
                return self.env.step(action)
            except Exception as error:
                self.failure = f"step raised {type(error).__name__}: {error}"
        return self._nothing, 0.0, False, False, {}


class GymnasiumStreams:
    """One environment object a stream, stepped in turn."""

    def __init__(self, env_id: str, seeds: int, streams: int):
        self._shape, count = (seeds, streams), seeds * streams
        self.time_limit = gymnasium.spec(env_id).max_episode_steps or UNLIMITED
        self._guards = [Guarded(make(env_id, self.time_limit)) for _ in range(count)]
        self._envs = SyncVectorEnv(
            [lambda guard=guard: guard for guard in self._guards], autoreset_mode=AutoresetMode.DISABLED
        )
        self._to_environment = ActionScale(self._envs.single_action_space)
        self._action_shape = self._envs.single_action_space.shape or ()
        self.noise_size = 1
        self.failures: dict[int, str] = {}
        self._seed = np.zeros(count, np.int64)
        self._begun = np.zeros(count, np.int64)
        """For each stream, where in `_actions` its episode begins."""
        self._actions: list[np.ndarray] = []
        self._over = np.ones(count, bool)
        self._begin(self._over)

    def restart(self, where: np.ndarray, noise: np.ndarray) -> None:
        where = where.ravel()
        self._seed[where] = (noise.ravel()[where] * 2**53).astype(np.int64)
        self._begun[where] = len(self._actions)
        if self._begun.min() > self.time_limit:
            self._forget()
        self._begin(where)

    def step(self, action: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        flat = self._to_environment(action).reshape(-1, *self._action_shape)
        self._actions.append(flat)
        return self._play(flat)

    def _begin(self, where: np.ndarray) -> None:
        seeds: list[int | None] = [int(seed) for seed in self._seed]
        observation, _ = self._envs.reset(seed=seeds, options={"reset_mask": where})
        self._over = self._over & ~where
        self._show(observation)

    def _play(self, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self._over.any():
            # Nobody reads a stream whose episode is over, but Gymnasium refuses to step it.
            self._begin(self._over)
        observation, reward, terminated, truncated, _ = self._envs.step(flat)
        self._over = terminated | truncated
        self._show(observation)
        return reward.reshape(self._shape), terminated.reshape(self._shape), truncated.reshape(self._shape)

    def _show(self, observation: np.ndarray) -> None:
        self.observation = observation.reshape(*self._shape, -1).astype(np.float32)
        for index, guard in enumerate(self._guards):
            if guard.failure is not None:
                self.failures.setdefault(index // self._shape[1], guard.failure)

    def _forget(self) -> None:
        oldest = self._begun.min()
        self._actions, self._begun = self._actions[oldest:], self._begun - oldest

    def state(self) -> dict[str, np.ndarray]:
        """Each stream's seed and, in one table, the actions that unfinished episodes have taken."""
        self._forget()
        actions = np.array(self._actions).reshape(len(self._actions), len(self._seed), *self._action_shape)
        return {"seed": self._seed, "begun": self._begun, "actions": actions}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self._seed, self._begun, self._actions = state["seed"], state["begun"], list(state["actions"])
        self._begin(np.ones(len(self._seed), bool))
        for index, flat in enumerate([*self._actions, None]):
            due = self._begun == index
            if due.any():
                self._begin(due)
            if flat is not None:
                self._play(flat)


def make(env_id: str, time_limit: int) -> gymnasium.Env:
    """One environment, without Gymnasium's checks of every single step."""
    return gymnasium.make(env_id, max_episode_steps=time_limit, disable_env_checker=True)
