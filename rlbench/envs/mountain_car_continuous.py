"""A car between two hills, its motor too weak to climb straight up, as in Gymnasium's MountainCarContinuous-v0.

The car is that of Moore (1990), "Efficient Memory-based Learning for Robot Control"; the hills are sin(3 x) high.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class MountainCarContinuous:
    """State: the car's position and its velocity, in the environment's own units of length and of length a step."""

    env_id: ClassVar[str] = "MountainCarContinuous-v0"
    time_limit: ClassVar[int] = 999
    state_size: ClassVar[int] = 2
    noise_size: ClassVar[int] = 1

    power: float = 0.0015
    """Change of velocity in one step at full throttle."""
    gravity: float = 0.0025
    """Change of velocity in one step where the slope is steepest."""
    max_throttle: float = 1.0
    """Actions beyond it move the car no faster, but are paid for in full."""
    max_speed: float = 0.07
    left_wall: float = -1.2
    """A car that reaches it stops."""
    right_end: float = 0.6
    """A car goes no further, but is not stopped."""
    goal: float = 0.45
    """The episode terminates in the first step that ends here or beyond, if not moving backwards."""
    goal_reward: float = 100.0
    throttle_cost: float = 0.1
    """Cost of one step at full throttle; it grows with the square."""
    initial_left: float = -0.6
    """The car starts at rest between here and `initial_right`, uniformly: about the bottom of the valley."""
    initial_right: float = -0.4

    @property
    def single_observation_space(self) -> Box:
        """The state itself."""
        low = np.array([self.left_wall, -self.max_speed], np.float32)
        return Box(low, np.array([self.right_end, self.max_speed], np.float32), dtype=np.float32)

    @property
    def single_action_space(self) -> Box:
        """The throttle, negative to the left."""
        return Box(-self.max_throttle, self.max_throttle, (1,), np.float32)

    def initial(self, noise: NDArray[np.floating]) -> NDArray[np.floating]:
        """Noise [*, 1] to states [*, 2] at rest."""
        state = np.zeros((*noise.shape[:-1], 2), noise.dtype)
        state[..., 0] = self.initial_left + (self.initial_right - self.initial_left) * noise[..., 0]
        return state

    def observe(self, state: NDArray[np.floating]) -> NDArray[np.floating]:
        """States [*, 2] as they are, copied."""
        return state.copy()

    def step(
        self, state: NDArray[np.floating], action: NDArray[np.floating]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.bool_]]:
        """Drive for one step; the reward is minus the cost of the action as given, plus the goal's on reaching it."""
        asked = action[..., 0].astype(state.dtype)
        push = np.clip(asked, -self.max_throttle, self.max_throttle) * self.power
        velocity = state[..., 1] + push - self.gravity * np.cos(3 * state[..., 0])
        velocity = np.clip(velocity, -self.max_speed, self.max_speed)
        following = np.empty_like(state)
        position = following[..., 0]
        np.clip(state[..., 0] + velocity, self.left_wall, self.right_end, out=position)
        stopped = (position == self.left_wall) & (velocity < 0)
        following[..., 1] = np.where(stopped, 0, velocity)
        terminated = (position >= self.goal) & (velocity >= 0)
        reward = self.goal_reward * terminated.astype(state.dtype) - self.throttle_cost * asked * asked
        return following, reward, terminated
