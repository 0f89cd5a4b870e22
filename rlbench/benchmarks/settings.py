"""What both sides train in the benchmarks: one set of hyperparameters for each method and task, stated once."""

from dataclasses import dataclass

from rlbench.core.rollout import Steps


@dataclass(frozen=True, kw_only=True)
class PPO:
    """Two hidden layers of 64 tanh units for policy and critic each, orthogonal start, Adam for both together."""

    rollout: Steps
    epochs: int
    minibatches: int
    lr: float
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    max_norm: float = 0.5


@dataclass(frozen=True, kw_only=True)
class TRPO:
    """The same networks. The metric is measured on the whole batch; Adam is the critic's, and nothing is clipped."""

    rollout: Steps
    epochs: int
    minibatches: int
    lr: float
    gamma: float = 0.99
    lam: float = 0.95
    max_kl: float = 0.01
    damping: float = 0.1
    iterations: int = 15
    backtracks: int = 10
    shrink: float = 0.8


SETTINGS: dict[tuple[str, str], PPO | TRPO] = {
    ("ppo_clip", "CartPole-v1"): PPO(rollout=Steps(streams=8, steps=128), epochs=4, minibatches=4, lr=1e-3),
    # Schulman et al. 2017, arXiv:1707.06347, table 3: the settings for MuJoCo.
    ("ppo_clip", "HalfCheetah-v5"): PPO(rollout=Steps(streams=1, steps=2048), epochs=10, minibatches=32, lr=3e-4),
    # sb3-contrib's own settings where the rollout leaves a choice: minibatches of 128, fifteen iterations.
    ("trpo", "CartPole-v1"): TRPO(rollout=Steps(streams=8, steps=128), epochs=10, minibatches=8, lr=1e-3),
}
