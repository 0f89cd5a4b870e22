"""A2C: a critic says what was to be expected, the actor is paid for the difference.

Mnih et al. 2016, "Asynchronous Methods for Deep Reinforcement Learning", arXiv:1602.01783, algorithm S3 in its
synchronous form, with advantages by generalised advantage estimation (Schulman et al. 2016, arXiv:1506.02438,
equation 16) in place of the n-step return, which is its λ = 1.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.gae import gae
from rlbench.core.ranges import Fraction, NonNegative
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Fresh, Steps
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(title="A2C", family="actor-critic", paper=Paper("Mnih et al.", 2016, "arXiv:1602.01783"), needs=("critic",))
@dataclass(frozen=True, kw_only=True)
class A2C:
    """Maximise E[log π(a|s) · A] + entropy bonus: one gradient step for each rollout."""

    lam: Fraction = 0.95  # the paper's own n-step return is 1; values a little below did best for Schulman et al.
    entropy: NonNegative = 0.01  # supplement, section 8: β = 0.01
    rollout: Fresh = Steps(streams=16, steps=5)  # supplement, section 8: 16 actors, t_max = 5
    update: MinibatchAdam = MinibatchAdam(lr=7e-4)  # the paper samples its rate from LogUniform(1e-4, 1e-2)
    critic: MinibatchAdam = MinibatchAdam(lr=7e-4)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        advantage = gae(d.reward, d.value, d.next_value, d.terminated, d.cut, gamma=gamma, lam=self.lam)
        return Credit(per_seed.whiten(advantage, d.mask), per_seed.decision_mean(d.mask), advantage + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return now.logp * c.advantage + self.entropy * now.dist.entropy()
