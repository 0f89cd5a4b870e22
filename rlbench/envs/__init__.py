"""Batched environments. To add one: write its `Dynamics` in a file of its own and name it in `IMPLEMENTATIONS`.

Importing this package registers each with Gymnasium under the prefix `rlbench/`:
`gymnasium.make_vec("rlbench/CartPole-v1", num_envs=8)`.
"""

from typing import Any

import gymnasium

from rlbench.envs.acrobot import Acrobot
from rlbench.envs.cartpole import CartPole
from rlbench.envs.dynamics import Dynamics
from rlbench.envs.mountain_car_continuous import MountainCarContinuous
from rlbench.envs.pendulum import Pendulum
from rlbench.envs.vector import BatchedVectorEnv

__all__ = [
    "IMPLEMENTATIONS",
    "Acrobot",
    "BatchedVectorEnv",
    "CartPole",
    "Dynamics",
    "MountainCarContinuous",
    "Pendulum",
    "batched",
    "dynamics_of",
]

IMPLEMENTATIONS: tuple[Dynamics, ...] = (CartPole(), Acrobot(), Pendulum(), MountainCarContinuous())


def dynamics_of(env_id: str) -> Dynamics | None:
    """The batched implementation that equals Gymnasium's `env_id`, if there is one."""
    return next((one for one in IMPLEMENTATIONS if one.env_id == env_id), None)


def batched(env_id: str, num_envs: int = 1, **settings: Any) -> BatchedVectorEnv:
    """Gymnasium's entry point: a name and plain values, so that an environment's spec can be written as JSON."""
    implementation = dynamics_of(env_id)
    if implementation is None:
        raise gymnasium.error.NameNotFound(f"{env_id} has no batched implementation.")
    return BatchedVectorEnv(implementation, num_envs, **settings)


for _implementation in IMPLEMENTATIONS:
    if (_name := f"rlbench/{_implementation.env_id}") not in gymnasium.registry:  # reloading is no second registration
        gymnasium.register(
            _name,
            vector_entry_point="rlbench.envs:batched",
            max_episode_steps=_implementation.time_limit,
            kwargs={"env_id": _implementation.env_id},
        )
