"""Any `Dynamics` behind Gymnasium's vector interface, so that its wrappers, tools and our tests can drive it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Discrete
from gymnasium.utils.seeding import np_random
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import DTypeLike, NDArray

from rlbench.envs.dynamics import Dynamics


class BatchedVectorEnv(VectorEnv[NDArray[Any], NDArray[Any], NDArray[Any]]):
    """`num_envs` copies of one environment, with Gymnasium's disabled autoreset.

    The caller resets what is done through `reset(options={"reset_mask": mask})`, as with `SyncVectorEnv`. Each copy
    draws its initial states from a generator of its own, made from its own seed as Gymnasium makes it: copy i starts
    where Gymnasium's scalar environment starts with that seed, whatever `num_envs` is.
    """

    def __init__(
        self,
        dynamics: Dynamics,
        num_envs: int = 1,
        *,
        dtype: DTypeLike = np.float32,
        max_episode_steps: int | None = None,
    ) -> None:
        """States and rewards have `dtype`, observations that of their space. The default limit is the dynamics' own."""
        self.dynamics = dynamics
        self.num_envs = num_envs
        self.max_episode_steps = dynamics.time_limit if max_episode_steps is None else max_episode_steps
        self.metadata = {"render_modes": [], "autoreset_mode": AutoresetMode.DISABLED}
        self.single_observation_space = dynamics.single_observation_space
        self.single_action_space = dynamics.single_action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._streams: list[tuple[np.random.Generator, int]] = [np_random() for _ in range(num_envs)]
        self._state = np.zeros((num_envs, dynamics.state_size), dtype)
        self._elapsed = np.zeros(num_envs, np.int64)
        self._done = np.ones(num_envs, np.bool_)  # until the first reset

    @property
    def state(self) -> NDArray[np.floating]:
        """A copy of the states, [num_envs, state_size]. Setting it leaves step counts and what is done as they are."""
        return self._state.copy()

    @state.setter
    def state(self, value: NDArray[np.floating]) -> None:
        self._state[...] = value

    @property
    def np_random(self) -> tuple[np.random.Generator, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """One generator per copy, as in `SyncVectorEnv`."""
        return tuple(generator for generator, _ in self._streams)

    @property
    def np_random_seed(self) -> tuple[int, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The seeds that the generators were made from."""
        return tuple(seed for _, seed in self._streams)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Start new episodes, everywhere or where `options["reset_mask"]`, bool [num_envs], is true.

        An integer seeds copy i with `seed + i`; a copy seeded None goes on with its generator.
        Returns the observations of all copies, [num_envs, D].
        """
        chosen, seeds = self._chosen(options), self._seeds(seed)
        for i in chosen:
            if (own := seeds[i]) is not None:
                self._streams[i] = np_random(int(own))
        noise = np.stack([self._streams[i][0].random(self.dynamics.noise_size) for i in chosen])
        # In float64 first, whatever the dtype: rounding the noise itself to float32 could make it 1.
        self._state[chosen] = self.dynamics.initial(noise)
        self._elapsed[chosen] = 0
        self._done[chosen] = False
        return self._observation(), {}

    def step(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Advance every copy: observations [num_envs, D], then rewards, terminated and truncated, each [num_envs]."""
        if self._done.any():
            idle = np.flatnonzero(self._done).tolist()
            raise ResetNeeded(f"Sub-environments {idle} have no episode to go on with: reset them first.")
        actions = self._checked(np.asarray(actions))
        self._state, reward, terminated = self.dynamics.step(self._state, actions)
        self._elapsed += 1
        truncated = self._elapsed >= self.max_episode_steps
        self._done = terminated | truncated
        return self._observation(), reward, terminated, truncated, {}

    def _observation(self) -> NDArray[Any]:
        return self.dynamics.observe(self._state).astype(self.single_observation_space.dtype, copy=False)

    def _checked(self, actions: NDArray[Any]) -> NDArray[Any]:
        """Discrete actions must be in their space; continuous ones have its shape, for the dynamics clip the values."""
        discrete = isinstance(self.single_action_space, Discrete)
        if not (self.action_space.contains(actions) if discrete else actions.shape == self.action_space.shape):
            raise ValueError(f"Actions {actions!r} are not in {self.action_space}.")
        return actions

    def _chosen(self, options: dict[str, Any] | None) -> NDArray[np.intp]:
        """Indices of the copies to reset."""
        mask = (options or {}).get("reset_mask", np.ones(self.num_envs, np.bool_))
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (self.num_envs,):
            raise ValueError(f"reset_mask must be a bool array of shape ({self.num_envs},), got {mask!r}.")
        if not mask.any():
            raise ValueError("reset_mask chooses no sub-environment.")
        return np.flatnonzero(mask)

    def _seeds(self, seed: int | Sequence[int | None] | None) -> Sequence[int | None]:
        """One seed or None per copy."""
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return range(seed, seed + self.num_envs)
        if len(seed) != self.num_envs:
            raise ValueError(f"{len(seed)} seeds for {self.num_envs} sub-environments.")
        return seed
