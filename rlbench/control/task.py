"""A control task: an environment that Gymnasium knows, and what the benchmark fixes about it."""

from dataclasses import dataclass
from typing import ClassVar

from rlbench.control.environment import Environment
from rlbench.control.observation import Observation, Scaled
from rlbench.control.session import ControlSession
from rlbench.core.anchors import Anchors
from rlbench.core.noise import Noise
from rlbench.core.ranges import Count, Fraction, Positive
from rlbench.core.rollout import Episodes, Steps
from rlbench.envs.dynamics import Dynamics


@dataclass(frozen=True, kw_only=True)
class ControlTask:
    """Everything but the method's own choices. `dynamics` is a batched equal of the environment, where there is one;
    without it the environment runs through Gymnasium's vector API."""

    gives: ClassVar[tuple[str, ...]] = ("critic", "reference", "rewards")
    unit: ClassVar[str] = "env_steps"

    env_id: str
    anchors: Anchors
    gamma: Fraction
    dynamics: Dynamics | None = None
    observation: Observation = Scaled()
    reward_scale: Positive = 1.0
    """Rewards are multiplied by this for learning; every reported return is in the environment's own unit."""
    width: Count = 64
    """Units in each of the two hidden layers of policy and critic."""

    def open(self, noise: Noise, rollout: Steps | Episodes, episodes: int) -> ControlSession:
        """Streams, networks and filters for the seeds of `noise`; `episodes` is the size of an evaluation."""
        return ControlSession(
            Environment(self.env_id, self.dynamics),
            noise,
            rollout,
            episodes=episodes,
            observation=self.observation,
            reward_scale=self.reward_scale,
            width=self.width,
        )
