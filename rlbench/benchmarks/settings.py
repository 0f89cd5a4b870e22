"""The PPO that both sides train in the speed benchmark: one set of hyperparameters, stated once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Two hidden layers of 64 tanh units for policy and critic each, orthogonal start, Adam."""

    streams: int = 8
    steps: int = 128
    epochs: int = 4
    minibatches: int = 4
    lr: float = 1e-3
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    max_norm: float = 0.5

    @property
    def rollout(self) -> int:
        """Environment steps in one rollout of one seed."""
        return self.streams * self.steps
