"""A pole on a cart, kept upright by pushing the cart left or right (Barto, Sutton and Anderson, 1983).

The equations are those of https://coneural.org/florian/papers/05_cart_pole.pdf, frictionless, one explicit Euler
step at a time, as in Gymnasium's CartPole-v1.
"""

from dataclasses import dataclass
from math import inf, radians
from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class CartPole:
    """State: cart position (m), its velocity (m/s), pole angle from upright (rad), its velocity (rad/s)."""

    env_id: ClassVar[str] = "CartPole-v1"
    time_limit: ClassVar[int] = 500
    state_size: ClassVar[int] = 4
    noise_size: ClassVar[int] = 4

    gravity: float = 9.8
    """m/s²."""
    cart_mass: float = 1.0
    """kg."""
    pole_mass: float = 0.1
    """kg."""
    half_length: float = 0.5
    """Distance from the pivot to the pole's centre of mass, m."""
    force: float = 10.0
    """Size of either push, N."""
    time_step: float = 0.02
    """s."""
    position_limit: float = 2.4
    """The episode terminates beyond this distance from the centre, m."""
    angle_limit: float = radians(12)
    """The episode terminates beyond this tilt, rad."""
    initial_limit: float = 0.05
    """All four numbers of an initial state lie within this of zero, uniformly."""

    @property
    def single_observation_space(self) -> Box:
        """Twice the limits, so that the observation that ends an episode is still inside."""
        high = np.array([2 * self.position_limit, inf, 2 * self.angle_limit, inf], np.float32)
        return Box(-high, high, dtype=np.float32)

    @property
    def single_action_space(self) -> Discrete:
        """0 pushes left, 1 right."""
        return Discrete(2)

    def initial(self, noise: NDArray[np.floating]) -> NDArray[np.floating]:
        """Noise [*, 4] to states [*, 4] near upright and at rest."""
        return -self.initial_limit + 2 * self.initial_limit * noise

    def observe(self, state: NDArray[np.floating]) -> NDArray[np.floating]:
        """The state itself, copied: [*, 4]."""
        return state.copy()

    def step(
        self, state: NDArray[np.floating], action: NDArray[np.integer]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.bool_]]:
        """Push; the reward is 1 on every step, the one that terminates included."""
        following = np.empty_like(state)
        # Fill in the time derivative of the state, then take the Euler step in place.
        following[..., ::2] = state[..., 1::2]
        following[..., 1], following[..., 3] = self._accelerations(state[..., 2], state[..., 3], action)
        following *= self.time_step
        following += state
        terminated = np.abs(following[..., 0]) > self.position_limit
        terminated |= np.abs(following[..., 2]) > self.angle_limit
        return following, np.ones(terminated.shape, state.dtype), terminated

    def _accelerations(
        self, angle: NDArray[np.floating], spin: NDArray[np.floating], action: NDArray[np.integer]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Of the cart (m/s²) and of the pole (rad/s²), each [*]."""
        mass = self.cart_mass + self.pole_mass
        sine, cosine = np.sin(angle), np.cos(angle)
        push = (action.astype(angle.dtype) - 0.5) * (2 * self.force)
        # What the cart would accelerate by if the pole did not turn any faster.
        drive = (push + self.pole_mass * self.half_length * spin * spin * sine) / mass
        effective_length = self.half_length * (4 / 3 - self.pole_mass / mass * cosine * cosine)
        pole = (self.gravity * sine - cosine * drive) / effective_length
        return drive - self.pole_mass * self.half_length / mass * pole * cosine, pole
