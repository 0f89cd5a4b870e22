"""Streams of any environment that Gymnasium can make.

Each episode begins from a seed of its own, when it is told to: no step is ever a disguised reset, and the last
observation of an episode is returned by the step that ended it. An episode is then a function of its seed and its
actions, so a killed run finds its way back by playing them again.
"""

import gymnasium
import numpy as np

from rlbench.control.streams import ActionScale, vector_size
from rlbench.envs.simulators import make

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
    """One environment object a stream, stepped in turn, and not at all once its episode is over.

    Gymnasium's own vector environment would step these too, after resetting them for nothing.
    """

    def __init__(self, env_id: str, seeds: int, streams: int):
        self._shape, count = (seeds, streams), seeds * streams
        self.time_limit = gymnasium.spec(env_id).max_episode_steps or UNLIMITED
        self._guards = [Guarded(make(env_id, max_episode_steps=self.time_limit)) for _ in range(count)]
        actions, shown = self._guards[0].action_space, self._guards[0].observation_space
        self._to_environment = ActionScale(actions)
        self._action_shape = actions.shape or ()
        self._shown = np.zeros((count, vector_size(shown)), np.float32)
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
        for index in np.flatnonzero(where).tolist():
            self._shown[index], _ = self._guards[index].reset(seed=int(self._seed[index]))
        self._over = self._over & ~where
        self._show()

    def _play(self, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        reward = np.zeros(len(flat), np.float32)
        terminated, truncated = np.zeros((2, len(flat)), bool)
        actions = flat if self._action_shape else flat.tolist()  # environments check Python's own integers faster
        for index in np.flatnonzero(~self._over).tolist():
            seen = self._guards[index].step(actions[index])
            self._shown[index], reward[index], terminated[index], truncated[index], _ = seen
        self._over = self._over | terminated | truncated
        self._show()
        return reward.reshape(self._shape), terminated.reshape(self._shape), truncated.reshape(self._shape)

    def _show(self) -> None:
        self.observation = self._shown.reshape(*self._shape, -1).copy()
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
