"""Tiny environments whose values and best actions are known, each failing for one kind of mistake.

After Andy Jones, "Debugging Reinforcement Learning Systems", https://andyljones.com/posts/rl-debugging.html.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box, Discrete


@dataclass(frozen=True)
class Probe:
    """State [*, 2]: what is shown (+1 or -1), and the age of the episode. Subclasses say what is paid and when."""

    env_id: ClassVar[str] = "probe"
    time_limit: ClassVar[int] = 4
    state_size: ClassVar[int] = 2
    noise_size: ClassVar[int] = 1

    @property
    def single_observation_space(self) -> Box:
        return Box(-10.0, 10.0, (1,), np.float32)

    @property
    def single_action_space(self) -> Discrete:
        return Discrete(2)

    def initial(self, noise):
        return np.concatenate([np.sign(noise - noise.dtype.type(0.5)), 0 * noise], -1)

    def observe(self, state):
        return state[..., :1].copy()

    def step(self, state, action):
        after = state + np.array([0, 1], state.dtype)
        reward, terminated = self.paid(state[..., 0], state[..., 1], action)
        return after, reward.astype(state.dtype), np.broadcast_to(terminated, reward.shape).copy()


class ConstantReward(Probe):
    """One step, one unit: the value is 1, whatever is seen or done."""

    def paid(self, shown, age, action):
        return np.ones_like(shown), np.True_


class ShownReward(Probe):
    """One step, paid what was shown: the value of +1 is 1, of -1 is -1."""

    def paid(self, shown, age, action):
        return shown, np.True_


class LateReward(Probe):
    """Two steps, one unit after the second: the first state is worth gamma. What is shown is the age."""

    def observe(self, state):
        return state[..., 1:].copy()

    def paid(self, shown, age, action):
        return (age == 1).astype(shown.dtype), age == 1


class ActionReward(Probe):
    """One step, paid 1 for the second action and -1 for the first."""

    def paid(self, shown, age, action):
        return 2.0 * action - 1, np.True_


class MatchingReward(Probe):
    """One step, paid 1 where the action says what was shown, else -1."""

    def paid(self, shown, age, action):
        return shown * (2.0 * action - 1), np.True_


class EndlessReward(Probe):
    """One unit for every step and never an end but the time limit: every state is worth 1 / (1 - gamma)."""

    def paid(self, shown, age, action):
        return np.ones_like(shown), np.False_


class TwoSteps(Probe):
    """First what MatchingReward pays; then twice as much is shown and, whatever is done, what was shown first is paid.

    With a policy that takes the right action with probability p, the first state is worth 2p - 1 plus gamma times what
    was shown, the second what was shown.
    """

    def observe(self, state):
        return state[..., :1] * (1 + state[..., 1:])

    def paid(self, shown, age, action):
        return np.where(age == 0, shown * (2.0 * action - 1), shown), age == 1
