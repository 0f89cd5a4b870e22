"""A control task: an environment that Gymnasium knows, and what the benchmark fixes about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from rlbench.control.environment import Environment
from rlbench.control.observation import Observation, Scaled
from rlbench.control.session import ControlSession
from rlbench.core.anchors import Anchors
from rlbench.core.noise import Noise
from rlbench.core.ranges import Fraction, Positive, Width
from rlbench.core.rollout import Rollout
from rlbench.envs.dynamics import Dynamics


@dataclass(frozen=True, kw_only=True)
class ControlTask:
    """Everything but the method's own choices. `dynamics` is a batched equal of the environment, where there is one;
    without it each stream is an object that Gymnasium makes."""

    gives: ClassVar[tuple[str, ...]] = ("critic", "reference", "old_policy", "lasting_rewards")
    unit: ClassVar[str] = "env_steps"
    side: ClassVar[str] = "control"

    env_id: str
    anchors: Anchors
    gamma: Fraction
    dynamics: Dynamics | None = None
    observation: Observation = Scaled()
    reward_scale: Positive = 1.0
    """Rewards are multiplied by this for learning; every reported return is in the environment's own unit."""
    width: Width = 64
    """Units in each of the two hidden layers of policy and critic. Of sixteens, compiled code makes whole vectors: with
    others a seed's last bits may depend on how many seeds are trained beside it."""
    log_std: float = -0.5
    """Logarithm of the standard deviation that a Gaussian policy begins with, actions being scaled to [-1, 1]."""
    offers: tuple[str, ...] = ()
    """What this task gives beyond `gives`: `action_values` where the actions can be counted."""

    def open(
        self,
        noise: Noise,
        rollout: Rollout,
        episodes: int,
        needs: frozenset[str] = frozenset(),
        artefacts: Mapping[str, Path] = MappingProxyType({}),
    ) -> ControlSession:
        """Streams, networks and filters for the seeds of `noise`; `episodes` is the size of an evaluation, `needs`
        what the method asks for. Policies begin at random: there are no `artefacts` to begin from."""
        assert not artefacts
        return ControlSession(
            Environment(self.env_id, self.dynamics),
            noise,
            rollout,
            episodes=episodes,
            observation=self.observation,
            reward_scale=self.reward_scale,
            width=self.width,
            log_std=self.log_std,
            needs=needs,
        )
