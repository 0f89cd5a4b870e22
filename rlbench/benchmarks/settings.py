"""The PPO that both sides train in the speed benchmark: one set of hyperparameters for each task, stated once."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Two hidden layers of 64 tanh units for policy and critic each, orthogonal start, Adam."""

    streams: int
    steps: int
    epochs: int
    minibatches: int
    lr: float
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    max_norm: float = 0.5

    @property
    def rollout(self) -> int:
        """Environment steps in one rollout of one seed."""
        return self.streams * self.steps


SETTINGS = {
    "CartPole-v1": Settings(streams=8, steps=128, epochs=4, minibatches=4, lr=1e-3),
    # Schulman et al. 2017, arXiv:1707.06347, table 3: the settings for MuJoCo.
    "HalfCheetah-v5": Settings(streams=1, steps=2048, epochs=10, minibatches=32, lr=3e-4),
}
