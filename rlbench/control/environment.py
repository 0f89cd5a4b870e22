"""Which environment a task plays in, and how copies of it are opened."""

from dataclasses import dataclass

from gymnasium import Space

from rlbench.control.batched_streams import BatchedStreams
from rlbench.control.gymnasium_streams import GymnasiumStreams
from rlbench.control.streams import Streams
from rlbench.envs.dynamics import Dynamics
from rlbench.envs.simulators import make


@dataclass(frozen=True)
class Environment:
    """A Gymnasium id, and the same environment as arithmetic on arrays where there is such a thing."""

    env_id: str
    dynamics: Dynamics | None = None

    def streams(self, seeds: int, columns: int) -> Streams:
        """Copies [S, B]. Without batched dynamics each is an object that Gymnasium makes."""
        if self.dynamics is not None:
            return BatchedStreams(self.dynamics, seeds, columns)
        return GymnasiumStreams(self.env_id, seeds, columns)

    def spaces(self) -> tuple[Space, Space]:
        """One copy's observations and actions."""
        if self.dynamics is not None:
            return self.dynamics.single_observation_space, self.dynamics.single_action_space
        one = make(self.env_id)
        return one.observation_space, one.action_space
