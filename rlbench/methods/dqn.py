"""DQN: learn what each action is worth from a memory of steps, and act by it. Here to compare with: no policy gradient.

Mnih et al. 2015, "Human-level Control through Deep Reinforcement Learning", doi:10.1038/nature14236, algorithm 1, with
Adam for the paper's RMSProp.
"""

from dataclasses import dataclass

import torch

from rlbench.algo import per_seed
from rlbench.algo.huber import huber
from rlbench.core.ranges import Count, Fraction, Positive
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Replay
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="DQN",
    family="action values",
    paper=Paper("Mnih et al.", 2015, "doi:10.1038/nature14236"),
    needs=("action_values", "lasting_rewards"),
)
@dataclass(frozen=True, kw_only=True)
class DQN:
    """Minimise E[huber(r + γ max Q_lagging(s', ·) - Q(s, a))]; act at random with a probability ε that falls."""

    delta: Positive = 1.0  # methods: the error is clipped to ± 1
    lag: Count = 10_000  # extended data table 1: updates between copies to the lagging network
    final_epsilon: Fraction = 0.1  # extended data table 1
    exploration_steps: Count = 1_000_000  # extended data table 1: steps over which ε falls from 1
    rollout: Replay = Replay(streams=1, steps=4, capacity=1_000_000, samples=32)  # extended data table 1
    update: MinibatchAdam = MinibatchAdam(lr=2.5e-4, max_norm=10.0)  # extended data table 1: 0.00025

    def epsilon(self, iteration: int) -> float:
        """How often an action is random in rollout `iteration`."""
        done = iteration * self.rollout.streams * self.rollout.steps / self.exploration_steps
        return max(self.final_epsilon, 1 - done * (1 - self.final_epsilon))

    def credit(self, d: Decisions, gamma: float) -> Credit:
        target = d.reward + gamma * d.next_value * (1 - d.terminated)
        return Credit(torch.zeros_like(target), per_seed.decision_mean(d.mask), target)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return -huber(c.target - now.dist.value_of(d.action), delta=self.delta)
