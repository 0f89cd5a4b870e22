"""A pendulum to be swung up and held upright by a motor too weak to lift it, as in Gymnasium's Pendulum-v1."""

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Pendulum:
    """State: angle from upright (rad, never wrapped) and its velocity (rad/s)."""

    env_id: ClassVar[str] = "Pendulum-v1"
    time_limit: ClassVar[int] = 200
    state_size: ClassVar[int] = 2
    noise_size: ClassVar[int] = 2

    gravity: float = 10.0
    """m/s²."""
    mass: float = 1.0
    """kg."""
    length: float = 1.0
    """m."""
    time_step: float = 0.05
    """s."""
    max_torque: float = 2.0
    """N m; actions beyond it are clipped."""
    max_speed: float = 8.0
    """rad/s."""
    speed_cost: float = 0.1
    """Cost of one (rad/s)², in units of the cost of one rad² away from upright."""
    torque_cost: float = 0.001
    """Cost of one (N m)², in the same unit."""
    initial_angle: float = pi
    """Initial angles lie within this of upright, uniformly, rad."""
    initial_speed: float = 1.0
    """Initial velocities lie within this of zero, uniformly, rad/s."""

    @property
    def single_observation_space(self) -> Box:
        """Cosine and sine of the angle, then the velocity."""
        high = np.array([1, 1, self.max_speed], np.float32)
        return Box(-high, high, dtype=np.float32)

    @property
    def single_action_space(self) -> Box:
        """The motor's torque, N m."""
        return Box(-self.max_torque, self.max_torque, (1,), np.float32)

    def initial(self, noise: NDArray[np.floating]) -> NDArray[np.floating]:
        """Noise [*, 2] to states [*, 2]: any angle, moving slowly."""
        high = np.array([self.initial_angle, self.initial_speed], noise.dtype)
        return -high + 2 * high * noise

    def observe(self, state: NDArray[np.floating]) -> NDArray[np.floating]:
        """States [*, 2] to observations [*, 3]."""
        observation = np.empty((*state.shape[:-1], 3), state.dtype)
        np.cos(state[..., 0], out=observation[..., 0])
        np.sin(state[..., 0], out=observation[..., 1])
        observation[..., 2] = state[..., 1]
        return observation

    def step(
        self, state: NDArray[np.floating], action: NDArray[np.floating]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.bool_]]:
        """Apply the torque; the reward is minus the cost of the state left behind and of the torque."""
        angle, speed = state[..., 0], state[..., 1]
        torque = np.clip(action[..., 0].astype(state.dtype), -self.max_torque, self.max_torque)
        tilt = (angle + pi) % (2 * pi) - pi
        cost = tilt * tilt + self.speed_cost * speed * speed + self.torque_cost * torque * torque
        acceleration = 1.5 * self.gravity / self.length * np.sin(angle) + 3 / (self.mass * self.length**2) * torque
        following = np.empty_like(state)
        faster = np.clip(speed + acceleration * self.time_step, -self.max_speed, self.max_speed)
        following[..., 0] = angle + faster * self.time_step
        following[..., 1] = faster
        return following, -cost, np.zeros(cost.shape, np.bool_)
