"""Two links hanging from a pivot, swung up by a motor at the joint between them (Sutton, 1996).

The equations are those of Sutton and Barto's book, section 11.3 of its first edition, integrated by one
Runge-Kutta step of fourth order, as in Gymnasium's Acrobot-v1.
"""

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Acrobot:
    """State: angle of the first link from straight down, angle of the second from the first (rad), their velocities.

    The two links are alike.
    """

    env_id: ClassVar[str] = "Acrobot-v1"
    time_limit: ClassVar[int] = 500
    state_size: ClassVar[int] = 4
    noise_size: ClassVar[int] = 4

    gravity: float = 9.8
    """m/s²."""
    mass: float = 1.0
    """Of one link, kg."""
    length: float = 1.0
    """Of one link, m."""
    centre: float = 0.5
    """Distance from a link's upper joint to its centre of mass, m."""
    inertia: float = 1.0
    """Moment of inertia of one link about its centre of mass, kg m²."""
    torque: float = 1.0
    """Size of the motor's torque either way, N m."""
    time_step: float = 0.2
    """s."""
    max_velocity_1: float = 4 * pi
    """rad/s."""
    max_velocity_2: float = 9 * pi
    """rad/s."""
    goal_height: float = 1.0
    """The episode terminates when the tip is this many link lengths above the pivot."""
    initial_limit: float = 0.1
    """All four numbers of an initial state lie within this of zero, uniformly."""

    @property
    def single_observation_space(self) -> Box:
        """Cosine and sine of either angle, then the two velocities."""
        high = np.array([1, 1, 1, 1, self.max_velocity_1, self.max_velocity_2], np.float32)
        return Box(-high, high, dtype=np.float32)

    @property
    def single_action_space(self) -> Discrete:
        """0, 1, 2 are torques of -1, 0, +1 times `torque`."""
        return Discrete(3)

    def initial(self, noise: NDArray[np.floating]) -> NDArray[np.floating]:
        """Noise [*, 4] to states [*, 4] near hanging at rest."""
        return -self.initial_limit + 2 * self.initial_limit * noise

    def observe(self, state: NDArray[np.floating]) -> NDArray[np.floating]:
        """States [*, 4] to observations [*, 6]."""
        observation = np.empty((*state.shape[:-1], 6), state.dtype)
        np.cos(state[..., :2], out=observation[..., 0:4:2])
        np.sin(state[..., :2], out=observation[..., 1:4:2])
        observation[..., 4:] = state[..., 2:]
        return observation

    def step(
        self, state: NDArray[np.floating], action: NDArray[np.integer]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.bool_]]:
        """Apply the torque for one time step; the reward is -1, but 0 on the step that terminates."""
        # Inside, the four numbers of a state come first, [4, *]: each then lies in one piece, which is faster.
        y = np.moveaxis(state, -1, 0).copy()
        y = self._integrate(y, (action.astype(state.dtype) - 1) * self.torque)
        y[:2] -= 2 * pi * np.rint(y[:2] / (2 * pi))
        y[2] = np.clip(y[2], -self.max_velocity_1, self.max_velocity_1)
        y[3] = np.clip(y[3], -self.max_velocity_2, self.max_velocity_2)
        terminated = -np.cos(y[0]) - np.cos(y[0] + y[1]) > self.goal_height
        return np.moveaxis(y, 0, -1).copy(), terminated.astype(state.dtype) - 1, terminated

    def _integrate(self, y: NDArray[np.floating], torque: NDArray[np.floating]) -> NDArray[np.floating]:
        """One classical Runge-Kutta step of [4, *], angles not yet wrapped nor velocities bounded."""
        step = self.time_step
        first = self._derivative(y, torque)
        second = self._derivative(y + step / 2 * first, torque)
        third = self._derivative(y + step / 2 * second, torque)
        fourth = self._derivative(y + step * third, torque)
        return y + step / 6 * (first + 2 * (second + third) + fourth)

    def _derivative(self, y: NDArray[np.floating], torque: NDArray[np.floating]) -> NDArray[np.floating]:
        """Time derivative of [4, *]."""
        derivative = np.empty_like(y)
        derivative[:2] = y[2:]
        spin_1, spin_2 = y[2], y[3]
        sine_1, sine_2 = np.sin(y[:2])
        coupling = self.mass * self.length * self.centre
        offset = self.mass * self.centre**2 + self.inertia  # one link's inertia about its own upper joint
        coupled = coupling * np.cos(y[1])
        d1 = (2 * offset + self.mass * self.length**2) + 2 * coupled
        d2 = offset + coupled
        phi2 = (self.mass * self.centre * self.gravity) * np.sin(y[0] + y[1])
        swing = coupling * sine_2
        phi1 = self.mass * (self.centre + self.length) * self.gravity * sine_1 + phi2
        phi1 -= swing * spin_2 * (spin_2 + 2 * spin_1)
        ratio = d2 / d1
        second = (torque + ratio * phi1 - swing * spin_1 * spin_1 - phi2) / (offset - d2 * ratio)
        derivative[2] = -(d2 * second + phi1) / d1
        derivative[3] = second
        return derivative
