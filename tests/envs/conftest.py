"""What every test of an environment draws from: the environments themselves, and states and actions for each."""

from collections.abc import Callable
from math import pi

import numpy as np
import pytest
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from rlbench.envs import IMPLEMENTATIONS, Dynamics

REACH = {
    "CartPole-v1": (3, 4, 0.3, 4),
    "Acrobot-v1": (pi, pi, 2 * pi, 6 * pi),
    "Pendulum-v1": (10, 8),
    "MountainCarContinuous-v0": (1.2, 0.07),
}
"""How far from zero each number of a drawn state lies at most: one step can pass every limit from there.

Acrobot's velocities stop short of theirs, 4 pi and 9 pi: beyond, one Runge-Kutta step magnifies rounding itself.
"""

Draw = Callable[[np.random.Generator, int], NDArray]


@pytest.fixture(params=IMPLEMENTATIONS, ids=lambda one: one.env_id)
def dynamics(request: pytest.FixtureRequest) -> Dynamics:
    return request.param


@pytest.fixture
def draw_states(dynamics: Dynamics) -> Draw:
    reach = np.array(REACH[dynamics.env_id])
    return lambda rng, count: rng.uniform(-reach, reach, (count, dynamics.state_size))


@pytest.fixture
def draw_actions(dynamics: Dynamics) -> Draw:
    """Continuous actions are drawn half as far again as their space reaches, so that a third are out of range."""
    space = dynamics.single_action_space
    if isinstance(space, Discrete):
        return lambda rng, count: rng.integers(space.n, size=count)
    return lambda rng, count: rng.uniform(1.5 * space.low, 1.5 * space.high, (count, *space.shape))
